// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/data/cutout_source.h"

namespace shearbench::training {

inline constexpr double kFarthestLatent = 6;

/// Samples from the latent normal distributions of encoded galaxies, as "images" of D x 1 x 1
/// numbers: row r is sample r % draws of galaxy r / draws, of whose variants (other positions)
/// samples take one after the other; the same whenever it is read. Means
/// further than kFarthestLatent spreads from the median of their feature are drawn in to there: few
/// very bright galaxies lie so far out that a flow's exponentials overflow on them. The spread is
/// that of most samples: root of (1.4826 x median absolute deviation of the means)^2 + (median
/// scale)^2; no scale is larger.
class LatentSource : public data::CutoutSource {
  public:
    /// `encoded` (galaxies, variants, 2 D): means, then scales (model::Autoencoder::encode).
    LatentSource(std::vector<float> encoded, int dimensions, int variants, int draws,
                 std::uint64_t seed, std::string name);

    const data::Schema& schema() const override { return schema_; }
    void readImages(std::span<const std::int64_t> rows, std::span<float> out) const override;
    /// There are none: throws Error(data).
    std::vector<double> readColumn(const std::string& name) const override;
    std::vector<std::int64_t> readIntegerColumn(const std::string& name) const override;

  private:
    void drawIn(std::size_t dimensions);

    data::Schema schema_;
    std::vector<float> encoded_;
    int variants_, draws_;
    std::uint64_t seed_;
};

}  // namespace shearbench::training

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/data/augmentation.h"
#include "core/data/cutout_source.h"

namespace shearbench::data {

/// Symmetry `index` of the eight, 0..7; 0 leaves the image as it is.
Symmetry symmetryOfIndex(int index);

/// The square images of another source in several of the eight symmetries, one behind the other:
/// row r is image r / variants in symmetry r % variants. Has no columns.
class TurnedSource final : public CutoutSource {
  public:
    /// `variants` 1..8; throws Error(usage) where there are more than one and images are not
    /// square.
    TurnedSource(std::shared_ptr<const CutoutSource> source, int variants);

    const Schema& schema() const override { return schema_; }
    void readImages(std::span<const std::int64_t> rows, std::span<float> out) const override;
    /// There are none: throws Error(data).
    std::vector<double> readColumn(const std::string& name) const override;
    std::vector<std::int64_t> readIntegerColumn(const std::string& name) const override;

  private:
    std::shared_ptr<const CutoutSource> source_;
    Schema schema_;
    int variants_;
};

}  // namespace shearbench::data

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/experiment.h"

namespace shearbench::data::simulator {

/// Cutouts simulated when they are asked for, never stored: row r of epoch e is cutout
/// e * galaxies + r of the seed (cutout_simulator.h), so that no cutout comes twice and any epoch
/// can be begun anywhere. Columns are those of a simulated file (data/FORMAT.md) without the group
/// of several galaxies. Draws on all cores where many rows are asked for at once. Thread-safe.
class SimulatedSource final : public CutoutSource {
  public:
    /// Throws Error(usage) for a recipe that cannot be, a number of galaxies outside 1..10^8, and
    /// an odd one of turned pairs.
    explicit SimulatedSource(const SimulatedData& settings);
    ~SimulatedSource() override;

    const Schema& schema() const override;
    void readImages(std::span<const std::int64_t> rows, std::span<float> out) const override;
    /// The first call for a column draws all rows' labels; `snr` and `blendedness_r` take as long
    /// as their images in one band.
    std::vector<double> readColumn(const std::string& name) const override;
    std::vector<std::int64_t> readIntegerColumn(const std::string& name) const override;

    bool changesWithEpoch() const override { return true; }
    void readEpoch(std::int64_t epoch, std::span<const std::int64_t> rows,
                   std::span<const std::string> columns, std::span<float> images,
                   std::span<float> values) const override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shearbench::data::simulator

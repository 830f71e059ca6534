// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/data/normalisation.h"

namespace shearbench::training {

/// The images a training is judged on, normalised; kept in memory when they take no more than 256
/// MB and a quarter of what is free, read anew otherwise.
class HeldBackImages {
  public:
    /// What so many images will take, 0 where they would not be kept.
    static std::uint64_t bytesKept(const data::Schema& schema, std::size_t rows);

    HeldBackImages(std::shared_ptr<const data::CutoutSource> source, std::vector<std::int64_t> rows,
                   data::Normalisation normalisation);

    std::int64_t count() const { return static_cast<std::int64_t>(rows_.size()); }

    /// work(images, count) for a few dozen images at a time, whole batches of `batch` but for the
    /// last one; `proceed` is asked before each. False once it says no.
    bool forBlocks(int batch, const std::function<bool()>& proceed,
                   const std::function<void(std::span<const float>, std::size_t)>& work) const;

  private:
    std::shared_ptr<const data::CutoutSource> source_;
    std::vector<std::int64_t> rows_;
    data::Normalisation normalisation_;
    std::vector<float> images_;  ///< empty where they did not fit
};

}  // namespace shearbench::training

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/device/eigen/thread_pool.h"
#include "core/device/session.h"

namespace shearbench::device::eigen {

/// A contiguous run of trainable parameters in the session's flat arrays.
struct TrainableRange {
    std::size_t begin, end;
};

/// The fewest ranges that cover what is trainable, in order.
std::vector<TrainableRange> trainableRanges(const network::Network& network);

struct AdamArrays {
    std::span<float> parameters;
    std::span<const float> gradients;
    std::span<float> firstMoment, secondMoment;
};

/// Square root of the sum of squares over the ranges, added up in double precision in order.
double gradientNorm(std::span<const float> gradients, std::span<const TrainableRange> ranges);

/// Update number `update` (from 1) of the ranges, as StepSettings defines it; gradients count
/// `gradientScale` times.
void adamUpdate(const AdamArrays& arrays, std::span<const TrainableRange> ranges,
                const StepSettings& settings, double gradientScale, std::int64_t update,
                ThreadPool& pool);

}  // namespace shearbench::device::eigen

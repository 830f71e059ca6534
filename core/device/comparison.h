// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/network/network.h"

namespace shearbench::device {

/// How far two devices' numbers for one tensor, a and b, lie apart. NaN where a number of either is
/// not finite.
struct Difference {
    double largest = 0;  ///< of |a - b|
    double typical = 0;  ///< root of the mean of (a - b)^2
    double size = 0;     ///< root of the mean of a^2

    /// `typical` by `size`; 0 where both are 0.
    double relative() const;
};

/// Of as many numbers each.
Difference differenceOf(std::span<const float> a, std::span<const float> b);

/// What one step came to on two devices.
struct TensorComparison {
    std::string name;  ///< network::Parameter's
    bool trainable = true;
    Difference gradient;   ///< zero where not trainable
    Difference parameter;  ///< after the step

    /// What two devices are judged by: gradients, or averages where not trainable.
    const Difference& judged() const { return trainable ? gradient : parameter; }
};
struct StepComparison {
    std::int64_t step = 0;                  ///< counted from 1; 0: none was compared yet
    double firstLoss = 0, secondLoss = 0;   ///< all terms together
    std::vector<TensorComparison> tensors;  ///< in the order of Network::parameters()

    /// The tensor whose gradients, or averages where not trainable, differ most for their size;
    /// one that is not finite counts most of all. Null if there are none.
    const TensorComparison* worst() const;
};

/// What all steps compared so far came to.
struct CheckRecord {
    std::int64_t steps = 0;  ///< compared
    StepComparison latest;
    /// Of each tensor of `latest`, the largest judged().relative() of any step; NaN once a number
    /// was not finite.
    std::vector<double> most;

    /// Takes a step in; one of another network begins anew.
    void add(StepComparison step);

    /// What the tensor that differs most stays within in half of the steps, to a quarter of a
    /// decade; 0 where nothing differs, infinite where a number was not finite.
    double usual() const;

  private:
    static constexpr int kBinsADecade = 4, kDecades = 9;
    /// Steps by their worst tensor: none, up to 1e-9, then by bins of the scale up to 1, beyond.
    std::array<std::int64_t, kBinsADecade * kDecades + 3> worst_{};
};

/// What rounding in single precision comes to in judged().relative(), where both devices compute in
/// it: in most steps less than kRoundingPart. In some it tips the sign of a value at a PReLU and
/// with it the slope taken there; the gradients of the layers before then differ by up to about
/// kCornerPart, and those behind do not. What is beyond in half of the steps, or ten times beyond
/// in any, has another cause.
constexpr double kRoundingPart = 1e-5, kCornerPart = 1e-2;

/// `gradients` and `parameters` of a and b, in the layout of network::Parameter.
std::vector<TensorComparison> compareTensors(const network::Network& network,
                                             std::span<const float> firstGradients,
                                             std::span<const float> secondGradients,
                                             std::span<const float> firstParameters,
                                             std::span<const float> secondParameters);

}  // namespace shearbench::device

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
};
struct StepComparison {
    std::int64_t step = 0;                  ///< counted from 1; 0: none was compared yet
    double firstLoss = 0, secondLoss = 0;   ///< all terms together
    std::vector<TensorComparison> tensors;  ///< in the order of Network::parameters()

    /// The tensor whose gradients, or averages where not trainable, differ most for their size;
    /// one that is not finite counts most of all. Null if there are none.
    const TensorComparison* worst() const;
};

/// `gradients` and `parameters` of a and b, in the layout of network::Parameter.
std::vector<TensorComparison> compareTensors(const network::Network& network,
                                             std::span<const float> firstGradients,
                                             std::span<const float> secondGradients,
                                             std::span<const float> firstParameters,
                                             std::span<const float> secondParameters);

}  // namespace shearbench::device

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shearbench::device {

enum class ProfilePhase { forward, loss, backward, update };

/// "forward", "loss", "backward", "update".
std::string toString(ProfilePhase phase);

/// What one operation takes of a training step. All numbers are those of one step on one batch.
struct ProfileItem {
    std::string name;    ///< the layer's, or "loss", "Adam"; layers computed together: "a + b"
    std::string method;  ///< how it is computed where there are several ways, "Winograd by tiles"
    ProfilePhase phase = ProfilePhase::forward;
    double seconds = 0;
    /// A multiply-add counted as two, as the layer's definition has them: an algorithm that needs
    /// fewer can exceed the device's peak. 0 where nothing but elements are touched.
    double operations = 0;
    double bytes = 0;  ///< of maps, parameters and moments that must be read or written at least
};

/// The upper one of an even number. `values` must not be empty.
double median(std::vector<double> values);

/// Where the time of training steps goes.
struct Profile {
    std::vector<ProfileItem> items;  ///< in the order of a step
    int steps = 0;                   ///< that were timed; items hold the median over them
    int batch = 0;
    int threads = 0;         ///< 0: the device has no threads that can be chosen
    int launches = 0;        ///< of kernels in a step; 0: the device launches none
    double stepSeconds = 0;  ///< median of whole steps
};

}  // namespace shearbench::device

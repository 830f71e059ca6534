// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/device/device.h"

// In what a device multiplies and adds up in convolutions, named after both: in FP32C_FP32A single
// precision throughout, as every device does; in TF32C_FP32A factors are rounded to 10 bits of
// mantissa first, as tensor cores do it, and sums are in single precision. Parameters, moments and
// everything else are in single precision in both. A mode other than FP32C_FP32A is a device of its
// own, asked for by name: "opencl:0:TF32C_FP32A".

namespace shearbench::device {

inline constexpr std::string_view kSinglePrecision = "FP32C_FP32A", kTf32 = "TF32C_FP32A";

/// What a device that may have several modes is besides a Device.
class Modal {
  public:
    virtual std::string_view mode() const = 0;
    /// Those other than its own that devices of its kind may have.
    virtual std::vector<std::string_view> furtherModes() const = 0;
    /// The device in one of them, untested. Throws Error(device) saying why it has not got it.
    virtual std::shared_ptr<const Device> inMode(std::string_view mode) const = 0;

  protected:
    ~Modal() = default;
};

std::string_view modeOf(const Device& device);

/// One mode of a device as it was found to be: null where it is not offered. The sentence says how
/// exact it is, or why it is not offered.
struct ModeOffer {
    std::string_view mode;
    std::shared_ptr<const Device> device;
    std::string sentence;
};

/// Every further mode of `device`, tested by onceSelfTest(), which passes where gradients, updated
/// parameters and outputs of a whole network agree with the reference as well as the mode allows.
/// Found out once a device and run of the program, and `again` by repeatSelfTest(). Thread-safe.
std::vector<ModeOffer> modesOf(const Device& device, bool again = false);

/// `device` itself, or in another mode that it offers. Throws Error(device): why it does not offer
/// it, and which it does.
std::shared_ptr<const Device> inMode(const std::shared_ptr<const Device>& device,
                                     std::string_view mode);

}  // namespace shearbench::device

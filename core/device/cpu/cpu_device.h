// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/device/device.h"

namespace shearbench::device {

/// The host's processor at its fastest: this room's vectorised kernels on blocked feature maps that
/// are never reordered inside a step. Uses AVX-512, AVX2 or neither, as the processor has them; the
/// environment's SHEARBENCH_ISA (avx512, avx2, baseline) holds it to less, and
/// SHEARBENCH_CONVOLUTION=direct to convolutions by their definition; both are meant for tests and
/// comparisons. Id "cpu".
std::shared_ptr<const Device> makeCpuDevice();

}  // namespace shearbench::device

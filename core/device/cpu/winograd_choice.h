// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/network.h"

namespace shearbench::device::cpu {

/// In which directions a convolution is computed by Winograd's algorithm rather than directly.
struct WinogradChoice {
    bool forward = false, inputGradient = false, kernelGradient = false;
};

/// A rule by shape, not a measurement, so that equal calls give equal bits on every run.
WinogradChoice chooseWinograd(const network::Layer& layer, int batch);

}  // namespace shearbench::device::cpu

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/device.h"
#include "core/training/trainer.h"

// What train prints at its end.

namespace shearbench::cli {

/// Of the validation targets, under the normal distribution fitted to the training targets.
double fittedNll(const training::PreparedData& prepared);

/// The best epoch, and its network on the validation and test cutouts: NLL, residual RMS of every
/// target, fraction inside 1 sigma, and residuals by signal-to-noise where the file has a column
/// snr.
void printOutcome(const training::Trainer& trainer, const training::PreparedData& prepared,
                  const device::Device& device);

}  // namespace shearbench::cli

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/device/device.h"
#include "core/training/trainer.h"

// What train prints at its end.

namespace shearbench::cli {

/// Of the validation targets, under the normal distribution fitted to the training targets; nothing
/// where none are held back.
std::optional<double> fittedNll(const training::PreparedData& prepared);

/// The best epoch, and its network on the validation and test cutouts: NLL, residual RMS of every
/// target, fraction inside 1 sigma, and residuals by signal-to-noise where the file has a column
/// snr. Cut short by an interrupt: the run itself is complete.
void printOutcome(const training::Trainer& trainer, const training::PreparedData& prepared,
                  const device::Device& device);

}  // namespace shearbench::cli

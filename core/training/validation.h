// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/device/session.h"
#include "core/training/held_back_images.h"

namespace shearbench::training {

/// What a network makes of the images held back.
struct ValidationResult {
    double loss = 0;  ///< mean of -log N(label; posterior), or of the network's own loss
    std::array<double, 3> rms{};  ///< of e1, e2, redshift: posterior mean minus label
    double insideOneSigma = 0;    ///< as in EpochRecord
};

/// Judges the posteriors of a session's network on some rows, again and again.
class Validator {
  public:
    Validator(std::shared_ptr<const data::CutoutSource> source, std::vector<std::int64_t> rows,
              std::vector<float> targets, data::Normalisation normalisation);

    std::int64_t count() const { return images_.count(); }

    /// `proceed` is asked every few dozen images; nothing comes back once it says no.
    std::optional<ValidationResult> judge(device::Session& session,
                                          const std::function<bool()>& proceed) const;

  private:
    HeldBackImages images_;
    std::vector<float> targets_;
};

}  // namespace shearbench::training

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
    /// Mean of -log N(label; posterior), of -log of the draws' mixture, or of the network's own
    /// loss.
    double loss = 0;
    int draws = 0;                ///< weight draws of that mixture; 0: weights are numbers
    std::array<double, 3> rms{};  ///< of e1, e2, redshift: posterior mean minus label
    double insideOneSigma = 0;    ///< as in EpochRecord
};

/// Weight draws by whose mixture a Bayesian network is judged after each epoch.
inline constexpr int kValidationDraws = 8;

/// Judges the posteriors of a session's network on some rows, again and again: those of its
/// weights, or the mixture over the same kValidationDraws draws each time where weights are
/// distributions.
class Validator {
  public:
    Validator(std::shared_ptr<const data::CutoutSource> source, std::vector<std::int64_t> rows,
              std::vector<float> targets, data::Normalisation normalisation, std::uint64_t seed);

    std::int64_t count() const { return images_.count(); }

    /// `proceed` is asked every few dozen images; nothing comes back once it says no.
    std::optional<ValidationResult> judge(device::Session& session,
                                          const std::function<bool()>& proceed) const;

  private:
    bool predict(device::Session& session, int draws, const std::function<bool()>& proceed,
                 std::vector<float>& features) const;

    HeldBackImages images_;
    std::vector<float> targets_;
    std::uint64_t seed_;
};

}  // namespace shearbench::training

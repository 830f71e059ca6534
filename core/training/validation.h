// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/data/normalisation.h"
#include "core/device/session.h"

namespace shearbench::training {

/// What a network makes of the images held back.
struct ValidationResult {
    double loss = 0;              ///< mean of -log N(label; posterior)
    std::array<double, 3> rms{};  ///< of e1, e2, redshift: posterior mean minus label
    double insideOneSigma = 0;    ///< as in EpochRecord
};

/// Judges a session's network on some rows, again and again; the normalised images are kept in
/// memory when they take no more than a quarter of what is free.
class Validator {
  public:
    Validator(std::shared_ptr<const data::CutoutSource> source, std::vector<std::int64_t> rows,
              std::vector<float> targets, data::Normalisation normalisation);

    std::int64_t count() const { return static_cast<std::int64_t>(rows_.size()); }

    /// `proceed` is asked every few dozen images; nothing comes back once it says no.
    std::optional<ValidationResult> judge(device::Session& session,
                                          const std::function<bool()>& proceed) const;

  private:
    bool predict(device::Session& session, std::vector<float>& features,
                 const std::function<bool()>& proceed) const;

    std::shared_ptr<const data::CutoutSource> source_;
    std::vector<std::int64_t> rows_;
    std::vector<float> targets_;
    data::Normalisation normalisation_;
    std::vector<float> images_;  ///< empty where they did not fit
};

}  // namespace shearbench::training

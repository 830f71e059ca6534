// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/data/normalisation.h"
#include "core/device/session.h"
#include "core/model/posterior.h"
#include "core/model/predictor.h"

namespace shearbench::model {

/// How many weight draws a prediction takes where nobody says otherwise.
inline constexpr int kDefaultDraws = 100;

using Covariance3 = decltype(Posterior::covariance);

/// What a Bayesian network says of one galaxy. The predictive posterior is the mixture of the
/// draws' normal posteriors; by the law of total covariance its covariance is the sum of two parts.
struct SplitPosterior {
    Posterior total;          ///< mean over the draws of their means; aleatoric + epistemic
    Covariance3 aleatoric{};  ///< mean over the draws of their covariances: noise in the picture
    Covariance3 epistemic{};  ///< covariance over the draws of their means: what is not learnt yet
};

/// Of the posteriors of one galaxy under some weight draws, one or more. The epistemic part is the
/// covariance of the draws themselves (divided by their number), so that it is 0 for one draw.
SplitPosterior combineDraws(std::span<const Posterior> draws);

/// -log of the mixture's density at `target`: draws' likelihoods averaged. `features` (draws, 9).
double mixtureNll(std::span<const float> features, std::span<const float, 3> target);

/// Features of images under the draws 0, 1, ... of a session's weights. Not thread-safe.
class DrawsPredictor {
  public:
    /// The session stays in use until this goes; parameters may be set in between.
    DrawsPredictor(device::Session& session, data::Normalisation normalisation, std::uint64_t seed);

    /// Goes through the rows in blocks of bounded size: `take` gets the number of the block's first
    /// row and its features (block, draws, 9). `proceed` gets the rows done, counting parts, and
    /// cancels by returning false, which is returned. Leaves the session with its mean weights.
    /// Errors as predictFeatures().
    bool predict(
        const data::CutoutSource& source, std::span<const std::int64_t> rows, int draws,
        const std::function<void(std::size_t first, std::span<const float> features)>& take,
        const std::function<bool(double rowsDone)>& proceed);

  private:
    device::Session& session_;
    data::Normalisation normalisation_;
    std::uint64_t seed_;
};

}  // namespace shearbench::model

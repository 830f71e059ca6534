// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/validation.h"

#include <algorithm>

#include "core/model/evaluation.h"
#include "core/model/weight_draws.h"

namespace shearbench::training {

Validator::Validator(std::shared_ptr<const data::CutoutSource> source,
                     std::vector<std::int64_t> rows, std::vector<float> targets,
                     data::Normalisation normalisation, std::uint64_t seed)
    : images_(std::move(source), std::move(rows), std::move(normalisation)),
      targets_(std::move(targets)),
      seed_(seed) {}

/// Features (images, draws, 9), one draw being the weights as they are where there are none to
/// draw.
bool Validator::predict(device::Session& session, int draws, const std::function<bool()>& proceed,
                        std::vector<float>& features) const {
    const std::size_t width = session.network().output().count();
    const auto count = static_cast<std::size_t>(std::max(draws, 1));
    features.resize(static_cast<std::size_t>(images_.count()) * count * width);
    std::vector<float> one;
    bool all = true;
    for (std::size_t draw = 0; draw < count && all; ++draw) {
        if (draws > 0)
            session.drawWeights(seed_, static_cast<std::int64_t>(draw));
        std::size_t image = 0;
        all = images_.forBlocks(
            session.batch(), proceed, [&](std::span<const float> images, std::size_t block) {
                one.resize(block * width);
                session.predict(images, one);
                for (std::size_t i = 0; i < block; ++i, ++image)
                    std::copy_n(&one[i * width], width, &features[(image * count + draw) * width]);
            });
    }
    session.useMeanWeights();
    return all;
}

std::optional<ValidationResult> Validator::judge(device::Session& session,
                                                 const std::function<bool()>& proceed) const {
    ValidationResult result;
    if (count() == 0)
        return result;
    result.draws = network::bayesianWeightCount(session.network()) > 0 ? kValidationDraws : 0;
    std::vector<float> features;
    if (!predict(session, result.draws, proceed, features))
        return std::nullopt;
    const auto images = static_cast<std::size_t>(count());
    const std::size_t width = features.size() / images;
    std::vector<model::Posterior> posteriors;
    for (std::size_t n = 0; n < images; ++n) {
        // The loss is of the features, which keep their precision where a covariance is nearly
        // singular.
        const auto own = std::span<const float>(features).subspan(n * width, width);
        posteriors.push_back(model::combineDraws(model::posteriorsFromFeatures(own)).total);
        result.loss +=
            model::mixtureNll(own, std::span<const float>(targets_).subspan(3 * n).first<3>());
    }
    result.loss /= static_cast<double>(images);
    const model::Evaluation evaluation = model::evaluate(posteriors, targets_);
    result.rms = evaluation.rms;
    result.insideOneSigma = evaluation.insideOneSigma;
    return result;
}

}  // namespace shearbench::training

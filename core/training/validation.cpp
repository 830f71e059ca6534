// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/validation.h"

#include "core/model/evaluation.h"
#include "core/model/posterior.h"

namespace shearbench::training {

Validator::Validator(std::shared_ptr<const data::CutoutSource> source,
                     std::vector<std::int64_t> rows, std::vector<float> targets,
                     data::Normalisation normalisation)
    : images_(std::move(source), std::move(rows), std::move(normalisation)),
      targets_(std::move(targets)) {}

std::optional<ValidationResult> Validator::judge(device::Session& session,
                                                 const std::function<bool()>& proceed) const {
    ValidationResult result;
    if (count() == 0)
        return result;
    const std::size_t width = session.network().output().count();
    std::vector<float> features;
    const bool all = images_.forBlocks(
        session.batch(), proceed, [&](std::span<const float> images, std::size_t block) {
            features.resize(features.size() + block * width);
            session.predict(images, std::span(features).last(block * width));
        });
    if (!all)
        return std::nullopt;
    const model::Evaluation evaluation =
        model::evaluate(model::posteriorsFromFeatures(features), targets_);
    result.rms = evaluation.rms;
    result.insideOneSigma = evaluation.insideOneSigma;
    // From the features, which keep their precision where a covariance is nearly singular.
    const auto images = static_cast<std::size_t>(count());
    for (std::size_t n = 0; n < images; ++n)
        result.loss += model::negativeLogLikelihood(
            std::span<const float>(features).subspan(9 * n).first<9>(),
            std::span<const float>(targets_).subspan(3 * n).first<3>());
    result.loss /= static_cast<double>(images);
    return result;
}

}  // namespace shearbench::training

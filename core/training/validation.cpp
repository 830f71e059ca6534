// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/validation.h"

#include <algorithm>

#include "core/data/loader.h"
#include "core/model/evaluation.h"
#include "core/model/posterior.h"
#include "core/model/predictor.h"
#include "core/training/prepare.h"

namespace shearbench::training {

Validator::Validator(std::shared_ptr<const data::CutoutSource> source,
                     std::vector<std::int64_t> rows, std::vector<float> targets,
                     data::Normalisation normalisation)
    : source_(std::move(source)),
      rows_(std::move(rows)),
      targets_(std::move(targets)),
      normalisation_(std::move(normalisation)) {
    const double bytes = static_cast<double>(rows_.size()) *
                         static_cast<double>(data::imageSize(source_->schema())) * sizeof(float);
    if (bytes <= static_cast<double>(freeMemory()) / 4)
        images_ = data::readNormalised(*source_, rows_, normalisation_);
}

bool Validator::predict(device::Session& session, std::vector<float>& features,
                        const std::function<bool()>& proceed) const {
    if (images_.empty()) {
        features = model::predictFeatures(session, *source_, rows_, normalisation_,
                                          [&proceed](std::int64_t) { return proceed(); });
        return features.size() == rows_.size() * session.network().output().count();
    }
    const std::size_t imageSize = session.network().input().count();
    const std::size_t width = session.network().output().count();
    const auto batch = static_cast<std::size_t>(session.batch());
    const std::size_t block = batch * std::max<std::size_t>(1, 32 / batch);
    features.resize(rows_.size() * width);
    for (std::size_t first = 0; first < rows_.size(); first += block) {
        if (!proceed())
            return false;
        const std::size_t count = std::min(block, rows_.size() - first);
        session.predict(std::span(images_).subspan(first * imageSize, count * imageSize),
                        std::span(features).subspan(first * width, count * width));
    }
    return true;
}

std::optional<ValidationResult> Validator::judge(device::Session& session,
                                                 const std::function<bool()>& proceed) const {
    ValidationResult result;
    if (rows_.empty())
        return result;
    std::vector<float> features;
    if (!predict(session, features, proceed))
        return std::nullopt;
    const model::Evaluation evaluation =
        model::evaluate(model::posteriorsFromFeatures(features), targets_);
    result.rms = evaluation.rms;
    result.insideOneSigma = evaluation.insideOneSigma;
    // From the features, which keep their precision where a covariance is nearly singular.
    for (std::size_t n = 0; n < rows_.size(); ++n)
        result.loss += model::negativeLogLikelihood(
            std::span<const float>(features).subspan(9 * n).first<9>(),
            std::span<const float>(targets_).subspan(3 * n).first<3>());
    result.loss /= static_cast<double>(rows_.size());
    return result;
}

}  // namespace shearbench::training

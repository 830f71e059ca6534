// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weight_draws.h"

#include <algorithm>
#include <cmath>

#include "core/data/loader.h"

namespace shearbench::model {

SplitPosterior combineDraws(std::span<const Posterior> draws) {
    SplitPosterior split;
    const double share = 1 / static_cast<double>(draws.size());
    for (const Posterior& draw : draws)
        for (std::size_t i = 0; i < 3; ++i) {
            split.total.mean[i] += share * draw.mean[i];
            for (std::size_t j = 0; j < 3; ++j)
                split.aleatoric[i][j] += share * draw.covariance[i][j];
        }
    for (const Posterior& draw : draws)
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j < 3; ++j)
                split.epistemic[i][j] += share * (draw.mean[i] - split.total.mean[i]) *
                                         (draw.mean[j] - split.total.mean[j]);
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            split.total.covariance[i][j] = split.aleatoric[i][j] + split.epistemic[i][j];
    return split;
}

double mixtureNll(std::span<const float> features, std::span<const float, 3> target) {
    // Added up relative to the best so far, so that nothing underflows.
    double best = 0, sum = 0;
    const std::size_t draws = features.size() / 9;
    for (std::size_t draw = 0; draw < draws; ++draw) {
        const double loss = negativeLogLikelihood(features.subspan(9 * draw).first<9>(), target);
        if (draw == 0 || loss < best) {
            sum *= draw == 0 ? 0 : std::exp(loss - best);
            best = loss;
        }
        sum += std::exp(best - loss);
    }
    return best - std::log(sum / static_cast<double>(draws));
}

DrawsPredictor::DrawsPredictor(device::Session& session, data::Normalisation normalisation,
                               std::uint64_t seed)
    : session_(session), normalisation_(std::move(normalisation)), seed_(seed) {}

bool DrawsPredictor::predict(
    const data::CutoutSource& source, std::span<const std::int64_t> rows, int draws,
    const std::function<void(std::size_t first, std::span<const float> features)>& take,
    const std::function<bool(double rowsDone)>& proceed) {
    requireShape(session_.network(), source.schema());
    const auto count = static_cast<std::size_t>(draws);
    const std::size_t width = session_.network().output().count(), block = blockRows(session_);
    std::vector<float> one, all;
    for (std::size_t first = 0; first < rows.size(); first += block) {
        const auto part = rows.subspan(first, std::min(block, rows.size() - first));
        const std::vector<float> images = data::readNormalised(source, part, normalisation_);
        one.resize(part.size() * width);
        all.resize(part.size() * count * width);
        for (std::size_t draw = 0; draw < count; ++draw) {
            const double done = static_cast<double>(draw) / static_cast<double>(count);
            if (!proceed(static_cast<double>(first) + done * static_cast<double>(part.size()))) {
                session_.useMeanWeights();
                return false;
            }
            session_.drawWeights(seed_, static_cast<std::int64_t>(draw));
            session_.predict(images, one);
            for (std::size_t i = 0; i < part.size(); ++i)
                std::copy_n(&one[i * width], width, &all[(i * count + draw) * width]);
        }
        take(first, all);
    }
    session_.useMeanWeights();
    return true;
}

}  // namespace shearbench::model

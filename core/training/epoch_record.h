// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace shearbench::training {

/// A point of the loss curve within an epoch: mean over the steps since the one before.
struct LossPoint {
    double epoch = 0;  ///< fractional
    double loss = 0;
    double imagesPerSecond = 0;

    bool operator==(const LossPoint&) const = default;
};

/// What one epoch came to. All numbers are finite.
struct EpochRecord {
    std::int64_t epoch = 0;                       ///< from 1
    double trainingLoss = 0, validationLoss = 0;  ///< without KL terms
    double kl = 0;  ///< of a Bayesian network's weights from their prior, mean over the epoch
    std::int64_t validationCount = 0;  ///< images; 0: the validation numbers say nothing
    int validationDraws = 0;  ///< weight draws whose mixture was judged; 0: the weights themselves
    std::array<double, 3> validationRms{};  ///< of e1, e2, redshift: posterior mean minus label
    double insideOneSigma = 0;  ///< fraction of validation labels inside the (e1, e2) ellipse of
                                ///< Mahalanobis radius 1; 0.393 expected
    double learningRate = 0, gradientNorm = 0;  ///< at its end; largest
    double seconds = 0;                         ///< training steps only
    double imagesPerSecond = 0;
    double loaderWait = 0;  ///< seconds
    /// Training images whose place others took, since their pixels were not finite.
    std::int64_t replaced = 0;
    std::vector<LossPoint> losses{};  ///< within it; empty where they were not kept

    /// What "best" goes by: the validation loss, or the training loss where nothing was held back.
    double judgedLoss() const { return validationCount > 0 ? validationLoss : trainingLoss; }

    bool operator==(const EpochRecord&) const = default;
};

/// "Epoch 3: 12 images held pixels that ...": empty where nothing was replaced.
std::string replacedSentence(const EpochRecord& record);

/// One line of JSON without the newline, numbers in their shortest exact form.
std::string toJsonLine(const EpochRecord& record);
/// Throws Error(data) with `source` and the field concerned.
EpochRecord epochRecordFromJson(const std::string& line, const std::string& source);

}  // namespace shearbench::training

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>

#include "core/device/session.h"

namespace shearbench::training {

/// Says when training has gone wrong for good: a loss or gradient norm that is not finite, or a
/// loss that stays more than kMargin above the reference for kStubbornSteps steps and
/// kStubbornSummaries summaries in a row. A single absurd batch does neither.
class DivergenceGuard {
  public:
    static constexpr double kMargin = 1e4;
    static constexpr std::int64_t kStubbornSteps = 50, kStubbornSummaries = 10;

    /// `reference`: the loss of the best epoch so far, or of a prediction without a network.
    explicit DivergenceGuard(double reference) : reference_(reference) {}
    void lowerReference(double loss);

    /// Where training stands, for the message.
    struct Position {
        std::int64_t epoch, step;  ///< from 1
        double learningRate;
        std::int64_t bestEpoch;  ///< 0: none
        std::string stage{};     ///< as in Snapshot
        bool clipped = false;    ///< whether gradients are
        bool stable = false;     ///< whether the recipe is "stable"
    };

    /// Throws the Error(run).
    void look(const device::StepSummary& summary, const Position& position);
    /// The same for a validation loss.
    void lookAtValidation(double loss, const Position& position) const;
    /// The same for parameters about to be saved.
    void lookAtParameters(std::span<const float> parameters, const Position& position) const;

  private:
    [[noreturn]] void fail(const std::string& found, const Position& position) const;

    double reference_;
    std::int64_t highSteps_ = 0, highSummaries_ = 0;
    std::deque<double> norms_;  ///< the last ones, largest gradient norm a summary
};

}  // namespace shearbench::training

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/divergence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"

namespace shearbench::training {
namespace {

constexpr std::size_t kNormsKept = 200;

/// Rounded to one significant digit: 0.0003, 90.
double oneDigit(double value) {
    const double unit = std::pow(10, std::floor(std::log10(value)));
    return std::round(value / unit) * unit;
}

double median(const std::deque<double>& values) {
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
}

}  // namespace

void DivergenceGuard::lowerReference(double loss) {
    reference_ = std::min(reference_, loss);
}

void DivergenceGuard::look(const device::StepSummary& summary, const Position& position) {
    if (summary.steps == 0)
        return;
    if (!summary.finite)
        fail("the loss or its gradient is not finite any more", position);
    norms_.push_back(summary.largestGradientNorm);
    if (norms_.size() > kNormsKept)
        norms_.pop_front();
    if (summary.lastDataLoss <= reference_ + kMargin) {
        highSteps_ = highSummaries_ = 0;
        return;
    }
    highSteps_ += summary.steps;
    ++highSummaries_;
    if (highSteps_ >= kStubbornSteps && highSummaries_ >= kStubbornSummaries)
        fail(fmt::format("the loss stays at {:.3g}, far above the {:.3g} that was reached before",
                         summary.lastDataLoss, reference_),
             position);
}

void DivergenceGuard::lookAtValidation(double loss, const Position& position) const {
    if (!std::isfinite(loss))
        fail("the validation loss is not finite", position);
}

void DivergenceGuard::lookAtParameters(std::span<const float> parameters,
                                       const Position& position) const {
    if (!std::all_of(parameters.begin(), parameters.end(),
                     [](float x) { return std::isfinite(x); }))
        fail("parameters of the network are not finite any more", position);
}

void DivergenceGuard::fail(const std::string& found, const Position& position) const {
    std::string growth;
    if (!norms_.empty()) {
        const double last = norms_.back();
        growth = fmt::format(
            " The last finite gradient norm was {:.3g}, {:.3g} in the median of the last "
            "{} readings.",
            last, median(norms_), norms_.size());
    }
    const bool flow = position.stage == "flow";
    const std::string rate = flow ? "flow learning rate" : "learning rate";
    const std::string where = flow ? fmt::format("Go on with a {} of", rate)
                              : position.bestEpoch > 0
                                  ? fmt::format("Continue from the best epoch, {}, with a {} of",
                                                position.bestEpoch, rate)
                                  : fmt::format("Start again with a {} of", rate);
    std::vector<std::string> ways = {
        fmt::format("{} {:g} or less", where, oneDigit(position.learningRate / 10))};
    if (!position.clipped)
        ways.emplace_back("with gradient clipping");
    if (!position.stable && !flow)
        ways.emplace_back("with the recipe \"stable\"");
    if (ways.size() > 1)
        ways.back() = "or " + ways.back();
    throw Error(
        ErrorKind::run,
        fmt::format("Training{} diverged in epoch {} at step {}, learning rate {:.3g}: {}.{}",
                    position.stage.empty() ? "" : " the " + position.stage, position.epoch,
                    position.step, position.learningRate, found, growth),
        fmt::format("{}.", fmt::join(ways, ways.size() > 2 ? ", " : " ")));
}

}  // namespace shearbench::training

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/protocol.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace shearbench::benchmark {
namespace {

constexpr std::size_t kFewestBlocks = 7;      // of quick, as long as there is time for them
constexpr std::size_t kFewestSlowBlocks = 3;  // whatever they take
constexpr std::size_t kSteadyBlocks = 3;      // that agree: warm
constexpr double kSteady = 0.05;              // how well, as a part of their median
constexpr double kWarmupShare = 0.35;         // of the budget, at most
constexpr std::int64_t kMostBlockSteps = 1 << 20;

std::vector<double> stepTimes(std::span<const Block> blocks) {
    std::vector<double> times;
    times.reserve(blocks.size());
    for (const Block& block : blocks)
        times.push_back(block.perStep());
    return times;
}

/// Rank (from 0) of the order statistic below which the median lies with a probability of at most
/// 2.5 %: the largest k with P(Binomial(n, 1/2) < k) <= 0.025; 0 for n < 6.
std::size_t lowerRank(std::size_t n) {
    double term = std::exp2(-static_cast<double>(n)), sum = 0;
    if (term == 0) {  // beyond a thousand blocks the normal approximation is exact enough
        const double count = static_cast<double>(n);
        return static_cast<std::size_t>(std::max(0.0, count / 2 - 0.98 * std::sqrt(count)));
    }
    std::size_t k = 0;
    while (k < n / 2 && sum + term <= 0.025) {
        sum += term;
        term *= static_cast<double>(n - k) / static_cast<double>(k + 1);
        ++k;
    }
    return k > 0 ? k - 1 : 0;
}

struct Interval {
    double low, high;

    void include(double value) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
};

Interval medianInterval(std::vector<double> times) {
    std::sort(times.begin(), times.end());
    const std::size_t rank = lowerRank(times.size());
    return {times[rank], times[times.size() - 1 - rank]};
}

Interval meanInterval(const std::vector<double>& times, double mean) {
    double squares = 0;
    for (const double time : times)
        squares += (time - mean) * (time - mean);
    const double count = static_cast<double>(times.size());
    const double error = times.size() > 1 ? std::sqrt(squares / (count - 1) / count) : 0;
    return {mean - 1.96 * error, mean + 1.96 * error};
}

double meanOf(const std::vector<double>& times) {
    return std::accumulate(times.begin(), times.end(), 0.0) / static_cast<double>(times.size());
}

}  // namespace

std::string toString(Method method) {
    return method == Method::paper ? "paper" : "quick";
}

std::string toString(Kind kind) {
    return kind == Kind::training ? "training" : "generation";
}

double median(std::vector<double> values) {
    const std::size_t half = values.size() / 2;
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half),
                     values.end());
    const double upper = values[half];
    if (values.size() % 2 == 1)
        return upper;
    return (upper +
            *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half))) /
           2;
}

std::int64_t unitSteps(const Protocol& protocol, const Task& task) {
    if (task.kind == Kind::generation)
        return (std::int64_t{task.size} + kGenerationPart - 1) / kGenerationPart;
    return std::max<std::int64_t>(1, protocol.images / task.size);
}

double imagesPerStep(const Task& task) {
    return task.kind == Kind::generation
               ? static_cast<double>(task.size) / static_cast<double>(unitSteps({}, task))
               : task.size;
}

std::int64_t quotedSteps(const Protocol& protocol, const Task& task) {
    return unitSteps(protocol, task) * (task.kind == Kind::generation ? 1 : protocol.epochs);
}

std::int64_t quotedImages(const Protocol& protocol, const Task& task) {
    return task.kind == Kind::generation ? task.size : quotedSteps(protocol, task) * task.size;
}

std::optional<Estimate> estimate(const Protocol& protocol, const Task& task,
                                 std::span<const Block> blocks) {
    if (blocks.empty())
        return std::nullopt;
    const std::vector<double> times = stepTimes(blocks);
    const bool summed = protocol.method == Method::paper;
    const auto middle = [summed](const std::vector<double>& values) {
        return summed ? meanOf(values) : median(values);
    };
    const double perStep = middle(times);
    Interval interval = summed ? meanInterval(times, perStep) : medianInterval(times);
    interval.include(perStep);
    if (const auto half = static_cast<std::ptrdiff_t>(times.size() / 2); half >= 3) {
        interval.include(middle({times.begin(), times.begin() + half}));
        interval.include(middle({times.end() - half, times.end()}));
    }
    const double steps = static_cast<double>(quotedSteps(protocol, task));
    Estimate result;
    result.seconds = steps * perStep;
    result.low = std::max(0.0, steps * interval.low);
    result.high = steps * interval.high;
    result.blocks = static_cast<int>(blocks.size());
    result.imagesPerSecond = imagesPerStep(task) / perStep;
    return result;
}

PointTimer::PointTimer(const Protocol& protocol, const Task& task)
    : protocol_(protocol), task_(task) {
    warming_ =
        protocol.method == Method::quick ||
        (task.kind == Kind::training ? protocol.warmupEpochs : protocol.warmupGenerations) > 0;
}

std::int64_t PointTimer::nextSteps() const {
    if (done_)
        return 0;
    if (protocol_.method == Method::paper)
        return unitSteps(protocol_, task_);
    const std::vector<Block>& known = timed_.empty() ? warmup_ : timed_;
    if (known.empty())
        return 1;
    const double wanted = protocol_.blockSeconds / known.back().perStep();
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::min(wanted, 1e9)), 1,
                                    kMostBlockSteps);
}

void PointTimer::add(const Block& block) {
    // A driver may compile in the first step, for longer than all others take.
    if (protocol_.method == Method::paper || !warmup_.empty())
        spent_ += block.seconds;
    if (warming_ || disturbed_) {
        warmup_.push_back(block);
        disturbed_ = false;
        warming_ = warming_ && !warm();
    } else {
        timed_.push_back(block);
        done_ = enough();
    }
}

bool PointTimer::warm() const {
    if (protocol_.method == Method::paper)
        return static_cast<std::int64_t>(warmup_.size()) >= (task_.kind == Kind::training
                                                                 ? protocol_.warmupEpochs
                                                                 : protocol_.warmupGenerations);
    if (warmup_.size() < 2)
        return false;  // the first step prepares what later ones reuse
    if (spent_ >= kWarmupShare * protocol_.budgetSeconds)
        return true;
    if (warmup_.size() < kSteadyBlocks + 1)
        return false;
    const std::vector<double> last = stepTimes(std::span(warmup_).last(kSteadyBlocks));
    const auto [low, high] = std::minmax_element(last.begin(), last.end());
    return *high - *low <= kSteady * median(last);
}

bool PointTimer::enough() const {
    if (protocol_.method == Method::paper)
        return static_cast<std::int64_t>(timed_.size()) >=
               (task_.kind == Kind::training ? protocol_.epochs : protocol_.warmupGenerations);
    if (timed_.size() < kFewestSlowBlocks)
        return false;
    if (spent_ >= protocol_.budgetSeconds)
        return true;
    return timed_.size() >= kFewestBlocks &&
           estimate(protocol_, task_, timed_)->isNarrow(protocol_);
}

double PointTimer::secondsLeft() const {
    if (done_)
        return 0;
    if (protocol_.method == Method::quick)
        return std::max(0.0, protocol_.budgetSeconds - spent_);
    const std::size_t made = warmup_.size() + timed_.size();
    if (made == 0)
        return 0;
    const bool training = task_.kind == Kind::training;
    const std::int64_t all =
        training ? protocol_.warmupEpochs + protocol_.epochs : 2 * protocol_.warmupGenerations;
    return spent_ / static_cast<double>(made) *
           static_cast<double>(std::max<std::int64_t>(0, all - static_cast<std::int64_t>(made)));
}

}  // namespace shearbench::benchmark

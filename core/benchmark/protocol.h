// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

// How a time is taken: what is run, when it is enough, and what the blocks that were timed come to.

namespace shearbench::benchmark {

/// What is timed: training steps at a batch size, or the generation of a number of images.
enum class Kind { training, generation };

/// "paper": 10 epochs to warm up, then 100 timed ones, whatever they take. "quick": steps until
/// their time is stable, then blocks of steps until the interval is narrow or the budget is spent;
/// scaled to the same 100 epochs.
enum class Method { paper, quick };

struct Protocol {
    Method method = Method::quick;
    std::int64_t images = 8000;  ///< an epoch's; it has images / batch whole steps
    std::int64_t warmupEpochs = 10, epochs = 100;
    std::int64_t warmupGenerations = 100;  ///< of paper's generation; then as many timed ones

    double budgetSeconds = 8;  ///< quick: of one point, warm-up included but for its first step
    double relativeHalfWidth =
        0.01;                    ///< quick: half the interval over the median, when it is enough
    double blockSeconds = 0.25;  ///< quick: how long a block should be

    bool operator==(const Protocol&) const = default;
};

/// "paper", "quick".
std::string toString(Method method);
/// "training", "generation".
std::string toString(Kind kind);

/// Some steps, timed together. Every one is kept.
struct Block {
    std::int64_t steps = 0;
    double seconds = 0;
    double startedAt = 0;                                      ///< seconds after the sweep began
    double joules = std::numeric_limits<double>::quiet_NaN();  ///< NaN: could not be measured

    double perStep() const { return seconds / static_cast<double>(steps); }
};

/// What is asked of one point. `size`: batch size or number of images.
struct Task {
    Kind kind = Kind::training;
    std::string network;  ///< preset of core/network/presets.h; "generative" for generation
    std::string device;   ///< id of a device
    int size = 1;

    bool operator==(const Task&) const = default;
};

/// Images that are generated at a time, at most. A generation of more goes through the network in
/// parts, each a step, so that quick can time some of them where all take too long.
inline constexpr int kGenerationPart = 100;

/// Steps of an epoch, or of one generation: as few equal parts as possible.
std::int64_t unitSteps(const Protocol& protocol, const Task& task);
/// Images that a step takes, on average over a unit.
double imagesPerStep(const Task& task);

/// Steps that the quoted time is for: those of all timed epochs, or one generation.
std::int64_t quotedSteps(const Protocol& protocol, const Task& task);
/// Images that the quoted time is for.
std::int64_t quotedImages(const Protocol& protocol, const Task& task);

/// The time that is quoted, and between which bounds it is believed to lie.
///
/// quick: the median over blocks of the time a step takes, times the steps. The interval is the
/// distribution-free one of a median, by order statistics of the blocks (David & Nagaraja 2003,
/// 7.1), of 95 % confidence where there are six blocks or more, else their range; widened to take
/// in the medians of the first and of the second half of the blocks, so that a drift shows.
/// paper: the sum of the timed epochs, and sum +- 1.96 standard deviations of a sum of so many
/// independent epochs, likewise widened by the two halves.
struct Estimate {
    double seconds = 0, low = 0, high = 0;
    int blocks = 0;
    double imagesPerSecond = 0;

    double relativeHalfWidth() const { return (high - low) / (2 * seconds); }
    /// Whether it is as narrow as `protocol` asks; always of paper's, which asks for nothing.
    bool isNarrow(const Protocol& protocol) const {
        return protocol.method == Method::paper ||
               relativeHalfWidth() <= protocol.relativeHalfWidth;
    }
};

/// Nothing without a block. Blocks have steps >= 1 and finite seconds > 0.
std::optional<Estimate> estimate(const Protocol& protocol, const Task& task,
                                 std::span<const Block> blocks);

/// Decides, block by block, how one point goes on. Takes times, asks no clock.
class PointTimer {
  public:
    PointTimer(const Protocol& protocol, const Task& task);

    /// Steps of the next block; 0 when the point is done.
    std::int64_t nextSteps() const;
    /// Whether that block is one to warm up with.
    bool warming() const { return warming_; }
    void add(const Block& block);
    /// After something else ran for long: the next block only warms up.
    void disturb() { disturbed_ = true; }

    const std::vector<Block>& warmup() const { return warmup_; }
    const std::vector<Block>& timed() const { return timed_; }
    /// About how long the rest takes; 0 before the first block where nothing is known.
    double secondsLeft() const;

  private:
    bool warm() const;
    bool enough() const;

    Protocol protocol_;
    Task task_;
    std::vector<Block> warmup_, timed_;
    bool warming_ = true, disturbed_ = false, done_ = false;
    double spent_ = 0;
};

/// Median of a list that is not empty.
double median(std::vector<double> values);

}  // namespace shearbench::benchmark

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/epoch_order.h"

#include <algorithm>

#include "core/random.h"

namespace shearbench::data {
namespace {

// Streams of windows lie above those of epochs, which are their numbers.
std::uint64_t windowStream(std::int64_t epoch, std::size_t window) {
    return (static_cast<std::uint64_t>(epoch + 1) << 32) ^ (static_cast<std::uint64_t>(window) + 1);
}

}  // namespace

EpochOrder::EpochOrder(std::span<const std::int64_t> rows, std::int64_t windowRows,
                       std::int64_t blockRows, std::uint64_t seed)
    : windowRows_(std::max<std::int64_t>(1, windowRows)), seed_(seed) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (i == 0 || rows[i] / blockRows != rows[i - 1] / blockRows)
            starts_.push_back(static_cast<std::int64_t>(i));
    starts_.push_back(static_cast<std::int64_t>(rows.size()));
    for (std::size_t block = 0; block + 1 < starts_.size(); ++block)
        largestBlock_ = std::max(largestBlock_, blockRowsOf(block));
}

std::int64_t EpochOrder::largestWindow() const {
    return std::min(starts_.back(), windowRows_ - 1 + largestBlock_);
}

EpochOrder::Epoch EpochOrder::epoch(std::int64_t number) const {
    const auto blocks = static_cast<std::int64_t>(starts_.size()) - 1;
    const std::vector<std::int64_t> order = permutation(
        blocks, RandomStream(seed_, StreamPurpose::shuffle, static_cast<std::uint64_t>(number)));
    Epoch epoch;
    epoch.positions.reserve(static_cast<std::size_t>(starts_.back()));
    std::vector<std::int64_t> window;
    const auto close = [&] {
        const std::vector<std::int64_t> shuffled = permutation(
            static_cast<std::int64_t>(window.size()),
            RandomStream(seed_, StreamPurpose::shuffle, windowStream(number, epoch.ends.size())));
        for (const std::int64_t i : shuffled)
            epoch.positions.push_back(window[static_cast<std::size_t>(i)]);
        epoch.ends.push_back(static_cast<std::int64_t>(epoch.positions.size()));
        window.clear();
    };
    for (const std::int64_t each : order) {
        const auto block = static_cast<std::size_t>(each);
        for (std::int64_t position = starts_[block]; position < starts_[block + 1]; ++position)
            window.push_back(position);
        if (static_cast<std::int64_t>(window.size()) >= windowRows_)
            close();
    }
    if (!window.empty())
        close();
    return epoch;
}

}  // namespace shearbench::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/window_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/thread_priority.h"

namespace shearbench::data {

WindowReader::WindowReader(std::shared_ptr<const CutoutSource> source,
                           const std::vector<std::int64_t>& rows, const EpochOrder& order,
                           std::int64_t placesPerEpoch, std::int64_t startEpoch,
                           std::int64_t startPlace)
    : source_(std::move(source)),
      rows_(rows),
      order_(order),
      placesPerEpoch_(placesPerEpoch),
      startEpoch_(startEpoch),
      startPlace_(startPlace) {
    const auto largest = static_cast<std::size_t>(order.largestWindow());
    for (Window& slot : slots_) {
        slot.positions.reserve(largest);
        slot.images.reserve(largest * imageSize(source_->schema()));
    }
    thread_ = std::thread([this] {
        try {
            giveWayToOthers();
            run();
        } catch (...) {
            const std::lock_guard held(mutex_);
            failure_ = std::current_exception();
            changed_.notify_all();
        }
    });
}

WindowReader::~WindowReader() {
    stop();
    thread_.join();
}

void WindowReader::stop() {
    {
        const std::lock_guard held(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
}

const WindowReader::Window& WindowReader::next() {
    std::unique_lock held(mutex_);
    if (holding_) {
        ++released_;
        holding_ = false;
        changed_.notify_all();
    }
    changed_.wait(held, [&] { return stopping_ || failure_ || produced_ > released_; });
    if (produced_ == released_ && failure_)
        std::rethrow_exception(failure_);
    if (produced_ == released_)
        throw Error(ErrorKind::run, "Reading was stopped.");
    holding_ = true;
    return slots_[released_ % 2];
}

bool WindowReader::waitForRoom() {
    std::unique_lock held(mutex_);
    changed_.wait(held, [&] { return stopping_ || produced_ - released_ < 2; });
    return !stopping_;
}

void WindowReader::run() {
    std::int64_t start = startPlace_;
    for (std::int64_t number = startEpoch_;; ++number, start = 0) {
        const EpochOrder::Epoch epoch = order_.epoch(number);
        std::int64_t first = 0;
        for (const std::int64_t last : epoch.ends) {
            const std::int64_t begin = first, end = std::min(last, placesPerEpoch_);
            first = last;
            if (begin >= end || end <= start)
                continue;
            if (!waitForRoom())
                return;
            Window& window = slots_[produced_ % 2];
            window.epoch = number;
            if (!readWindow(window, begin, end, epoch))
                return;
            const std::lock_guard held(mutex_);
            ++produced_;
            changed_.notify_all();
        }
    }
}

/// False when it is time to stop.
bool WindowReader::readWindow(Window& window, std::int64_t first, std::int64_t end,
                              const EpochOrder::Epoch& epoch) {
    const std::size_t size = imageSize(source_->schema());
    const auto count = static_cast<std::size_t>(end - first);
    window.first = first;
    window.positions.assign(epoch.positions.begin() + first, epoch.positions.begin() + end);
    window.images.resize(count * size);

    std::vector<std::size_t> byRow(count);
    std::iota(byRow.begin(), byRow.end(), std::size_t{0});
    std::sort(byRow.begin(), byRow.end(), [&](std::size_t a, std::size_t b) {
        return window.positions[a] < window.positions[b];
    });
    // A few megabytes at a time: others wait for the file meanwhile.
    const std::size_t most = std::max<std::size_t>(1, (std::size_t{1} << 20) / size);
    std::vector<std::int64_t> rows;
    std::vector<float> images(std::min(most, count) * size);
    for (std::size_t begin = 0; begin < count; begin += most) {
        if (stopping_)
            return false;
        const std::size_t number = std::min(most, count - begin);
        rows.clear();
        for (std::size_t i = 0; i < number; ++i)
            rows.push_back(rows_[static_cast<std::size_t>(window.positions[byRow[begin + i]])]);
        source_->readImages(rows, std::span(images).first(number * size));
        for (std::size_t i = 0; i < number; ++i)
            std::copy_n(
                images.begin() + static_cast<std::ptrdiff_t>(i * size), size,
                window.images.begin() + static_cast<std::ptrdiff_t>(byRow[begin + i] * size));
    }
    replaceNonFinite(window);
    return true;
}

void WindowReader::replaceNonFinite(Window& window) {
    const std::size_t size = imageSize(source_->schema()), count = window.positions.size();
    std::vector<std::size_t> bad;
    window.replaced.assign(count, false);
    for (std::size_t i = 0; i < count; ++i)
        if (nonFiniteValues(std::span(window.images).subspan(i * size, size)) > 0) {
            bad.push_back(i);
            window.replaced[i] = true;
        }
    if (bad.size() == count)
        throw Error(
            ErrorKind::data,
            fmt::format("The image in row {} of {} and its {} companions in a window all have "
                        "pixels that are not finite.",
                        rows_[static_cast<std::size_t>(window.positions[0])],
                        source_->schema().file, count - 1),
            "Give such pixels a value, or write the file without such images.");
    for (const std::size_t i : bad) {
        std::size_t other = i;
        while (window.replaced[other])
            other = (other + 1) % count;
        window.positions[i] = window.positions[other];
        std::copy_n(window.images.begin() + static_cast<std::ptrdiff_t>(other * size), size,
                    window.images.begin() + static_cast<std::ptrdiff_t>(i * size));
    }
}

}  // namespace shearbench::data

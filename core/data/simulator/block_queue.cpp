// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/block_queue.h"

#include <algorithm>
#include <span>
#include <utility>

namespace shearbench::data::simulator {

BlockQueue::BlockQueue(const SimulationSettings& settings, int threads)
    : settings_(settings),
      blocks_((settings.count + kBlockCutouts - 1) / kBlockCutouts),
      ahead_(3 * static_cast<std::int64_t>(threads)) {
    const auto grids = CutoutSimulator::makeGrids(settings.recipe);
    try {
        for (int i = 0; i < threads; ++i)
            threads_.emplace_back(&BlockQueue::work, this,
                                  CutoutSimulator(settings.seed, settings.recipe, grids));
    } catch (...) {
        stop();
        throw;
    }
}

BlockQueue::~BlockQueue() {
    stop();
}

void BlockQueue::stop() {
    {
        const std::lock_guard guard(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

Block BlockQueue::next() {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [&] { return failure_ || finished_.count(nextToHandOut_) > 0; });
    if (failure_)
        std::rethrow_exception(failure_);
    auto node = finished_.extract(nextToHandOut_);
    ++nextToHandOut_;
    guard.unlock();
    changed_.notify_all();
    return std::move(node.mapped());
}

void BlockQueue::work(CutoutSimulator simulator) {
    std::unique_lock guard(mutex_);
    while (true) {
        changed_.wait(guard, [&] {
            return stopping_ || nextToMake_ == blocks_ || nextToMake_ < nextToHandOut_ + ahead_;
        });
        if (stopping_ || nextToMake_ == blocks_)
            return;
        const std::int64_t number = nextToMake_++;
        guard.unlock();
        Block block;
        std::exception_ptr failure;
        try {
            block = make(simulator, number);
        } catch (...) {
            failure = std::current_exception();
        }
        guard.lock();
        if (failure)
            failure_ = failure;
        else
            finished_.emplace(number, std::move(block));
        changed_.notify_all();
    }
}

Block BlockQueue::make(CutoutSimulator& simulator, std::int64_t number) {
    const std::int64_t first = number * kBlockCutouts,
                       count = std::min(kBlockCutouts, settings_.count - first);
    Block block;
    block.images.resize(static_cast<std::size_t>(count) * kCutoutValues);
    if (settings_.noiseless)
        block.noiseless.resize(block.images.size());
    if (settings_.noiseless && settings_.recipe.mostGalaxies > 1)
        block.central.resize(block.images.size());
    const auto cutout = [](std::vector<float>& images, std::int64_t i) {
        const auto offset = static_cast<std::size_t>(i) * kCutoutValues;
        return images.empty() ? std::span<float>()
                              : std::span(images).subspan(offset, kCutoutValues);
    };
    for (std::int64_t i = 0; i < count; ++i)
        block.labels.push_back(simulator.draw(first + i, cutout(block.images, i),
                                              cutout(block.noiseless, i),
                                              cutout(block.central, i)));
    return block;
}

}  // namespace shearbench::data::simulator

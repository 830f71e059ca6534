// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/arena.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "core/device/opencl/status.h"

namespace shearbench::device::opencl {

namespace {

constexpr std::size_t kBytes = 4;
/// Some drivers give no smaller buffers.
constexpr std::size_t kSmallest = 32;

}  // namespace

Arena::Index Arena::request(std::string name, MemoryUse use, std::size_t count) {
    requests_.push_back({std::move(name), use, count});
    return requests_.size() - 1;
}

std::size_t Arena::extend(Index buffer, std::size_t count) {
    const std::size_t at = requests_[buffer].count;
    requests_[buffer].count = at + std::min(count, std::numeric_limits<std::size_t>::max() - at);
    return at;
}

std::size_t Arena::bytesOf(std::size_t count) {
    return saturatingProduct({std::max(count, kSmallest), kBytes});
}

MemoryPlan Arena::plan(int batch) const {
    MemoryPlan plan;
    plan.batch = batch;
    for (const Request& request : requests_)
        plan.items.push_back({request.name, request.use, bytesOf(request.count)});
    return plan;
}

void Arena::checkSizes(const Hardware& hardware) const {
    constexpr std::uint64_t kLargestIndex = std::numeric_limits<std::int32_t>::max();
    const std::uint64_t largest =
        std::min<std::uint64_t>(kLargestIndex * kBytes, hardware.largestAllocation);
    for (const Request& request : requests_)
        if (const std::uint64_t bytes = saturatingProduct({request.count, kBytes}); bytes > largest)
            throw Error(ErrorKind::device,
                        fmt::format("{} gives at most {:.1f} MB in one piece; {} takes {:.1f} MB.",
                                    hardware.info.name, largest / 1e6, request.name, bytes / 1e6),
                        "Choose a smaller batch.");
}

void Arena::allocate(Context& context, Queue& queue) {
    std::uint64_t all = 0, given = 0;
    for (const Request& request : requests_)
        all += bytesOf(request.count);
    buffers_.reserve(requests_.size());
    for (const Request& request : requests_) {
        const std::size_t bytes = bytesOf(request.count);
        try {
            buffers_.emplace_back(context, request.name, bytes);
            queue.fill(buffers_.back());
            queue.finish();
        } catch (const StatusError& error) {
            if (!error.outOfMemory())
                throw;
            throw OutOfMemory(
                fmt::format("{} has no {:.1f} MB for {}, after it gave {:.1f} of {:.1f} MB: OpenCL "
                            "answered {}.",
                            context.hardware().info.name, bytes / 1e6, request.name, given / 1e6,
                            all / 1e6, statusName(error.status())),
                error.remedy(), given);
        }
        given += bytes;
    }
}

}  // namespace shearbench::device::opencl

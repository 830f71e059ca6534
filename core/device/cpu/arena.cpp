// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/arena.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "core/error.h"

namespace shearbench::device::cpu {

namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kLargePage = 2 << 20;
constexpr std::size_t kLine = 64;

std::uint64_t bytesOf(const std::string& name, std::int64_t floats, std::int64_t count) {
    std::int64_t bytes = 0;
    if (__builtin_mul_overflow(floats, count, &bytes) ||
        __builtin_mul_overflow(bytes, static_cast<std::int64_t>(sizeof(float)), &bytes) ||
        bytes > std::numeric_limits<std::int64_t>::max() / 4096)
        throw Error(ErrorKind::device,
                    fmt::format("{} of {} x {} numbers is more than a computer can address.", name,
                                count, floats),
                    "Choose a smaller batch or network.");
    return (static_cast<std::uint64_t>(bytes) + kLine - 1) / kLine * kLine;
}

/// In large pages where the system has them: maps are walked through in long strides. Null where
/// there is no room.
std::byte* pages(std::size_t bytes) {
    void* memory = nullptr;
    if (posix_memalign(&memory, bytes < kLargePage ? kPage : kLargePage, bytes) != 0)
        return nullptr;
#if defined(__linux__)
    if (bytes >= kLargePage)
        madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    return static_cast<std::byte*>(memory);
}

}  // namespace

void Arena::Free::operator()(void* memory) const {
    std::free(memory);
}

Arena::Buffer Arena::request(std::string name, MemoryUse use, std::int64_t floats,
                             std::int64_t count) {
    const std::uint64_t bytes = bytesOf(name, floats, count);
    items_.push_back({std::move(name), use, bytes});
    return items_.size() - 1;
}

Arena::Buffer Arena::requestShared(const std::string& name, MemoryUse use, std::int64_t floats,
                                   std::int64_t count) {
    const auto found = std::find_if(items_.begin(), items_.end(),
                                    [&](const MemoryItem& item) { return item.name == name; });
    if (found == items_.end())
        return request(name, use, floats, count);
    found->bytes = std::max(found->bytes, bytesOf(name, floats, count));
    return static_cast<Buffer>(found - items_.begin());
}

MemoryPlan Arena::plan(int batch) const {
    MemoryPlan plan;
    for (const MemoryItem& item : items_)
        if (item.bytes > 0)
            plan.items.push_back(item);
    plan.batch = batch;
    return plan;
}

void Arena::allocate() {
    std::size_t total = 0;
    offsets_.clear();
    for (const MemoryItem& item : items_) {
        offsets_.push_back(total);
        total += item.bytes;
    }
    total = (total + kPage - 1) / kPage * kPage;
    memory_.reset(pages(std::max(total, kPage)));
    if (!memory_)
        throw Error(ErrorKind::device,
                    fmt::format("The system refused {:.1f} MB of memory.", total / 1e6),
                    "Choose a smaller batch, or close other programs.");
    std::memset(memory_.get(), 0, total);
}

float* Arena::at(Buffer buffer) const {
    return memory_ ? reinterpret_cast<float*>(memory_.get() + offsets_.at(buffer)) : nullptr;
}

}  // namespace shearbench::device::cpu

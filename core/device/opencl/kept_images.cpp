// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/kept_images.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/memory.h"

namespace shearbench::device::opencl {

namespace {

constexpr double kMega = 1e6;
/// Some drivers give no smaller buffers.
constexpr std::size_t kSmallest = 128;
/// Of a device's memory, what is left to its driver and to other programs.
constexpr std::uint64_t kSpared = 8;

std::uint64_t bytesOf(network::Shape shape) {
    return shape.count() * sizeof(float);
}

std::int64_t perPiece(const Hardware& hardware, network::Shape shape) {
    return static_cast<std::int64_t>(std::min<std::uint64_t>(
        std::numeric_limits<cl_int>::max(), hardware.largestAllocation / bytesOf(shape)));
}

}  // namespace

std::string KeptImages::obstacle(const Hardware& hardware, network::Shape shape, std::int64_t count,
                                 std::uint64_t planned, std::uint64_t cap) {
    const std::uint64_t memory = hardware.info.memoryBytes;
    std::uint64_t usable = memory - memory / kSpared;
    if (cap > 0)
        usable = std::min(usable, cap);
    const std::uint64_t bytes =
        saturatingProduct({static_cast<std::uint64_t>(count), bytesOf(shape)});
    const std::string needed = fmt::format("their {:.1f} MB", static_cast<double>(bytes) / kMega);
    if (planned > usable || bytes > usable - planned)
        return fmt::format(
            "{} do not fit beside the {:.1f} MB of the network into the {:.1f} MB that {} be used",
            needed, static_cast<double>(planned) / kMega, static_cast<double>(usable) / kMega,
            cap > 0 ? "may" : "can");
    if (hardware.inHostMemory) {
        const std::uint64_t free = freeMemory();
        if (free == 0)
            return needed +
                   " would be in the computer's memory a second time, and how much of that "
                   "is free is not known";
        if (bytes > free / 2)
            return fmt::format(
                "{} would be in the computer's memory a second time and take more than half of "
                "the {:.1f} MB that are free",
                needed, static_cast<double>(free) / kMega);
    }
    if (count > std::numeric_limits<cl_int>::max() || count > kPieces * perPiece(hardware, shape))
        return fmt::format("{} take more than {} pieces of the {:.1f} MB that the device gives",
                           needed, kPieces, hardware.largestAllocation / kMega);
    return {};
}

KeptImages::KeptImages(Context& context, Queue& queue, const Planning& planning, const Place& input,
                       const Buffer& targets, const Buffer& picks, std::int64_t count)
    : shape_(input.map.shape),
      count_(count),
      perPiece_(std::min(count, perPiece(planning.hardware, shape_))),
      range_(planning.shape.striding(saturatingProduct(
          {static_cast<std::size_t>(planning.batch), static_cast<std::size_t>(input.map.blocks()),
           static_cast<std::size_t>(input.map.pixels())}))) {
    for (std::int64_t first = 0; first < count; first += perPiece_) {
        const std::size_t bytes =
            static_cast<std::size_t>(std::min(perPiece_, count - first)) * bytesOf(shape_);
        pieces_.emplace_back(context, "images that stay on the device", std::max(bytes, kSmallest));
        // Some drivers give memory only when it is used.
        queue.fill(pieces_.back());
        queue.finish();
    }
    const auto piece = [&](std::size_t i) -> const Buffer& {
        return pieces_[std::min(i, pieces_.size() - 1)];
    };
    gather_ = Kernel(context, planning.shape.program(), "gather_images");
    gather_.bind(piece(0), piece(1), piece(2), piece(3), static_cast<int>(perPiece_), picks,
                 planning.arena[input.buffer], targets, 0, shape_.channels, shape_.height,
                 shape_.width, input.map.blocks(), input.map.halo, planning.batch);
    gather_.setWork({0, 2 * bytesOf(input, planning.batch)});
}

std::uint64_t KeptImages::bytes() const {
    std::uint64_t sum = 0;
    for (const Buffer& piece : pieces_)
        sum += piece.bytes();
    return sum;
}

void KeptImages::put(Queue& queue, std::int64_t first, std::span<const float> images) {
    const std::size_t size = shape_.count();
    while (!images.empty()) {
        const std::int64_t within = first % perPiece_;
        const auto held = static_cast<std::size_t>(perPiece_ - within);
        const auto part = images.first(std::min(images.size(), held * size));
        queue.writeNow(pieces_[static_cast<std::size_t>(first / perPiece_)],
                       {part.begin(), part.end()},
                       static_cast<std::size_t>(within) * bytesOf(shape_));
        images = images.subspan(part.size());
        first += static_cast<std::int64_t>(part.size() / size);
    }
}

void KeptImages::describe(std::span<const KeptImage> images, std::span<cl_int> picks) {
    for (std::size_t i = 0; i < images.size(); ++i) {
        picks[kPickNumbers * i] = static_cast<cl_int>(images[i].number);
        picks[kPickNumbers * i + 1] = images[i].quarterTurns + (images[i].flip ? 4 : 0);
    }
}

void KeptImages::gather(Queue& queue, bool asTargets) {
    constexpr cl_uint kAsTargets = 8;
    gather_.set(kAsTargets, static_cast<int>(asTargets));
    queue.launch(gather_, range_);
}

}  // namespace shearbench::device::opencl

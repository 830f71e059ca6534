// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/device/image_keeper.h"
#include "core/device/opencl/operation.h"

namespace shearbench::device::opencl {

/// Images that stay on a device, row-major (n, C, H, W) in pieces of whole images, and the launch
/// that makes a batch of some of them: gather_images of kernels/maps.cl.
class KeptImages {
  public:
    /// As many as the kernel has arguments for; a device gives at least a quarter of its memory in
    /// one.
    static constexpr int kPieces = 4;

    /// What speaks against so many images of that shape on a device beside a session of `planned`
    /// bytes, as ImageKeeper::makeRoom() says it; `cap` bytes may be used, 0: all there are.
    static std::string obstacle(const Hardware& hardware, network::Shape shape, std::int64_t count,
                                std::uint64_t planned, std::uint64_t cap);

    /// After obstacle() found none. `input`: the map that batches are laid out in. Throws
    /// Error(device), StatusError where memory ends.
    KeptImages(Context& context, Queue& queue, const Planning& planning, const Place& input,
               const Buffer& targets, const Buffer& picks, std::int64_t count);

    std::int64_t count() const { return count_; }
    std::uint64_t bytes() const;
    /// Returns when they are there.
    void put(Queue& queue, std::int64_t first, std::span<const float> images);

    /// Of the picks, which say what images gather() takes: so many numbers each, as describe()
    /// writes them.
    static constexpr std::size_t kPickNumbers = 2;
    static void describe(std::span<const KeptImage> images, std::span<cl_int> picks);
    /// One launch. The images are copied into the targets as well if `asTargets`.
    void gather(Queue& queue, bool asTargets);

  private:
    network::Shape shape_;
    std::int64_t count_, perPiece_;
    std::vector<Buffer> pieces_;
    Range range_;
    Kernel gather_;
};

}  // namespace shearbench::device::opencl

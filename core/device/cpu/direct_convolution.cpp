// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/direct_convolution.h"

#include <algorithm>
#include <array>

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

namespace {

using Int = std::int64_t;

constexpr Int kPixelsOfTask = 256;  // enough to keep a kernel block in the first cache
constexpr Int kGradientBytes =
    16 << 10;                     // of two channel blocks' gradients, in the first cache too
constexpr Int kSourceBlocks = 4;  // of the output, summed at once for the input's gradient

/// Results begin..end-1 along an axis whose tap `tap` falls inside the source.
struct Reach {
    Int begin, end;
};
Reach reach(Int tap, Int padding, Int stride, Int source, Int results) {
    const Int first = tap < padding ? (padding - tap + stride - 1) / stride : 0;
    const Int last = source - 1 + padding - tap;
    return {std::min(first, results), last < 0 ? 0 : std::min(results, last / stride + 1)};
}

/// Blocks of results a thread computes together: more of them where rows are short.
int blocksTogether(Int pixelsOfRow) {
    return pixelsOfRow <= 4 ? 4 : 2;
}

/// A map of results cut into tasks: some channel blocks, images and rows each.
class Cut {
  public:
    Cut(const Blocked& map, int batch, int together) : map_(map), batch_(batch), blocks_(together) {
        rows_ = std::clamp<Int>(kPixelsOfTask / map.shape.width, 1, map.shape.height);
        images_ =
            rows_ < map.shape.height ? 1 : std::clamp<Int>(kPixelsOfTask / map.pixels(), 1, batch);
    }

    Int tasks() const { return groups() * imageParts() * rowParts(); }

    struct Part {
        Int block, blocks, image, imageEnd, row, rowEnd;
    };
    Part part(Int task) const {
        const Int row = task % rowParts() * rows_;
        const Int image = task / rowParts() % imageParts() * images_;
        const Int block = task / rowParts() / imageParts() * blocks_;
        return {block, std::min(blocks_, map_.blocks() - block),
                image, std::min<Int>(image + images_, batch_),
                row,   std::min<Int>(row + rows_, map_.shape.height)};
    }

  private:
    Int groups() const { return (map_.blocks() + blocks_ - 1) / blocks_; }
    Int imageParts() const { return (batch_ + images_ - 1) / images_; }
    Int rowParts() const { return (map_.shape.height + rows_ - 1) / rows_; }

    Blocked map_;
    Int batch_, blocks_, rows_, images_;
};

/// work(first, count) for so many blocks in groups the kernels know: 4, 2 or 1.
template <class Work>
void inGroups(Int blocks, const Work& work) {
    for (Int first = 0; first < blocks;) {
        const Int count = blocks - first >= 4 ? 4 : blocks - first >= 2 ? 2 : 1;
        work(first, static_cast<int>(count));
        first += count;
    }
}

}  // namespace

DirectConvolution::DirectConvolution(const ConvolutionShape& shape, bool inputGradient,
                                     Arena& arena)
    : shape_(shape) {
    if (inputGradient)
        turnedBuffer_ =
            arena.requestShared("turned kernel", MemoryUse::workspace, shape.kernelFloats());
}

void DirectConvolution::bind(const Arena& arena) {
    turned_ = arena.at(turnedBuffer_);
}

void DirectConvolution::forward(const ConvolutionForward& task) {
    const network::Layer& layer = shape_.layer;
    const Blocked &in = shape_.in, &out = shape_.out;
    const Int width = in.width, columns = in.shape.width, results = out.shape.width;
    const Int stride = layer.stride, left = layer.paddingLeft();
    const Cut cut(out, shape_.batch, blocksTogether(results));

    const auto row = [&](const Cut::Part& part, Int first, int count, Int n, Int i, Int r) {
        std::array<RowTap, ConvolutionShape::kTaps> taps;
        Int used = 0;
        const float* map = task.input + n * in.imageFloats() + i * in.blockFloats();
        const Int o = part.block + first;
        for (Int tap = 0; tap < ConvolutionShape::kTaps; ++tap) {
            const Int y = r * stride - layer.paddingTop() + tap / 3;
            if (y < 0 || y >= in.shape.height)
                continue;
            const Reach reached = reach(tap % 3, left, stride, columns, results);
            taps[static_cast<std::size_t>(used++)] = {
                map + (y * columns + tap % 3 - left) * width,
                task.kernel + shape_.kernelAt(o, i) + tap * shape_.tapFloats(), reached.begin > 0,
                reached.end < results};
        }
        const Int at = o * out.blockFloats() + r * results * width;
        const Int image = n * out.imageFloats();
        const bool last = i + 1 == in.blocks() && task.slope;
        kernels().convolveRow(
            taps.data(), used, stride * width, in.blocks() * shape_.blockFloats(), count, results,
            {task.output + image + at, width, out.blockFloats(),
             task.bias ? task.bias + o * width : nullptr, i > 0, stride * columns * width,
             last ? task.slope + at : nullptr, last ? task.activated + image + at : nullptr});
    };
    parallelFor(cut.tasks(), [&](Int index) {
        const Cut::Part part = cut.part(index);
        inGroups(part.blocks, [&](Int first, int count) {
            for (Int i = 0; i < in.blocks(); ++i)
                for (Int n = part.image; n < part.imageEnd; ++n)
                    for (Int r = part.row; r < part.rowEnd; ++r)
                        row(part, first, count, n, i, r);
        });
    });
}

void DirectConvolution::backward(const ConvolutionBackward& task) {
    kernelGradient(task);
    if (task.inputGradient)
        adjoint({task.outputGradient, task.kernel, nullptr, task.inputGradient});
}

void DirectConvolution::kernelGradient(const ConvolutionBackward& task) const {
    const network::Layer& layer = shape_.layer;
    const Blocked &in = shape_.in, &out = shape_.out;
    const Int width = in.width, columns = in.shape.width, results = out.shape.width;
    const Int stride = layer.stride, left = layer.paddingLeft(), top = layer.paddingTop();
    const Int rowBytes = 2 * results * width * static_cast<Int>(sizeof(float));
    const Int height = out.shape.height;
    const Int rows = std::clamp<Int>(kGradientBytes / rowBytes, 1, height);
    const Int images =
        rows < height ? 1 : std::clamp<Int>(kGradientBytes / (rowBytes * height), 1, shape_.batch);
    const Int pairs = (out.blocks() + 1) / 2;

    const auto part = [&](Int i, Int o, int blocks, Int n, Int row) {
        const Int end = std::min(row + rows, height);
        for (Int tap = 0; tap < ConvolutionShape::kTaps; ++tap) {
            const Reach down = reach(tap / 3, top, stride, in.shape.height, height);
            const Reach across = reach(tap % 3, left, stride, columns, results);
            const Int first = std::max(row, down.begin);
            const Int count = std::max<Int>(0, std::min(end, down.end) - first);
            const Int y = first * stride - top + tap / 3;
            const Int x = across.begin * stride - left + tap % 3;
            kernels().kernelGradient(
                {std::min(images, shape_.batch - n), count,
                 std::max<Int>(0, across.end - across.begin), in.imageFloats(),
                 stride * columns * width, stride * width, out.imageFloats(), results * width,
                 out.blockFloats(), blocks, in.blocks() * shape_.blockFloats()},
                task.input + n * in.imageFloats() + i * in.blockFloats() +
                    (y * columns + x) * width,
                task.outputGradient + n * out.imageFloats() + o * out.blockFloats() +
                    (first * results + across.begin) * width,
                task.kernelGradient + shape_.kernelAt(o, i) + tap * shape_.tapFloats(),
                n > 0 || row > 0);
        }
    };
    parallelFor(pairs * in.blocks(), [&](Int index) {
        const Int i = index / pairs, o = index % pairs * 2;
        const int blocks = o + 1 < out.blocks() ? 2 : 1;
        for (Int n = 0; n < shape_.batch; n += images)
            for (Int row = 0; row < height; row += rows)
                part(i, o, blocks, n, row);
    });
}

void DirectConvolution::turn(const float* kernel, float* turned) const {
    const Int inBlocks = shape_.in.blocks(), outBlocks = shape_.out.blocks();
    parallelFor(inBlocks * outBlocks, [&](Int pair) {
        const Int i = pair / outBlocks, o = pair % outBlocks;
        kernels().transposeLanes(kernel + shape_.kernelAt(o, i),
                                 turned + pair * shape_.blockFloats(), ConvolutionShape::kTaps);
    });
}

void DirectConvolution::adjoint(const ConvolutionAdjoint& task) const {
    const network::Layer& layer = shape_.layer;
    const Blocked &in = shape_.in, &out = shape_.out;
    const Int width = in.width, columns = in.shape.width, results = out.shape.width;
    const Int stride = layer.stride, left = layer.paddingLeft(), top = layer.paddingTop();
    const float* const turned = task.turned ? task.turned : turned_;
    if (!task.turned)
        turn(task.kernel, turned_);

    // The pixels of row y in columns phase, phase + stride, ...; of the output, blocks o..end-1.
    const auto row = [&](Int i, int count, Int n, Int y, Int phase, Int o, Int end) {
        const Int pixels = (columns - phase + stride - 1) / stride;
        if (pixels <= 0)
            return;
        std::array<RowTap, ConvolutionShape::kTaps * kSourceBlocks> taps;
        Int used = 0;
        for (Int block = o; block < end; ++block)
            for (Int tap = 0; tap < ConvolutionShape::kTaps; ++tap) {
                const Int down = y + top - tap / 3, across = phase + left - tap % 3;
                if (down < 0 || down % stride != 0 || down / stride >= out.shape.height ||
                    across % stride != 0)
                    continue;
                const Int first = across / stride;
                taps[static_cast<std::size_t>(used++)] = {
                    task.source + n * out.imageFloats() + block * out.blockFloats() +
                        (down / stride * results + first) * width,
                    turned + (i * out.blocks() + block) * shape_.blockFloats() +
                        tap * shape_.tapFloats(),
                    first<0, first + pixels> results};
            }
        const Int at = i * in.blockFloats() + (y * columns + phase) * width;
        const bool last = end == out.blocks();
        kernels().convolveRow(
            taps.data(), used, width, out.blocks() * shape_.blockFloats(), count, pixels,
            {task.result + n * in.imageFloats() + at, stride * width, in.blockFloats(),
             task.bias ? task.bias + i * width : nullptr, o > 0, results * width,
             last && task.slope ? task.slope + at : nullptr,
             last && task.slope ? task.activated + n * in.imageFloats() + at : nullptr});
    };
    const Cut cut(in, shape_.batch, blocksTogether((columns + stride - 1) / stride));
    parallelFor(cut.tasks(), [&](Int index) {
        const Cut::Part part = cut.part(index);
        inGroups(part.blocks, [&](Int first, int count) {
            for (Int o = 0; o < out.blocks(); o += kSourceBlocks)
                for (Int below = 0; below < stride; ++below)
                    for (Int phase = 0; phase < stride; ++phase)
                        for (Int n = part.image; n < part.imageEnd; ++n)
                            for (Int y = part.row + below; y < part.rowEnd; y += stride)
                                row(part.block + first, count, n, y, phase, o,
                                    std::min(o + kSourceBlocks, out.blocks()));
        });
    });
}

}  // namespace shearbench::device::cpu

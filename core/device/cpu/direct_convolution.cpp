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
    16 << 10;                  // of two channel blocks' gradients, in the first cache too
constexpr Int kRowsAhead = 4;  // of results: whose sources are fetched meanwhile
constexpr std::size_t kTapsTogether = 16;  // of two blocks of results: their kernels fit it as well

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
Int blocksTogether(Int pixelsOfRow) {
    return pixelsOfRow <= 4 ? 4 : 2;
}

/// Channel blocks, images and rows of results.
struct Part {
    Int block, blocks, image, imageEnd, row, rowEnd;
};

/// A map of results cut into tasks: some channel blocks, images and rows each.
class Cut {
  public:
    /// Rows in multiples of `step`.
    Cut(const Blocked& map, Int batch, Int together, Int step)
        : map_(map), batch_(batch), blocks_(together) {
        const Int rows = std::clamp<Int>(kPixelsOfTask / map.shape.width, 1, map.shape.height);
        rows_ = (rows + step - 1) / step * step;
        images_ =
            rows_ < map.shape.height ? 1 : std::clamp<Int>(kPixelsOfTask / map.pixels(), 1, batch);
    }

    Int tasks() const { return groups() * imageParts() * rowParts(); }

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

/// What forward() and adjoint() have in common: a convolution from a source map to a result map.
struct Convolving {
    const DirectConvolution::Pass& pass;
    const float* source;
    const float* kernel;  ///< (result block, source block, 9, W source, W result)
    const float* bias;
    float* result;
    const float* slope;
    float* activated;

    void run(Int batch) const;
    void residue(const DirectConvolution::Residue& residue, const Part& part, Int block,
                 int count) const;
    void row(const DirectConvolution::Residue& residue, Int image, Int row, Int block, int count,
             Int sourceBlock, Int sourceEnd) const;
};

void Convolving::run(Int batch) const {
    const Cut cut(pass.result, batch, blocksTogether(pass.residues.front().columns),
                  pass.resultStep);
    parallelFor(cut.tasks(), [&](Int index) {
        const Part part = cut.part(index);
        inGroups(part.blocks, [&](Int first, int count) {
            for (const DirectConvolution::Residue& each : pass.residues)
                residue(each, part, part.block + first, count);
        });
    });
}

void Convolving::residue(const DirectConvolution::Residue& residue, const Part& part, Int block,
                         int count) const {
    const Int sources = pass.source.blocks();
    const auto together =
        static_cast<Int>(kTapsTogether / std::max<std::size_t>(1, residue.taps.size()));
    for (Int from = 0; from < sources; from += together)
        for (Int n = part.image; n < part.imageEnd; ++n)
            for (Int y = part.row + residue.row; y < part.rowEnd; y += pass.resultStep)
                row(residue, n, y, block, count, from, std::min(from + together, sources));
}

void Convolving::row(const DirectConvolution::Residue& residue, Int image, Int row, Int block,
                     int count, Int sourceBlock, Int sourceEnd) const {
    const Blocked &from = pass.source, &to = pass.result;
    const Int width = from.width, columns = from.shape.width, sources = from.blocks();
    const Int firstRow = row / pass.resultStep * pass.sourceStep;
    const float* map = source + image * from.imageFloats();
    const float* weights = kernel + block * sources * ConvolutionShape::kTaps * width * width;
    std::array<RowTap, kTapsTogether> taps;
    std::size_t used = 0;
    for (Int s = sourceBlock; s < sourceEnd; ++s)
        for (const DirectConvolution::Tap& tap : residue.taps) {
            const Int y = firstRow + tap.row;
            if (y >= 0 && y < from.shape.height)
                taps[used++] = {map + s * from.blockFloats() + (y * columns + tap.column) * width,
                                weights + (s * ConvolutionShape::kTaps + tap.index) * width * width,
                                tap.missesFirst, tap.missesLast};
        }
    const Int at = block * to.blockFloats() + (row * to.shape.width + residue.column) * width;
    const Int inBatch = image * to.imageFloats() + at;
    const bool activate = slope && sourceEnd == sources;
    kernels().convolveRow(
        taps.data(), static_cast<Int>(used), pass.sourceStep * width,
        sources * ConvolutionShape::kTaps * width * width, count, residue.columns,
        {result + inBatch, pass.resultStep * width, to.blockFloats(),
         bias ? bias + block * width : nullptr, sourceBlock > 0, pass.sourceStep * columns * width,
         activate ? slope + at : nullptr, activate ? activated + inBatch : nullptr});
}

DirectConvolution::Pass forwardPass(const ConvolutionShape& shape) {
    const network::Layer& layer = shape.layer;
    DirectConvolution::Residue all{0, 0, shape.out.shape.width, {}};
    for (int tap = 0; tap < ConvolutionShape::kTaps; ++tap) {
        const Reach reached = reach(tap % 3, layer.paddingLeft(), layer.stride,
                                    shape.in.shape.width, shape.out.shape.width);
        all.taps.push_back({tap, tap / 3 - layer.paddingTop(), tap % 3 - layer.paddingLeft(),
                            reached.begin > 0, reached.end < shape.out.shape.width});
    }
    return {shape.in, shape.out, layer.stride, 1, {all}};
}

DirectConvolution::Pass adjointPass(const ConvolutionShape& shape) {
    const Int stride = shape.layer.stride;
    const Int top = shape.layer.paddingTop(), left = shape.layer.paddingLeft();
    DirectConvolution::Pass pass{shape.out, shape.in, 1, stride, {}};
    for (Int row = 0; row < std::min<Int>(stride, shape.in.shape.height); ++row)
        for (Int column = 0; column < std::min<Int>(stride, shape.in.shape.width); ++column) {
            DirectConvolution::Residue residue{
                row, column, (shape.in.shape.width - column + stride - 1) / stride, {}};
            for (int tap = 0; tap < ConvolutionShape::kTaps; ++tap) {
                const Int down = row + top - tap / 3, across = column + left - tap % 3;
                if (down % stride != 0 || across % stride != 0)
                    continue;
                const Int first = across / stride;
                residue.taps.push_back({tap, down / stride, first,
                                        first<0, first + residue.columns> shape.out.shape.width});
            }
            pass.residues.push_back(residue);
        }
    return pass;
}

}  // namespace

DirectConvolution::DirectConvolution(const ConvolutionShape& shape, bool inputGradient,
                                     Arena& arena)
    : shape_(shape), forward_(forwardPass(shape)), adjoint_(adjointPass(shape)) {
    if (inputGradient)
        turnedBuffer_ =
            arena.requestShared("turned kernel", MemoryUse::workspace, shape.kernelFloats());
}

void DirectConvolution::bind(const Arena& arena) {
    turned_ = arena.at(turnedBuffer_);
}

void DirectConvolution::forward(const ConvolutionForward& task) {
    Convolving{forward_,    task.input, task.kernel,   task.bias,
               task.output, task.slope, task.activated}
        .run(shape_.batch);
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
                 out.blockFloats(), blocks, in.blocks() * shape_.blockFloats(),
                 kRowsAhead * stride * columns * width},
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
    if (!task.turned)
        turn(task.kernel, turned_);
    Convolving{adjoint_,      task.source, task.turned ? task.turned : turned_,
               task.bias,     task.result, task.slope,
               task.activated}
        .run(shape_.batch);
}

}  // namespace shearbench::device::cpu

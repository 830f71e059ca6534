// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/winograd.h"

#include <algorithm>

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

namespace {

using Int = std::int64_t;

constexpr Int kTile = 4, kPoints = 36;
constexpr Int kGroup = 32;             // tiles; their transforms fit the second cache
constexpr Int kDepth = 128;            // channels of a kernel transformed at once; likewise
constexpr Int kPanel = 2;              // channel blocks of a product's result
constexpr Int kSharedBytes = 2 << 20;  // largest transformed kernel that is shared between tiles
constexpr Int kFewTiles = 4;           // fewer do not pay for transforming the kernel
constexpr Int kPartsOfThread = 2;  // of the batch: the rest is left to others when one is held up

/// A matrix for each point, a line of the cache apart, lest all fall on the same one.
struct Matrices {
    Int rows, columns;
    Int point() const { return rows * columns + 16; }
    Int floats() const { return kPoints * point(); }
};

/// c = a b for each point, in `vectors` vectors of b's and c's columns from where they point to.
struct Product {
    const Matrices &a, &b, &c;
    MatrixProduct p;

    Product(const Matrices& aOf, const Matrices& bOf, const Matrices& cOf, Int vectors)
        : a(aOf), b(bOf), c(cOf), p{} {
        p.rows = a.rows;
        p.depth = a.columns;
        p.vectors = vectors;
        p.aRow = a.columns;
        p.aDepth = 1;
        p.bDepth = b.columns;
        p.cRow = c.columns;
        p.products = kPoints;
        p.aProduct = a.point();
        p.bProduct = b.point();
        p.cProduct = c.point();
    }
};

Int tilesOf(const network::Shape& shape) {
    return (shape.height + kTile - 1) / kTile * ((shape.width + kTile - 1) / kTile);
}

Int panels(const Blocked& map) {
    return (map.blocks() + kPanel - 1) / kPanel;
}

TileRange range(const network::Shape& shape, Int first, Int count) {
    return {shape.height, shape.width, first, count};
}

}  // namespace

bool WinogradConvolution::suits(const ConvolutionShape& shape) {
    return shape.layer.stride == 1 && shape.batch * tilesOf(shape.layer.output) >= kFewTiles;
}

WinogradConvolution::WinogradConvolution(const ConvolutionShape& shape, Arena& arena)
    : shape_(shape), tiles_(tilesOf(shape.layer.output)) {
    const Int in = shape.in.channels(), out = shape.out.channels(), width = shape.in.width;
    const Int threads = ThreadScope::threads();
    const Matrices kernel{in, out};
    byTiles_ = kernel.floats() * static_cast<Int>(sizeof(float)) <= kSharedBytes &&
               shape.batch >= threads && allTiles() >= 2 * kGroup;
    group_ = std::min(kGroup, tiles_);
    parts_ = threads > 1 ? std::min<Int>(shape.batch, kPartsOfThread * threads) : 1;
    const Int panel = kPanel * width;
    Int shared = 0;
    if (byTiles_) {
        scratchFloats_ = 2 * Matrices{group_, in}.floats() + Matrices{group_, out}.floats() +
                         Matrices{group_, panel}.floats();
        shared = (1 + parts_) * kernel.floats();
    } else {
        scratchFloats_ = Matrices{kDepth, panel}.floats() + Matrices{allTiles(), panel}.floats() +
                         Matrices{panel, panel}.floats();
        shared = Matrices{allTiles(), in}.floats() + Matrices{allTiles(), out}.floats();
    }
    scratchBuffer_ =
        arena.requestShared("Winograd scratch", MemoryUse::workspace, scratchFloats_, threads);
    sharedBuffer_ = arena.requestShared("Winograd transforms", MemoryUse::workspace, shared);
    preparedBuffer_ = arena.request(shape.layer.name + " kernel transformed for predictions",
                                    MemoryUse::workspace,
                                    byTiles_ ? kernel.floats() : panels(shape.out) * panelFloats());
}

void WinogradConvolution::bind(const Arena& arena) {
    scratch_ = arena.at(scratchBuffer_);
    shared_ = arena.at(sharedBuffer_);
    prepared_ = arena.at(preparedBuffer_);
}

const char* WinogradConvolution::name() const {
    return byTiles_ ? "Winograd by tiles" : "Winograd by channels";
}

void WinogradConvolution::forward(const ConvolutionForward& task) {
    byTiles_ ? forwardByTiles(task) : forwardByChannels(task);
}

void WinogradConvolution::backward(const ConvolutionBackward& task) {
    byTiles_ ? backwardByTiles(task) : backwardByChannels(task);
}

float* WinogradConvolution::partGradient(Int part) const {
    return shared_ + (1 + part) * Matrices{shape_.in.channels(), shape_.out.channels()}.floats();
}

float* WinogradConvolution::transformedGradients() const {
    return shared_ + Matrices{allTiles(), shape_.in.channels()}.floats();
}

/// Of the transformed kernel, all input channels by kPanel blocks of the output.
WinogradConvolution::Int WinogradConvolution::panelFloats() const {
    return Matrices{shape_.in.channels(), kPanel * shape_.in.width}.floats();
}

void WinogradConvolution::prepare(const float* kernel) {
    if (byTiles_)
        return transformKernel(kernel, false, prepared_);
    parallelFor(panels(shape_.out), [&](Int panel) {
        const Int o = panel * kPanel;
        transformPart(kernel, 0, shape_.in.blocks(), o, std::min(kPanel, shape_.out.blocks() - o),
                      prepared_ + panel * panelFloats());
    });
}

void WinogradConvolution::transformKernel(const float* kernel, bool transposed, float* to) const {
    const Blocked &in = shape_.in, &out = shape_.out;
    const Int width = in.width;
    const Matrices u = transposed ? Matrices{out.channels(), in.channels()}
                                  : Matrices{in.channels(), out.channels()};
    parallelFor(in.blocks() * out.blocks(), [&](Int pair) {
        const Int i = pair % in.blocks(), o = pair / in.blocks();
        const Int row = transposed ? o : i, column = transposed ? i : o;
        kernels().winogradKernel(kernel + shape_.kernelAt(o, i), transposed,
                                 to + (row * u.columns + column) * width, u.point(), u.columns);
    });
}

/// Some channel blocks of the input by a panel's of the output.
void WinogradConvolution::transformPart(const float* kernel, Int inBlock, Int blocks, Int outBlock,
                                        Int vectors, float* to) const {
    const Int width = shape_.in.width;
    const Matrices u{blocks * width, vectors * width};
    for (Int i = 0; i < blocks; ++i)
        for (Int b = 0; b < vectors; ++b)
            kernels().winogradKernel(kernel + shape_.kernelAt(outBlock + b, inBlock + i), false,
                                     to + (i * u.columns + b) * width, u.point(), u.columns);
}

void WinogradConvolution::forwardByTiles(const ConvolutionForward& task) const {
    const Blocked &in = shape_.in, &out = shape_.out;
    const Int width = in.width, groups = (tiles_ + group_ - 1) / group_;
    const Matrices u{in.channels(), out.channels()};
    const float* const transformed = task.prepared ? prepared_ : shared_;
    if (!task.prepared)
        transformKernel(task.kernel, false, shared_);
    parallelWorkers(shape_.batch * groups, [&](Int index, int worker) {
        const Int n = index / groups, first = index % groups * group_;
        const Int count = std::min(group_, tiles_ - first);
        const TileRange tiles = range(in.shape, first, count);
        const Matrices v{count, in.channels()}, m{count, kPanel * width};
        float* vAt = scratchOf(worker);
        float* mAt = vAt + v.floats();
        for (Int i = 0; i < in.blocks(); ++i)
            kernels().winogradInput(task.input + n * in.imageFloats() + i * in.blockFloats(), tiles,
                                    {vAt + i * width, v.point(), v.columns});
        for (Int o = 0; o < out.blocks(); o += kPanel) {
            const Int vectors = std::min(kPanel, out.blocks() - o);
            kernels().multiply(Product(v, u, m, vectors).p, vAt, transformed + o * width, mAt);
            for (Int b = 0; b < vectors; ++b) {
                const Int at = (o + b) * out.blockFloats(), image = n * out.imageFloats();
                kernels().winogradOutput(
                    {mAt + b * width, m.point(), m.columns}, task.bias + (o + b) * width, tiles,
                    task.output + image + at, task.slope ? task.slope + at : nullptr,
                    task.slope ? task.activated + image + at : nullptr);
            }
        }
    });
}

void WinogradConvolution::forwardByChannels(const ConvolutionForward& task) const {
    const Blocked &in = shape_.in, &out = shape_.out;
    const Int width = in.width;
    const Int depth = task.prepared ? in.channels() : std::min(kDepth, in.channels());
    const Matrices v{allTiles(), in.channels()};
    parallelFor(shape_.batch * in.blocks(), [&](Int index) {
        const Int n = index / in.blocks(), i = index % in.blocks();
        kernels().winogradInput(
            task.input + index * in.blockFloats(), range(in.shape, 0, tiles_),
            {shared_ + n * tiles_ * v.columns + i * width, v.point(), v.columns});
    });
    parallelWorkers(panels(out), [&](Int panel, int worker) {
        const Int o = panel * kPanel, vectors = std::min(kPanel, out.blocks() - o);
        const Matrices m{allTiles(), vectors * width};
        float* mAt = scratchOf(worker);
        float* uAt = task.prepared ? prepared_ + panel * panelFloats() : mAt + m.floats();
        for (Int i = 0; i < in.blocks(); i += depth / width) {
            const Int blocks = std::min(depth / width, in.blocks() - i);
            const Matrices u{blocks * width, vectors * width};
            if (!task.prepared)
                transformPart(task.kernel, i, blocks, o, vectors, uAt);
            MatrixProduct p = Product(v, u, m, vectors).p;
            p.depth = blocks * width;
            p.accumulate = i > 0;
            kernels().multiply(p, shared_ + i * width, uAt, mAt);
        }
        for (Int n = 0; n < shape_.batch; ++n)
            for (Int b = 0; b < vectors; ++b) {
                const Int at = (o + b) * out.blockFloats(), image = n * out.imageFloats();
                kernels().winogradOutput(
                    {mAt + n * tiles_ * m.columns + b * width, m.point(), m.columns},
                    task.bias + (o + b) * width, range(out.shape, 0, tiles_),
                    task.output + image + at, task.slope ? task.slope + at : nullptr,
                    task.slope ? task.activated + image + at : nullptr);
            }
    });
}

void WinogradConvolution::backwardByTiles(const ConvolutionBackward& task) const {
    if (task.inputGradient)
        transformKernel(task.kernel, true, shared_);
    parallelWorkers(parts_,
                    [&](Int part, int worker) { backwardOfPart(task, part, scratchOf(worker)); });
    addKernelGradients(task);
}

void WinogradConvolution::backwardOfPart(const ConvolutionBackward& task, Int part,
                                         float* scratch) const {
    const Blocked &in = shape_.in, &out = shape_.out;
    const Int width = in.width;
    const Matrices u{out.channels(), in.channels()}, sum{in.channels(), out.channels()};
    const Int begin = part * shape_.batch / parts_, end = (part + 1) * shape_.batch / parts_;
    for (Int n = begin; n < end; ++n) {
        const Int inAt = n * in.imageFloats(), outAt = n * out.imageFloats();
        if (task.inputGradient)
            std::fill_n(task.inputGradient + inAt, in.imageFloats(), 0.0f);
        for (Int first = 0; first < tiles_; first += group_) {
            const Int count = std::min(group_, tiles_ - first);
            const TileRange tiles = range(in.shape, first, count);
            const Matrices v{count, in.channels()}, m{count, out.channels()};
            float* vAt = scratch;
            float* back = vAt + v.floats();
            float* mAt = back + v.floats();
            for (Int o = 0; o < out.blocks(); ++o)
                kernels().winogradOutputBack(task.outputGradient + outAt + o * out.blockFloats(),
                                             tiles, {mAt + o * width, m.point(), m.columns});
            for (Int i = 0; i < in.blocks(); ++i)
                kernels().winogradInput(task.input + inAt + i * in.blockFloats(), tiles,
                                        {vAt + i * width, v.point(), v.columns});
            MatrixProduct p = Product(v, m, sum, out.blocks()).p;
            p.rows = in.channels();
            p.depth = count;
            p.aRow = 1;
            p.aDepth = v.columns;
            p.accumulate = n > begin || first > 0;
            kernels().multiply(p, vAt, mAt, partGradient(part));
            if (!task.inputGradient)
                continue;
            kernels().multiply(Product(m, u, v, in.blocks()).p, mAt, shared_, back);
            for (Int i = 0; i < in.blocks(); ++i)
                kernels().winogradInputBack({back + i * width, v.point(), v.columns}, tiles,
                                            task.inputGradient + inAt + i * in.blockFloats());
        }
    }
}

void WinogradConvolution::addKernelGradients(const ConvolutionBackward& task) const {
    const Blocked &in = shape_.in, &out = shape_.out;
    const Int width = in.width;
    const Matrices u{in.channels(), out.channels()};
    parallelFor(in.blocks() * out.blocks(), [&](Int pair) {
        const Int i = pair % in.blocks(), o = pair / in.blocks();
        const Int at = (i * u.columns + o) * width;
        float* total = partGradient(0) + at;
        for (Int part = 1; part < parts_; ++part) {
            const float* more = partGradient(part) + at;
            for (Int point = 0; point < kPoints; ++point)
                for (Int row = 0; row < width; ++row)
                    for (Int lane = 0; lane < width; ++lane) {
                        const Int element = point * u.point() + row * u.columns + lane;
                        total[element] += more[element];
                    }
        }
        kernels().winogradKernelBack(total, u.point(), u.columns,
                                     task.kernelGradient + shape_.kernelAt(o, i));
    });
}

void WinogradConvolution::backwardByChannels(const ConvolutionBackward& task) const {
    const Blocked &in = shape_.in, &out = shape_.out;
    const Int width = in.width, blocks = in.blocks() + out.blocks();
    const Matrices v{allTiles(), in.channels()}, m{allTiles(), out.channels()};
    float* const gradients = transformedGradients();
    parallelFor(shape_.batch * blocks, [&](Int index) {
        const Int n = index / blocks, block = index % blocks, o = block - in.blocks();
        if (o < 0)
            kernels().winogradInput(
                task.input + n * in.imageFloats() + block * in.blockFloats(),
                range(in.shape, 0, tiles_),
                {shared_ + n * tiles_ * v.columns + block * width, v.point(), v.columns});
        else
            kernels().winogradOutputBack(
                task.outputGradient + n * out.imageFloats() + o * out.blockFloats(),
                range(out.shape, 0, tiles_),
                {gradients + n * tiles_ * m.columns + o * width, m.point(), m.columns});
    });
    const Int inPanels = panels(in), outPanels = panels(out);
    const Int first = task.inputGradient ? inPanels : 0;
    parallelWorkers(first + inPanels * outPanels, [&](Int index, int worker) {
        if (index < first)
            return inputGradientOf(task, index * kPanel, scratchOf(worker));
        const Int pair = index - first;
        kernelGradientOf(task, pair / outPanels * kPanel, pair % outPanels * kPanel,
                         scratchOf(worker));
    });
}

void WinogradConvolution::inputGradientOf(const ConvolutionBackward& task, Int block,
                                          float* scratch) const {
    const Blocked &in = shape_.in, &out = shape_.out;
    const Int width = in.width, depth = std::min(kDepth, out.channels());
    const Int vectors = std::min(kPanel, in.blocks() - block);
    const Matrices m{allTiles(), out.channels()};
    const Matrices u{depth, vectors * width}, v{allTiles(), vectors * width};
    float* uAt = scratch;
    float* vAt = uAt + u.floats();
    for (Int o = 0; o < out.blocks(); o += depth / width) {
        const Int blocks = std::min(depth / width, out.blocks() - o);
        for (Int d = 0; d < blocks; ++d)
            for (Int b = 0; b < vectors; ++b)
                kernels().winogradKernel(task.kernel + shape_.kernelAt(o + d, block + b), true,
                                         uAt + (d * u.columns + b) * width, u.point(), u.columns);
        MatrixProduct p = Product(m, u, v, vectors).p;
        p.depth = blocks * width;
        p.accumulate = o > 0;
        kernels().multiply(p, transformedGradients() + o * width, uAt, vAt);
    }
    for (Int n = 0; n < shape_.batch; ++n)
        for (Int b = 0; b < vectors; ++b) {
            float* to = task.inputGradient + n * in.imageFloats() + (block + b) * in.blockFloats();
            std::fill_n(to, in.blockFloats(), 0.0f);
            kernels().winogradInputBack(
                {vAt + n * tiles_ * v.columns + b * width, v.point(), v.columns},
                range(in.shape, 0, tiles_), to);
        }
}

void WinogradConvolution::kernelGradientOf(const ConvolutionBackward& task, Int inBlock,
                                           Int outBlock, float* scratch) const {
    const Blocked &in = shape_.in, &out = shape_.out;
    const Int width = in.width;
    const Int rows = std::min(kPanel, in.blocks() - inBlock);
    const Int vectors = std::min(kPanel, out.blocks() - outBlock);
    const Matrices v{allTiles(), in.channels()}, m{allTiles(), out.channels()};
    const Matrices u{rows * width, vectors * width};
    MatrixProduct p = Product(v, m, u, vectors).p;
    p.rows = u.rows;
    p.depth = allTiles();
    p.aRow = 1;
    p.aDepth = v.columns;
    kernels().multiply(p, shared_ + inBlock * width, transformedGradients() + outBlock * width,
                       scratch);
    for (Int i = 0; i < rows; ++i)
        for (Int o = 0; o < vectors; ++o)
            kernels().winogradKernelBack(
                scratch + (i * u.columns + o) * width, u.point(), u.columns,
                task.kernelGradient + shape_.kernelAt(outBlock + o, inBlock + i));
}

}  // namespace shearbench::device::cpu

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

// The arithmetic between the convolutions. kernels.inc is compiled once per instruction set; which
// variant runs is chosen at run time through this table of functions (isa.h). The variants include
// nothing but this header, so that no inline function of theirs is ever merged with one compiled
// for another processor.
//
// Layout: activations are "blocked", [image][channel block][pixel][lane]: W = Kernels::width
// channels lie side by side, the last block's missing channels are zero and stay zero. A "vector"
// below is W floats; a run of vectors is consecutive pixels of one channel block.
// Every function works on one thread and allocates nothing. Pointers need no alignment.

namespace shearbench::device::cpu {

/// Images of one channel block that lie `stride` floats apart.
struct Images {
    std::int64_t count, stride;
};

struct AdamStep {
    float beta1, beta2;
    float rate;           ///< learning rate x sqrt(1 - beta2^t) / (1 - beta1^t)
    float epsilon;        ///< epsilon x sqrt(1 - beta2^t)
    float gradientScale;  ///< clipNorm / norm where clipped, else 1
};

/// Where one channel of one image goes on its way into the first convolution.
struct NormalisedPlane {
    float* scaled;  ///< gamma x^ + beta at row 1, column 1 of (rows + 2, columns + 2)
    float* halo;    ///< x^ likewise
};

/// One tap of a 3x3 kernel along a row of results: the source pixel under the row's first result
/// and the tap's weights (W in, W out) for the first block of results. Where missesFirst or
/// missesLast, the tap lies outside the source for the row's first or last result and is left out.
struct RowTap {
    const float* x;
    const float* kernel;
    bool missesFirst, missesLast;
};

/// Where the results of a row go; out, slope and activated are laid out alike.
struct RowResult {
    float* out;
    std::int64_t step, block;  ///< floats from one result, from one channel block to the next
    const float* bias;         ///< what sums start from; null: zero
    bool accumulate;           ///< they start from what is in out instead
    std::int64_t ahead;        ///< floats from a row's source to the one needed soon
    const float* slope;        ///< where not null, activated = PReLU of out
    float* activated;
};

/// Row-major planes with a border, one per input channel: x is the top left pixel under the kernel
/// for the row's first result.
struct PlaneSource {
    const float* x;
    std::int64_t planes, plane, pitch, stride;  ///< plane, pitch: floats between planes, rows
};

/// Sums over images, rows and columns of results.
struct KernelGradientTask {
    std::int64_t images, rows, columns;
    std::int64_t xImage, xRow, xStep;   ///< floats between the sources of neighbouring results
    std::int64_t dImage, dRow, dBlock;  ///< floats between their gradients, between blocks
    int blocks;                         ///< of results, 1 or 2
    std::int64_t kernelBlock;           ///< floats from one to the next in the kernel
    std::int64_t xAhead;                ///< floats from a source to the one needed soon
};

/// 4x4 tiles first .. first + count - 1, in row-major order, of a map of so many pixels.
struct TileRange {
    std::int64_t rows, columns, first, count;
};

/// The 36 numbers of each tile: [point][tile][lane], so many floats apart.
struct Points {
    float* at;
    std::int64_t point, tile;
};

/// `products` times c = a b: a (rows, depth), b (depth, vectors W), c (rows, vectors W).
/// Strides in floats; aRow or aDepth is 1, and one is taken if both are.
struct MatrixProduct {
    std::int64_t rows, depth, vectors;
    std::int64_t aRow, aDepth, bDepth, cRow;
    std::int64_t products, aProduct, bProduct, cProduct;
    bool accumulate;  ///< c += a b
};

struct Kernels {
    const char* name;
    int width;  ///< W

    // Between row-major (channels, pixels) and blocked, one image.
    void (*pack)(const float* plain, float* blocked, std::int64_t channels, std::int64_t pixels);
    void (*unpack)(const float* blocked, float* plain, std::int64_t channels, std::int64_t pixels);

    /// sums[0] = sum of x, sums[1] = sum of x^2, in double precision.
    void (*moments)(const float* x, std::int64_t count, double* sums);
    /// x^ = (x - mean) inverse for one channel of one image.
    void (*normalisePlane)(const float* x, std::int64_t rows, std::int64_t columns, float mean,
                           float inverse, float gamma, float beta, NormalisedPlane out);

    /// sums (2, W): per lane, of x and x^2.
    void (*blockedMoments)(const float* x, std::int64_t vectors, double* sums);
    /// y = (x - mean) scale + beta per lane.
    void (*blockedNormalise)(const float* x, float* y, std::int64_t vectors, const float* mean,
                             const float* scale, const float* beta);
    /// sums (2, W): per lane, of d and d (x - mean).
    void (*blockedNormaliseSums)(const float* x, const float* d, std::int64_t vectors,
                                 const float* mean, double* sums);
    /// d = scale (d - offset - (x - mean) slope) per lane, in place.
    void (*blockedNormaliseBackward)(const float* x, float* d, std::int64_t vectors,
                                     const float* mean, const float* scale, const float* offset,
                                     const float* slope);

    /// y = x > 0 ? x : slope x.
    void (*prelu)(const float* x, const float* slope, float* y, std::int64_t vectors,
                  Images images);
    /// d (in place): gradient by y -> gradient by x. slopeGradient = sum over images of
    /// min(x, 0) d; channelSums (W) = sum over images and pixels of the new d.
    void (*preluBackward)(const float* x, const float* slope, float* d, float* slopeGradient,
                          float* channelSums, std::int64_t vectors, Images images);
    /// channelSums (W) = sum over images and pixels of d.
    void (*channelSums)(const float* d, float* channelSums, std::int64_t vectors, Images images);

    /// Adds to sums (blocks, 9, W), blocks 1 or 2, what one channel of one image contributes to the
    /// weight gradient of a 3x3 convolution: sum over outputs (r, c) of
    /// halo[r stride + tap row][c stride + tap column] d[block][r][c][lane]. `pitch` is the halo's
    /// row length, `blockStride` the floats from one channel block of d to the next.
    void (*planeWeightGradient)(const float* halo, std::int64_t pitch, std::int64_t stride,
                                const float* d, std::int64_t blockStride, std::int64_t rows,
                                std::int64_t columns, int blocks, float* sums);
    /// Adds to sums (8, W) the sums of d (rows, columns, W) over its top row, bottom row, left
    /// column, right column, and its corners: top left, top right, bottom left, bottom right.
    void (*edgeSums)(const float* d, std::int64_t rows, std::int64_t columns, float* sums);

    // Direct 3x3 convolutions.
    /// One row of `pixels` results in `blocks` (1, 2 or 4) channel blocks: sums over taps and lanes
    /// of x[tap][pixel][lane] kernel[tap][lane][out lane]. `step`: floats from one result's source
    /// pixel to the next; `kernelBlock`: from one block of results to the next in the kernel.
    void (*convolveRow)(const RowTap* taps, std::int64_t count, std::int64_t step,
                        std::int64_t kernelBlock, int blocks, std::int64_t pixels,
                        const RowResult& to);
    /// The same for row-major input; kernel (block, plane, 9, W), blocks 1 or 2.
    void (*convolvePlanes)(const PlaneSource& from, const float* kernel, std::int64_t kernelBlock,
                           int blocks, std::int64_t pixels, const RowResult& to);
    /// out (W in, W out) per block = or += sum over the task's results of x[lane] d[out lane].
    void (*kernelGradient)(const KernelGradientTask& task, const float* x, const float* d,
                           float* out, bool accumulate);
    /// `count` matrices (W, W), each transposed.
    void (*transposeLanes)(const float* from, float* to, std::int64_t count);
    /// Between one channel block of results of a row-major kernel, (lanes, rows) with rows = inputs
    /// x 9, and rows of W lanes: (input block, 9, W, W) if blocked, else (input, 9, W). Lanes and
    /// inputs that fill up a block are not touched.
    void (*packKernel)(const float* plain, float* own, std::int64_t rows, std::int64_t lanes,
                       bool blocked);
    void (*unpackKernel)(const float* own, float* plain, std::int64_t rows, std::int64_t lanes,
                         bool blocked);

    // Winograd's algorithm F(4x4, 3x3) at stride 1 with one pixel of zeros around the map, one
    // channel block of one image at a time. "Back" is the transposed transform.
    /// v = B^T x B.
    void (*winogradInput)(const float* x, const TileRange& tiles, const Points& v);
    /// z = A^T m A + bias and, where slope is not null, activated = PReLU of z.
    void (*winogradOutput)(const Points& m, const float* bias, const TileRange& tiles, float* z,
                           const float* slope, float* activated);
    /// m = A d A^T, of the gradient d by the output.
    void (*winogradOutputBack)(const float* d, const TileRange& tiles, const Points& m);
    /// d += B v B^T, to the gradient d by the input.
    void (*winogradInputBack)(const Points& v, const TileRange& tiles, float* d);
    /// u = G w G^T of a kernel's block (9, W in, W out): rows of out lanes for each in lane, `row`
    /// floats apart; if transposed the other way round. `point`: floats between the 36.
    void (*winogradKernel)(const float* kernel, bool transposed, float* u, std::int64_t point,
                           std::int64_t row);
    /// kernel = G^T u G, u not transposed.
    void (*winogradKernelBack)(const float* u, std::int64_t point, std::int64_t row, float* kernel);
    void (*multiply)(const MatrixProduct& p, const float* a, const float* b, float* c);

    // Dense layers: x (images, features), w (outputs, features), y (images, outputs); features a
    // multiple of W, rows of x, w and y xStride, features and yStride floats apart. These compute
    // up to 4 images x 4 outputs at a time.
    /// y = x w^T + bias.
    void (*dense)(const float* x, std::int64_t xStride, const float* w, const float* bias, float* y,
                  std::int64_t yStride, std::int64_t features, int images, int outputs);
    /// Features begin..end of dx = dy w for all images and outputs.
    void (*denseInputGradient)(const float* dy, std::int64_t yStride, const float* w, float* dx,
                               std::int64_t xStride, std::int64_t features, std::int64_t begin,
                               std::int64_t end, std::int64_t images, std::int64_t outputs);
    /// Features begin..end of dw = dy^T x for all images and outputs.
    void (*denseWeightGradient)(const float* dy, std::int64_t yStride, const float* x,
                                std::int64_t xStride, float* dw, std::int64_t features,
                                std::int64_t begin, std::int64_t end, std::int64_t images,
                                std::int64_t outputs);

    /// y = 1 / (1 + exp(-x)) in the first `lanes` lanes, 0 in the others.
    void (*sigmoid)(const float* x, float* y, std::int64_t vectors, int lanes);
    /// d (in place): gradient by y -> gradient by x.
    void (*sigmoidBackward)(const float* y, float* d, std::int64_t vectors);

    // Sampling: `lanes` samples side by side, W or sampleVectors x W of them; numbers of one input,
    // unit or feature are `lanes` floats apart.
    int sampleVectors;
    /// Units of a leaky ReLU of that slope (1: linear): w (units, stride), the first `inputs` of a
    /// row.
    void (*madeUnits)(const float* in, std::int64_t inputs, const float* w, std::int64_t stride,
                      const float* bias, std::int64_t units, float* out, std::int64_t lanes,
                      float slope);
    /// x = u exp(logScale) + shift; shift (2, lanes) holds both.
    void (*madeFeature)(const float* u, const float* shift, float* x, std::int64_t lanes);

    /// Sum of squares.
    double (*squares)(const float* x, std::int64_t count);
    /// One Adam step on `count` parameters; returns the sum of the unscaled gradients' squares.
    double (*adam)(float* parameters, const float* gradients, float* firstMoments,
                   float* secondMoments, std::int64_t count, const AdamStep& step);
};

}  // namespace shearbench::device::cpu

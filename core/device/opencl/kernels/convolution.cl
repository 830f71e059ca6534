// SPDX-License-Identifier: GPL-3.0-or-later
// What both kinds of 3x3 convolution share. One program a shape; the host defines
//   IN_CHANNELS IN_H IN_W, OUT_CHANNELS OUT_H OUT_W, STRIDE, PAD_TOP PAD_LEFT,
//   OUT_HALO         halo of the map behind the convolution,
//   PRELU            1: a PReLU follows; ACTIVE_HALO is the halo of the map behind it,
//   DX_HALO          halo of the gradient by the input,
//   TRANSPOSED       1: for the transposed convolution that is the adjoint of this one. Its output
//                    is what is the gradient by the input here, with bias and PReLU added there;
//                    its input takes the place of the gradient by the output, and the gradient by
//                    its output that of the input.
// The input and the gradient by the output always have a halo of 1. A kernel is stored as
// (out block, in block, tap, 16 in, 16 out), gradients of kernels too.

/// Before PoCL's own inliner meets them: LLVM 15 crashed in it.
#define INLINE static __attribute__((always_inline))

#define TAPS 9
#define IN_BLOCKS ((IN_CHANNELS + BLOCK - 1) / BLOCK)
#define OUT_BLOCKS ((OUT_CHANNELS + BLOCK - 1) / BLOCK)
#define IN_LAST (IN_CHANNELS - (IN_BLOCKS - 1) * BLOCK)
#define OUT_LAST (OUT_CHANNELS - (OUT_BLOCKS - 1) * BLOCK)
#define TILE (BLOCK * BLOCK)

/// Pixel (row, column) of a block of the input, counted in pixels from the map's beginning.
#define X_PIXEL(image, block, row, column) \
    pixelAt(image, block, row, column, IN_BLOCKS, IN_H, IN_W, 1)
#define DZ_PIXEL(image, block, row, column) \
    pixelAt(image, block, row, column, OUT_BLOCKS, OUT_H, OUT_W, 1)

/// Input columns of one residue modulo the stride, and rows.
#define RESIDUE_H ((IN_H + STRIDE - 1) / STRIDE)
#define RESIDUE_W ((IN_W + STRIDE - 1) / STRIDE)

/// Leaves a sum in z, part `part` of a pixel of a map; where that map is the layer's output, with
/// the bias, and in y what a PReLU behind it makes of it.
INLINE void leave(real v, bool isOutput, int image, int block, int part, int row, int column,
                  int blocks, int height, int width, int halo,
                  __global const real* restrict parameters, int biasAt, int slopeAt,
                  __global real* restrict z, __global real* restrict y) {
    if (isOutput)
        v += parameters[biasAt / LANES + block * PIXEL_ITEMS + part];
    z[pixelAt(image, block, row, column, blocks, height, width, halo) * PIXEL_ITEMS + part] = v;
#if PRELU
    if (isOutput) {
        const real slope =
            parameters[slopeAt / LANES +
                       ((block * height + row) * width + column) * PIXEL_ITEMS + part];
        y[pixelAt(image, block, row, column, blocks, height, width, ACTIVE_HALO) * PIXEL_ITEMS +
          part] = v > (real)(0.0f) ? v : slope * v;
    }
#endif
}

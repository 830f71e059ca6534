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

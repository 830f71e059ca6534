// SPDX-License-Identifier: GPL-3.0-or-later
// What convolution_winograd.cl multiplies with.

/// A 16 x 16 tile of a kernel to be transformed; all but `back` count vectors.
typedef struct {
    int from, to;  ///< `to`: where point 0 of its first row goes; rows are two vectors apart
    int point;     ///< from one point to the next
    int back;      ///< for the gradient by the input: from the mirrored kernels, turned by 180
                   ///< degrees
} KernelTile;

/// Work-items stride over the tiles.
KERNEL void transform_kernels(__global const KernelTile* restrict tiles, int count,
                              __global const real* restrict parameters,
                              __global const real* restrict mirrors,
                              __global real* restrict transforms) {
    for (int id = get_global_id(0); id < count; id += get_global_size(0)) {
        const KernelTile tile = tiles[id];
        __global const real* from = (tile.back ? mirrors : parameters) + tile.from;
        for (int row = 0; row < BLOCK; ++row) {
            real part[6][3];
#pragma unroll
            for (int c = 0; c < 3; ++c) {
                real column[3], result[6];
#pragma unroll
                for (int r = 0; r < 3; ++r) {
                    const int tap = 3 * r + c;
                    column[r] = from[(tile.back ? 8 - tap : tap) * BLOCK + row];
                }
                byKernel(column, result);
#pragma unroll
                for (int r = 0; r < 6; ++r)
                    part[r][c] = result[r];
            }
#pragma unroll
            for (int r = 0; r < 6; ++r) {
                real result[6];
                byKernel(part[r], result);
#pragma unroll
                for (int c = 0; c < 6; ++c)
                    transforms[tile.to + (6 * r + c) * tile.point + 2 * row] = result[c];
            }
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
// For devices whose items hold 16 channels.

/// a0 b0 a1 b1 ... of the first and of the second halves of two vectors.
static real interleaveFirst(real a, real b) {
    return (real)(a.s0, b.s0, a.s1, b.s1, a.s2, b.s2, a.s3, b.s3, a.s4, b.s4, a.s5, b.s5, a.s6,
                  b.s6, a.s7, b.s7);
}

static real interleaveSecond(real a, real b) {
    return (real)(a.s8, b.s8, a.s9, b.s9, a.sa, b.sa, a.sb, b.sb, a.sc, b.sc, a.sd, b.sd, a.se,
                  b.se, a.sf, b.sf);
}

/// Copies of convolution kernels with the two channel indices of each 16 x 16 tile exchanged, for
/// the way back: tiles[i] = {from, to}, in floats. Work-items stride over the tiles.
KERNEL void mirror_kernels(__global const int2* restrict tiles, int count,
                           __global const real* restrict parameters,
                           __global real* restrict mirrors) {
    for (int id = get_global_id(0); id < count; id += get_global_size(0)) {
        const int2 tile = tiles[id] / BLOCK;
        real rows[BLOCK], next[BLOCK];
#pragma unroll
        for (int i = 0; i < BLOCK; ++i)
            rows[i] = parameters[tile.x + i];
        // Each round moves the highest bit of an element's (row, column) to the lowest place.
#pragma unroll
        for (int round = 0; round < 4; ++round) {
#pragma unroll
            for (int i = 0; i < BLOCK / 2; ++i) {
                next[2 * i] = interleaveFirst(rows[i], rows[i + BLOCK / 2]);
                next[2 * i + 1] = interleaveSecond(rows[i], rows[i + BLOCK / 2]);
            }
#pragma unroll
            for (int i = 0; i < BLOCK; ++i)
                rows[i] = next[i];
        }
#pragma unroll
        for (int i = 0; i < BLOCK; ++i)
            mirrors[tile.y + i] = rows[i];
    }
}

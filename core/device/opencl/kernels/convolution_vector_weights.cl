// SPDX-License-Identifier: GPL-3.0-or-later
// The gradient by a convolution's kernel, for the same devices as convolution_vector.cl. Besides
// what convolution.cl asks for, the host defines WEIGHT_CHANNELS and WEIGHT_BLOCKS, the input
// channels and output blocks of an item.

#define CHANNEL_GROUPS \
    ((IN_BLOCKS - 1) * (BLOCK / WEIGHT_CHANNELS) + (IN_LAST + WEIGHT_CHANNELS - 1) / WEIGHT_CHANNELS)
#define WEIGHT_GROUPS (OUT_BLOCKS / WEIGHT_BLOCKS * CHANNEL_GROUPS * 3)

/// One row of taps of WEIGHT_CHANNELS input channels, summed over a slice of the batch's output
/// rows; slice s goes to out[outAt + s x sliceStride].
INLINE void weightGradient(int id, __local real* memory, __global const float* restrict x,
                           __global const real* restrict dz, __global real* restrict out, int outAt,
                           int slices, int sliceStride, int images) {
    const int slice = id / WEIGHT_GROUPS;
    id %= WEIGHT_GROUPS;
    const int tapRow = id % 3, group = id / 3 % CHANNEL_GROUPS;
    const int block = id / 3 / CHANNEL_GROUPS * WEIGHT_BLOCKS;
    const int inBlock = group / (BLOCK / WEIGHT_CHANNELS);
    const int channel = group % (BLOCK / WEIGHT_CHANNELS) * WEIGHT_CHANNELS;

    real sums[3][WEIGHT_CHANNELS][WEIGHT_BLOCKS];
#pragma unroll
    for (int tap = 0; tap < 3; ++tap)
#pragma unroll
        for (int i = 0; i < WEIGHT_CHANNELS; ++i)
#pragma unroll
            for (int b = 0; b < WEIGHT_BLOCKS; ++b)
                sums[tap][i][b] = (real)(0.0f);
    const int all = images * OUT_H;
    const int begin = slice * (all / slices) + min(slice, all % slices);
    const int end = (slice + 1) * (all / slices) + min(slice + 1, all % slices);
    for (int r = begin; r < end; ++r) {
        const int image = r / OUT_H, row = r % OUT_H;
        __global const float* in =
            x +
            X_PIXEL(image, inBlock, row * STRIDE + tapRow - PAD_TOP, -PAD_LEFT) * BLOCK + channel;
        __global const real* d = dz + DZ_PIXEL(image, block, row, 0);
        for (int column = 0; column < OUT_W; ++column) {
            real ds[WEIGHT_BLOCKS];
#pragma unroll
            for (int b = 0; b < WEIGHT_BLOCKS; ++b)
                ds[b] = d[column + b * (OUT_H + 2) * (OUT_W + 2)];
#pragma unroll
            for (int tap = 0; tap < 3; ++tap)
#pragma unroll
                for (int i = 0; i < WEIGHT_CHANNELS; ++i) {
                    const real v = (real)(in[(column * STRIDE + tap) * BLOCK + i]);
#pragma unroll
                    for (int b = 0; b < WEIGHT_BLOCKS; ++b)
                        sums[tap][i][b] = multiplyAdd(v, ds[b], sums[tap][i][b]);
                }
        }
    }
#pragma unroll
    for (int b = 0; b < WEIGHT_BLOCKS; ++b)
#pragma unroll
        for (int tap = 0; tap < 3; ++tap)
#pragma unroll
            for (int i = 0; i < WEIGHT_CHANNELS; ++i)
                out[(outAt + slice * sliceStride) / BLOCK +
                    (((block + b) * IN_BLOCKS + inBlock) * TAPS + tapRow * 3 + tap) * BLOCK +
                    channel + i] = sums[tap][i][b];
}

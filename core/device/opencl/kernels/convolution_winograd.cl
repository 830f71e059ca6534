// SPDX-License-Identifier: GPL-3.0-or-later
// The other two products of a convolution of stride 1 by Winograd's algorithm (winograd.cl), for
// the same devices as convolution_vector.cl: maps of whole 4 x 4 tiles and of even numbers of
// blocks on both sides. An item takes GROUP_TILES tiles through all of it, so that what lies
// between stays in its core's cache. The gradient by the input is the product of the gradient by
// the output with the mirrored kernel, turned by 180 degrees.
//
// Transformed kernels: (pair of blocks of the product, point, channel of the map multiplied, 2 x 16
// channels), a vector more behind each point, as points a power of two apart share a line of the
// cache.

#define GROUP_ITEMS 1
#define GROUP_TILES 16
#define ROWS 8

#define ACROSS (IN_W / 4)
#define IMAGE_TILES (IN_H / 4 * ACROSS)

#define TRANSFORMED_POINT(blocks) (GROUP_TILES * (blocks) + 1)
#define PRODUCT_POINT (GROUP_TILES * 2 + 1)
#define MOST_BLOCKS (IN_BLOCKS > OUT_BLOCKS ? IN_BLOCKS : OUT_BLOCKS)
#define LOCAL_REALS (POINTS * (TRANSFORMED_POINT(MOST_BLOCKS) + PRODUCT_POINT))

/// The 36 points of the 6 x 6 pixels from `corner` on.
INLINE void transformInput(__global const real* restrict corner, __local real* out, int point) {
    real part[6][6];
#pragma unroll
    for (int c = 0; c < 6; ++c) {
        real column[6], result[6];
#pragma unroll
        for (int r = 0; r < 6; ++r)
            column[r] = corner[r * (IN_W + 2) + c];
        byInput(column, result);
#pragma unroll
        for (int r = 0; r < 6; ++r)
            part[r][c] = result[r];
    }
#pragma unroll
    for (int r = 0; r < 6; ++r) {
        real result[6];
        byInput(part[r], result);
#pragma unroll
        for (int c = 0; c < 6; ++c)
            out[(6 * r + c) * point] = result[c];
    }
}

/// ROWS tiles of one point: sums of `channels` channels times two vectors of the kernel each.
INLINE void multiplyPoint(__local const float* a, int pitch, __global const real* restrict b,
                          int channels, __local real* out) {
    real sums[ROWS][2];
#pragma unroll
    for (int i = 0; i < ROWS; ++i)
        sums[i][0] = sums[i][1] = (real)(0.0f);
    for (int k = 0; k < channels; ++k) {
        const real left = b[2 * k], right = b[2 * k + 1];
#pragma unroll
        for (int i = 0; i < ROWS; ++i) {
            const real v = (real)(a[i * pitch + k]);
            sums[i][0] = multiplyAdd(v, left, sums[i][0]);
            sums[i][1] = multiplyAdd(v, right, sums[i][1]);
        }
    }
#pragma unroll
    for (int i = 0; i < ROWS; ++i) {
        out[2 * i] = sums[i][0];
        out[2 * i + 1] = sums[i][1];
    }
}

/// The 4 x 4 pixels of 36 points.
INLINE void transformOutput(__local const real* in, real out[16]) {
    real part[4][6];
#pragma unroll
    for (int c = 0; c < 6; ++c) {
        real column[6], result[4];
#pragma unroll
        for (int r = 0; r < 6; ++r)
            column[r] = in[(6 * r + c) * PRODUCT_POINT];
        byOutput(column, result);
#pragma unroll
        for (int r = 0; r < 4; ++r)
            part[r][c] = result[r];
    }
#pragma unroll
    for (int r = 0; r < 4; ++r)
        byOutput(part[r], out + 4 * r);
}

/// From a map of `inBlocks` blocks with a halo of 1 to one of `outBlocks`, as leave() says.
INLINE void product(int group, __local real* memory, __global const real* restrict x, int inBlocks,
                    __global const real* restrict kernels, int outBlocks, bool isOutput, int halo,
                    __global const real* restrict parameters, int biasAt, int slopeAt,
                    __global real* restrict z, __global real* restrict y, int images) {
    const int first = group * GROUP_TILES, all = images * IMAGE_TILES;
    const int count = min(GROUP_TILES, all - first);
    __local real* products = memory + POINTS * TRANSFORMED_POINT(inBlocks);
    // Of a group that is not full, the last tile once more: its products are not looked at.
    for (int t = 0; t < GROUP_TILES; ++t) {
        const int tile = min(first + t, all - 1);
        const int row = tile % IMAGE_TILES / ACROSS * 4, column = tile % ACROSS * 4;
        for (int block = 0; block < inBlocks; ++block)
            transformInput(x + pixelAt(tile / IMAGE_TILES, block, row - 1, column - 1, inBlocks,
                                       IN_H, IN_W, 1),
                           memory + t * inBlocks + block, TRANSFORMED_POINT(inBlocks));
    }
    const int channels = inBlocks * BLOCK, kernelPoint = 2 * channels + 1;
    for (int block = 0; block < outBlocks; block += 2) {
        for (int point = 0; point < POINTS; ++point)
            for (int t = 0; t < GROUP_TILES; t += ROWS)
                multiplyPoint(
                    (__local const float*)(memory + point * TRANSFORMED_POINT(inBlocks) +
                                           t * inBlocks),
                    channels, kernels + (block / 2 * POINTS + point) * kernelPoint, channels,
                    products + point * PRODUCT_POINT + 2 * t);
        for (int t = 0; t < count; ++t) {
            const int tile = first + t;
            const int row = tile % IMAGE_TILES / ACROSS * 4, column = tile % ACROSS * 4;
            for (int b = 0; b < 2; ++b) {
                real pixels[16];
                transformOutput(products + 2 * t + b, pixels);
#pragma unroll
                for (int p = 0; p < 16; ++p)
                    leave(pixels[p], isOutput, tile / IMAGE_TILES, block + b, 0, row + p / 4,
                          column + p % 4, outBlocks, IN_H, IN_W, halo, parameters, biasAt, slopeAt,
                          z, y);
            }
        }
    }
}

INLINE void output(int group, __local real* memory, __global const float* restrict x,
                   __global const real* restrict kernels, int kernelAt,
                   __global const real* restrict parameters, int biasAt, int slopeAt,
                   __global real* restrict z, __global real* restrict y, int images) {
    product(group, memory, (__global const real*)x, IN_BLOCKS,
            kernels + kernelAt / BLOCK, OUT_BLOCKS, !TRANSPOSED, OUT_HALO, parameters, biasAt, slopeAt, z,
            y, images);
}

INLINE void inputGradient(int group, __local real* memory, __global const float* restrict dz,
                          __global const real* restrict kernels, int kernelAt,
                          __global const real* restrict parameters, int biasAt, int slopeAt,
                          __global real* restrict dx, __global real* restrict y, int images) {
    product(group, memory, (__global const real*)dz, OUT_BLOCKS,
            kernels + kernelAt / BLOCK, IN_BLOCKS, TRANSPOSED, DX_HALO, parameters, biasAt, slopeAt, dx,
            y, images);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Convolutions for devices whose cores have wide vectors: a work-item is a work-group and keeps a
// tile of pixels x 16 channels in registers; every multiply-add takes one channel of a pixel times
// the 16 numbers of a kernel's row. Besides what convolution.cl asks for, the host defines
//   TILE_ROWS TILE_COLUMNS TILE_BLOCKS   forward: output pixels and output blocks of an item,
//   BACK_COLUMNS BACK_BLOCKS             input gradient: columns of each residue, input blocks.
// Tiles that do not fit move back until they do; they then compute some pixels once more.

#define GROUP_ITEMS 1
#define LOCAL_REALS 1

#define ROW_TILES ((OUT_H + TILE_ROWS - 1) / TILE_ROWS)
#define COLUMN_TILES ((OUT_W + TILE_COLUMNS - 1) / TILE_COLUMNS)
#define TILE_PIXELS (TILE_ROWS * TILE_COLUMNS)

/// z = kernel * x + bias, and y = PReLU(z) where one follows; the product alone where transposed.
/// Items: column tiles, row tiles, images, output blocks, the first running fastest.
INLINE void output(int id, __local real* memory, __global const float* restrict x,
                   __global const real* restrict kernels, int kernelAt,
                   __global const real* restrict parameters, int biasAt, int slopeAt,
                   __global real* restrict z, __global real* restrict y, int images) {
    const int column = min(id % COLUMN_TILES * TILE_COLUMNS, OUT_W - TILE_COLUMNS);
    id /= COLUMN_TILES;
    const int row = min(id % ROW_TILES * TILE_ROWS, OUT_H - TILE_ROWS);
    id /= ROW_TILES;
    const int image = id % images, block = id / images * TILE_BLOCKS;

    real sums[TILE_BLOCKS][TILE_PIXELS];
#pragma unroll
    for (int b = 0; b < TILE_BLOCKS; ++b)
#pragma unroll
        for (int p = 0; p < TILE_PIXELS; ++p)
            sums[b][p] = (real)(0.0f);

    for (int inBlock = 0; inBlock < IN_BLOCKS; ++inBlock) {
        const int channels = inBlock == IN_BLOCKS - 1 ? IN_LAST : BLOCK;
        for (int tap = 0; tap < TAPS; ++tap) {
            __global const float* in =
                x + X_PIXEL(image, inBlock, row * STRIDE + tap / 3 - PAD_TOP,
                            column * STRIDE + tap % 3 - PAD_LEFT) *
                        BLOCK;
            __global const real* w = kernels + kernelAt / BLOCK +
                                     ((block * IN_BLOCKS + inBlock) * TAPS + tap) * BLOCK;
            for (int i = 0; i < channels; ++i) {
                real rows[TILE_BLOCKS];
#pragma unroll
                for (int b = 0; b < TILE_BLOCKS; ++b)
                    rows[b] = w[b * IN_BLOCKS * TAPS * BLOCK + i];
#pragma unroll
                for (int p = 0; p < TILE_PIXELS; ++p) {
                    const real v = (real)(in[(p / TILE_COLUMNS * STRIDE * (IN_W + 2) +
                                              p % TILE_COLUMNS * STRIDE) *
                                                 BLOCK +
                                             i]);
#pragma unroll
                    for (int b = 0; b < TILE_BLOCKS; ++b)
                        sums[b][p] = multiplyAdd(v, rows[b], sums[b][p]);
                }
            }
        }
    }

#pragma unroll
    for (int b = 0; b < TILE_BLOCKS; ++b)
#pragma unroll
        for (int p = 0; p < TILE_PIXELS; ++p)
            leave(sums[b][p], !TRANSPOSED, image, block + b, 0, row + p / TILE_COLUMNS,
                  column + p % TILE_COLUMNS, OUT_BLOCKS, OUT_H, OUT_W, OUT_HALO, parameters, biasAt,
                  slopeAt, z, y);
}

#define BACK_TILES ((RESIDUE_W + BACK_COLUMNS - 1) / BACK_COLUMNS)

/// One row of the gradient by the input, BACK_COLUMNS columns of each residue. `mirrors` holds the
/// kernel with its two channel indices exchanged within tiles. Where transposed, the bias is added
/// and `y` is PReLU(dx) where one follows.
INLINE void inputGradient(int id, __local real* memory, __global const float* restrict dz,
                          __global const real* restrict mirrors, int mirrorAt,
                          __global const real* restrict parameters, int biasAt, int slopeAt,
                          __global real* restrict dx, __global real* restrict y, int images) {
    const int first = min(id % BACK_TILES * BACK_COLUMNS, RESIDUE_W - BACK_COLUMNS);
    id /= BACK_TILES;
    const int row = id % IN_H;
    id /= IN_H;
    const int image = id % images, block = id / images * BACK_BLOCKS;

    real sums[BACK_BLOCKS][STRIDE][BACK_COLUMNS];
#pragma unroll
    for (int b = 0; b < BACK_BLOCKS; ++b)
#pragma unroll
        for (int residue = 0; residue < STRIDE; ++residue)
#pragma unroll
            for (int p = 0; p < BACK_COLUMNS; ++p)
                sums[b][residue][p] = (real)(0.0f);
    for (int outBlock = 0; outBlock < OUT_BLOCKS; ++outBlock) {
        const int channels = outBlock == OUT_BLOCKS - 1 ? OUT_LAST : BLOCK;
        for (int tapRow = (row + PAD_TOP) % STRIDE; tapRow < 3; tapRow += STRIDE) {
            __global const float* d =
                dz + DZ_PIXEL(image, outBlock, (row + PAD_TOP - tapRow) / STRIDE, first) * BLOCK;
            __global const real* w = mirrors + mirrorAt / BLOCK +
                                     ((outBlock * IN_BLOCKS + block) * TAPS + tapRow * 3) * BLOCK;
            for (int o = 0; o < channels; ++o) {
#pragma unroll
                for (int tap = 0; tap < 3; ++tap) {
                    const int residue = (tap - PAD_LEFT + STRIDE) % STRIDE;
                    const int shift = (residue + PAD_LEFT - tap) / STRIDE;
                    real rows[BACK_BLOCKS];
#pragma unroll
                    for (int b = 0; b < BACK_BLOCKS; ++b)
                        rows[b] = w[(b * TAPS + tap) * BLOCK + o];
#pragma unroll
                    for (int p = 0; p < BACK_COLUMNS; ++p) {
                        const real v = (real)(d[(p + shift) * BLOCK + o]);
#pragma unroll
                        for (int b = 0; b < BACK_BLOCKS; ++b)
                            sums[b][residue][p] = multiplyAdd(v, rows[b], sums[b][residue][p]);
                    }
                }
            }
        }
    }
#pragma unroll
    for (int b = 0; b < BACK_BLOCKS; ++b)
#pragma unroll
        for (int residue = 0; residue < STRIDE; ++residue)
#pragma unroll
            for (int p = 0; p < BACK_COLUMNS; ++p) {
                const int column = (first + p) * STRIDE + residue;
                if (column < IN_W)
                    leave(sums[b][residue][p], TRANSPOSED, image, block + b, 0, row, column,
                          IN_BLOCKS, IN_H, IN_W, DX_HALO, parameters, biasAt, slopeAt, dx, y);
            }
}

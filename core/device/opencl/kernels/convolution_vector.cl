// SPDX-License-Identifier: GPL-3.0-or-later
// Convolutions for devices whose cores have wide vectors: a work-item is a work-group and keeps a
// tile of pixels x 16 channels in registers; every multiply-add takes one channel of a pixel times
// the 16 numbers of a kernel's row. Besides what convolution.cl asks for, the host defines
//   TILE_ROWS TILE_COLUMNS TILE_BLOCKS   forward: output pixels and output blocks of an item,
//   BACK_COLUMNS BACK_BLOCKS             input gradient: columns of each residue, input blocks,
//   WEIGHT_CHANNELS WEIGHT_BLOCKS        kernel gradient: input channels and output blocks.
// Tiles that do not fit move back until they do; they then compute some pixels once more.

#define ROW_TILES ((OUT_H + TILE_ROWS - 1) / TILE_ROWS)
#define COLUMN_TILES ((OUT_W + TILE_COLUMNS - 1) / TILE_COLUMNS)
#define TILE_PIXELS (TILE_ROWS * TILE_COLUMNS)

/// z = kernel * x + bias, and y = PReLU(z) where one follows; the product alone where transposed.
/// Items: column tiles, row tiles, images, output blocks, the first running fastest.
static void output(int id, __global const float* restrict x, __global const real* restrict kernels,
                   int kernelAt, __global const real* restrict parameters, int biasAt, int slopeAt,
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
            sums[b][p] = TRANSPOSED ? (real)(0.0f) : parameters[biasAt / BLOCK + block + b];

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
                        sums[b][p] = MULTIPLY_ADD(v, rows[b], sums[b][p]);
                }
            }
        }
    }

#pragma unroll
    for (int b = 0; b < TILE_BLOCKS; ++b)
#pragma unroll
        for (int p = 0; p < TILE_PIXELS; ++p) {
            const int r = row + p / TILE_COLUMNS, c = column + p % TILE_COLUMNS;
            const real v = sums[b][p];
            z[pixelAt(image, block + b, r, c, OUT_BLOCKS, OUT_H, OUT_W, OUT_HALO)] = v;
#if PRELU && !TRANSPOSED
            const real slope =
                parameters[slopeAt / BLOCK + ((block + b) * OUT_H + r) * OUT_W + c];
            y[pixelAt(image, block + b, r, c, OUT_BLOCKS, OUT_H, OUT_W, ACTIVE_HALO)] =
                v > (real)(0.0f) ? v : slope * v;
#endif
        }
}

#define CHANNEL_GROUPS \
    ((IN_BLOCKS - 1) * (BLOCK / WEIGHT_CHANNELS) + (IN_LAST + WEIGHT_CHANNELS - 1) / WEIGHT_CHANNELS)
#define WEIGHT_ITEMS (OUT_BLOCKS / WEIGHT_BLOCKS * CHANNEL_GROUPS * 3)

/// One row of taps of WEIGHT_CHANNELS input channels, summed over a slice of the batch's output
/// rows; slice s goes to out[outAt + s x sliceStride].
static void weightGradient(int id, __global const float* restrict x,
                           __global const real* restrict dz, __global real* restrict out, int outAt,
                           int slices, int sliceStride, int images) {
    const int slice = id / WEIGHT_ITEMS;
    id %= WEIGHT_ITEMS;
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
                        sums[tap][i][b] = MULTIPLY_ADD(v, ds[b], sums[tap][i][b]);
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

#define BACK_TILES ((RESIDUE_W + BACK_COLUMNS - 1) / BACK_COLUMNS)

/// One row of the gradient by the input, BACK_COLUMNS columns of each residue. `mirrors` holds the
/// kernel with its two channel indices exchanged within tiles. Where transposed, the bias is added
/// and `y` is PReLU(dx) where one follows.
static void inputGradient(int id, __global const float* restrict dz,
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
                            sums[b][residue][p] = MULTIPLY_ADD(v, rows[b], sums[b][residue][p]);
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
                if (column >= IN_W)
                    continue;
                real v = sums[b][residue][p];
#if TRANSPOSED
                v += parameters[biasAt / BLOCK + block + b];
#endif
                dx[pixelAt(image, block + b, row, column, IN_BLOCKS, IN_H, IN_W, DX_HALO)] = v;
#if TRANSPOSED && PRELU
                const real slope =
                    parameters[slopeAt / BLOCK + ((block + b) * IN_H + row) * IN_W + column];
                y[pixelAt(image, block + b, row, column, IN_BLOCKS, IN_H, IN_W, ACTIVE_HALO)] =
                    v > (real)(0.0f) ? v : slope * v;
#endif
            }
}

#define ITEM __kernel __attribute__((reqd_work_group_size(1, 1, 1)))

#if !TRANSPOSED

ITEM void convolution_forward(__global const float* restrict x,
                              __global const real* restrict kernels, int kernelAt,
                              __global const real* restrict parameters, int biasAt, int slopeAt,
                              __global real* restrict z, __global real* restrict y, int images) {
    output(get_global_id(0), x, kernels, kernelAt, parameters, biasAt, slopeAt, z, y, images);
}

/// Both gradients in one launch; items beyond those of the kernel's gradient belong to the input's.
ITEM void convolution_backward(__global const float* restrict x, __global const real* restrict dz,
                               __global real* restrict weightOut, int weightAt, int slices,
                               int sliceStride, __global const real* restrict kernels, int kernelAt,
                               __global real* restrict dx, int images) {
    const int id = get_global_id(0), weightItems = WEIGHT_ITEMS * slices;
    if (id < weightItems)
        weightGradient(id, x, dz, weightOut, weightAt, slices, sliceStride, images);
    else
        inputGradient(id - weightItems, (__global const float*)dz, kernels, kernelAt, kernels, 0, 0,
                      dx, dx, images);
}

#else

ITEM void transposed_forward(__global const float* restrict x,
                             __global const real* restrict mirrors, int mirrorAt,
                             __global const real* restrict parameters, int biasAt, int slopeAt,
                             __global real* restrict z, __global real* restrict y, int images) {
    inputGradient(get_global_id(0), x, mirrors, mirrorAt, parameters, biasAt, slopeAt, z, y,
                  images);
}

/// Both gradients in one launch, as above; `dz` is the transposed convolution's.
ITEM void transposed_backward(__global const float* restrict dz, __global const real* restrict x,
                              __global real* restrict weightOut, int weightAt, int slices,
                              int sliceStride, __global const real* restrict kernels, int kernelAt,
                              __global real* restrict dx, int images) {
    const int id = get_global_id(0), weightItems = WEIGHT_ITEMS * slices;
    if (id < weightItems)
        weightGradient(id, dz, x, weightOut, weightAt, slices, sliceStride, images);
    else
        output(id - weightItems, dz, kernels, kernelAt, kernels, 0, 0, dx, dx, images);
}

#endif

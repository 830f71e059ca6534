// SPDX-License-Identifier: GPL-3.0-or-later
// Convolutions for devices with many narrow cores, as implicit matrix products: a group of THREADS
// items computes a tile of TILE_M pixels x TILE_N channels, taking 16 input channels of one tap at
// a time through local memory; an item keeps ITEM_M x ITEM_N sums in registers. How items share out
// a tile and multiply is convolution_items.cl's or convolution_fragments.cl's to say, which comes
// between convolution_tile_sizes.cl and this. With SPLIT > 1, SPLIT such sets of items share the
// taps of one tile and add up at the end, in order.

#define LOADS_M ((TILE_M * DEPTH + THREADS - 1) / THREADS)

/// Local memory of a group, whichever product it computes; behind it, what items exchange.
#define PRODUCT_FLOATS (SPLIT * (A_FLOATS + B_FLOATS))
#define SPLIT_FLOATS (SPLIT > 1 ? SPLIT * TILE_M * TILE_N : 0)
#define WEIGHT_FLOATS (DEPTH * (WEIGHT_PITCH_M + WEIGHT_PITCH_N))
#define TILE_FLOATS MAX2(PRODUCT_FLOATS, MAX2(SPLIT_FLOATS, WEIGHT_FLOATS))
#define LOCAL_REALS (TILE_FLOATS + GROUP_ITEMS * EXCHANGE_FLOATS)

/// What the SPLIT sets of items hold of a tile, added up in order; known to the first set.
INLINE void addSplits(float sums[ITEM_M][ITEM_N], __local float* scratch, int set, int item) {
#if SPLIT > 1
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int i = 0; i < ITEM_M * ITEM_N; ++i)
        scratch[(set * ITEM_M * ITEM_N + i) * THREADS + item] = sums[i / ITEM_N][i % ITEM_N];
    barrier(CLK_LOCAL_MEM_FENCE);
    if (set == 0)
        for (int other = 1; other < SPLIT; ++other)
#pragma unroll
            for (int i = 0; i < ITEM_M * ITEM_N; ++i)
                sums[i / ITEM_N][i % ITEM_N] += scratch[(other * ITEM_M * ITEM_N + i) * THREADS + item];
#endif
}

#define OUT_TILES ((OUT_BLOCKS * BLOCK + TILE_N - 1) / TILE_N)

/// z = kernel * x + bias, and y = PReLU(z) where one follows; the product alone where transposed.
/// Groups: channel tiles run fastest, then tiles of pixels counted through all images.
INLINE void output(int group, __local float* memory, __global const float* restrict x,
                   __global const float* restrict kernels, int kernelAt,
                   __global const float* restrict parameters, int biasAt, int slopeAt,
                   __global float* restrict z, __global float* restrict y, int images) {
    const int set = get_local_id(0) / THREADS, item = get_local_id(0) % THREADS;
    __local float* a = memory + set * (A_FLOATS + B_FLOATS);
    __local float* b = a + A_FLOATS;
    const int channelTile = group % OUT_TILES * TILE_N;
    const int pixelTile = group / OUT_TILES * TILE_M;
    const int pixels = images * OUT_H * OUT_W;
    const int m = sumsRow(item, TILE_N, ITEM_M, ITEM_N);
    const int n = sumsColumn(item, TILE_N, ITEM_N);

    int from[LOADS_M];
#pragma unroll
    for (int q = 0; q < LOADS_M; ++q) {
        const int e = item + q * THREADS, pixel = pixelTile + e / DEPTH;
        from[q] = -1;
        if (e < TILE_M * DEPTH && pixel < pixels)
            from[q] = X_PIXEL(pixel / (OUT_H * OUT_W), 0,
                              pixel / OUT_W % OUT_H * STRIDE - PAD_TOP,
                              pixel % OUT_W * STRIDE - PAD_LEFT) *
                          BLOCK +
                      e % DEPTH;
    }
    float sums[ITEM_M][ITEM_N];
#pragma unroll
    for (int i = 0; i < ITEM_M * ITEM_N; ++i)
        sums[i / ITEM_N][i % ITEM_N] = 0;

    for (int round = 0; round < (IN_BLOCKS * TAPS + SPLIT - 1) / SPLIT; ++round) {
        const int step = round * SPLIT + set, inBlock = step / TAPS, tap = step % TAPS;
        const bool held = step < IN_BLOCKS * TAPS;
        const int shift =
            (inBlock * (IN_H + 2) * (IN_W + 2) + tap / 3 * (IN_W + 2) + tap % 3) * BLOCK;
#pragma unroll
        for (int q = 0; q < LOADS_M; ++q) {
            const int e = item + q * THREADS;
            if (e < TILE_M * DEPTH)
                a[A_AT(e / DEPTH, e % DEPTH)] =
                    held && from[q] >= 0 ? FACTOR(x[from[q] + shift]) : 0.0f;
        }
        for (int e = item; e < DEPTH * TILE_N; e += THREADS) {
            const int channel = channelTile + e % TILE_N, block = channel / BLOCK;
            b[B_AT(e / TILE_N, e % TILE_N)] =
                held && block < OUT_BLOCKS
                    ? FACTOR(kernels[kernelAt +
                                     ((block * IN_BLOCKS + inBlock) * TAPS + tap) * TILE +
                                     e / TILE_N * BLOCK + channel % BLOCK])
                    : 0.0f;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        multiplyTile(sums, a, b, false, m, n, memory + TILE_FLOATS);
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    addSplits(sums, memory, set, item);
    if (set > 0)
        return;
    for (int i = 0; i < ITEM_M; ++i) {
        const int pixel = pixelTile + m + SUM_ROW(i);
        if (pixel >= pixels)
            break;
        const int image = pixel / (OUT_H * OUT_W), row = pixel / OUT_W % OUT_H;
        const int column = pixel % OUT_W;
#pragma unroll
        for (int j = 0; j < ITEM_N; ++j) {
            const int channel = channelTile + n + SUM_COLUMN(j), block = channel / BLOCK;
            if (block >= OUT_BLOCKS)
                break;
            leave(sums[i][j], !TRANSPOSED, image, block, channel % BLOCK, row, column, OUT_BLOCKS,
                  OUT_H, OUT_W, OUT_HALO, parameters, biasAt, slopeAt, z, y);
        }
    }
}

#define WEIGHT_TILES ((OUT_BLOCKS * BLOCK + WEIGHT_N - 1) / WEIGHT_N)
#define WEIGHT_GROUPS (IN_BLOCKS * 3 * WEIGHT_TILES)

/// One row of taps of one input block, summed over a slice of the batch's output pixels; slice s
/// goes to out[outAt + s x sliceStride].
INLINE void weightGradient(int group, __local float* memory, __global const float* restrict x,
                           __global const float* restrict dz, __global float* restrict out,
                           int outAt, int slices, int sliceStride, int images) {
    __local float* a = memory;
    __local float* b = memory + DEPTH * WEIGHT_PITCH_M;
    const int item = get_local_id(0);
    const int slice = group / WEIGHT_GROUPS;
    group %= WEIGHT_GROUPS;
    const int tapRow = group % 3, inBlock = group / 3 % IN_BLOCKS;
    const int channelTile = group / 3 / IN_BLOCKS * WEIGHT_N;
    const int m = sumsRow(item, WEIGHT_N, WEIGHT_ITEM_M, WEIGHT_ITEM_N);
    const int n = sumsColumn(item, WEIGHT_N, WEIGHT_ITEM_N);
    const int all = images * OUT_H * OUT_W;
    const int begin = slice * (all / slices) + min(slice, all % slices);
    const int end = (slice + 1) * (all / slices) + min(slice + 1, all % slices);

    float sums[WEIGHT_ITEM_M][WEIGHT_ITEM_N];
#pragma unroll
    for (int i = 0; i < WEIGHT_ITEM_M * WEIGHT_ITEM_N; ++i)
        sums[i / WEIGHT_ITEM_N][i % WEIGHT_ITEM_N] = 0;
    for (int first = begin; first < end; first += DEPTH) {
        for (int e = item; e < DEPTH * WEIGHT_M; e += GROUP_ITEMS) {
            const int k = e / WEIGHT_M, tap = e % WEIGHT_M / BLOCK, pixel = first + k;
            float v = 0;
            if (pixel < end)
                v = x[X_PIXEL(pixel / (OUT_H * OUT_W), inBlock,
                              pixel / OUT_W % OUT_H * STRIDE + tapRow - PAD_TOP,
                              pixel % OUT_W * STRIDE + tap - PAD_LEFT) *
                          BLOCK +
                      e % BLOCK];
            a[k * WEIGHT_PITCH_M + e % WEIGHT_M] = FACTOR(v);
        }
        for (int e = item; e < DEPTH * WEIGHT_N; e += GROUP_ITEMS) {
            const int k = e / WEIGHT_N, pixel = first + k;
            const int channel = channelTile + e % WEIGHT_N, block = channel / BLOCK;
            float v = 0;
            if (pixel < end && block < OUT_BLOCKS)
                v = dz[DZ_PIXEL(pixel / (OUT_H * OUT_W), block, pixel / OUT_W % OUT_H,
                                pixel % OUT_W) *
                           BLOCK +
                       channel % BLOCK];
            b[k * WEIGHT_PITCH_N + e % WEIGHT_N] = FACTOR(v);
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        multiplyWeights(sums, a, b, m, n, memory + TILE_FLOATS);
        barrier(CLK_LOCAL_MEM_FENCE);
    }
#pragma unroll
    for (int i = 0; i < WEIGHT_ITEM_M; ++i)
#pragma unroll
        for (int j = 0; j < WEIGHT_ITEM_N; ++j) {
            const int row = m + SUM_ROW(i), tap = row / BLOCK;
            const int channel = channelTile + n + SUM_COLUMN(j), block = channel / BLOCK;
            if (block < OUT_BLOCKS)
                out[outAt + slice * sliceStride +
                    ((block * IN_BLOCKS + inBlock) * TAPS + tapRow * 3 + tap) * TILE +
                    row % BLOCK * BLOCK + channel % BLOCK] = sums[i][j];
        }
}

#define BACK_CHANNEL_TILES ((IN_BLOCKS * BLOCK + TILE_N - 1) / TILE_N)

/// The gradient by the input. Pixels of equal residues modulo the stride see the same taps, so a
/// tile holds pixels of one pair of residues. Groups: channel tiles run fastest, then residues,
/// then pixel tiles. Where transposed, the bias is added and `y` is PReLU(dx) where one follows.
INLINE void inputGradient(int group, __local float* memory, __global const float* restrict dz,
                          __global const float* restrict kernels, int kernelAt,
                          __global const float* restrict parameters, int biasAt, int slopeAt,
                          __global float* restrict dx, __global float* restrict y, int images) {
    const int set = get_local_id(0) / THREADS, item = get_local_id(0) % THREADS;
    __local float* a = memory + set * (A_FLOATS + B_FLOATS);
    __local float* b = a + A_FLOATS;
    const int channelTile = group % BACK_CHANNEL_TILES * TILE_N;
    group /= BACK_CHANNEL_TILES;
    const int columnResidue = group % STRIDE, rowResidue = group / STRIDE % STRIDE;
    const int pixelTile = group / STRIDE / STRIDE * TILE_M;
    const int pixels = images * RESIDUE_H * RESIDUE_W;
    const int m = sumsRow(item, TILE_N, ITEM_M, ITEM_N);
    const int n = sumsColumn(item, TILE_N, ITEM_N);
    const int firstRow = (rowResidue + PAD_TOP) % STRIDE;
    const int firstColumn = (columnResidue + PAD_LEFT) % STRIDE;
    const int tapRows = (3 - firstRow + STRIDE - 1) / STRIDE;
    const int tapColumns = (3 - firstColumn + STRIDE - 1) / STRIDE;
    const int taps = max(tapRows, 0) * max(tapColumns, 0), steps = OUT_BLOCKS * taps;

    int from[LOADS_M];
#pragma unroll
    for (int q = 0; q < LOADS_M; ++q) {
        const int e = item + q * THREADS, pixel = pixelTile + e / DEPTH;
        from[q] = -1;
        if (e < TILE_M * DEPTH && pixel < pixels)
            from[q] = DZ_PIXEL(pixel / (RESIDUE_H * RESIDUE_W), 0,
                               pixel / RESIDUE_W % RESIDUE_H +
                                   (rowResidue + PAD_TOP - firstRow) / STRIDE,
                               pixel % RESIDUE_W + (columnResidue + PAD_LEFT - firstColumn) / STRIDE) *
                          BLOCK +
                      e % DEPTH;
    }
    float sums[ITEM_M][ITEM_N];
#pragma unroll
    for (int i = 0; i < ITEM_M * ITEM_N; ++i)
        sums[i / ITEM_N][i % ITEM_N] = 0;

    for (int round = 0; round < (steps + SPLIT - 1) / SPLIT; ++round) {
        const int step = round * SPLIT + set;
        const bool held = step < steps;
        const int outBlock = held ? step / taps : 0, t = held ? step % taps : 0;
        const int up = t / max(tapColumns, 1), left = t % max(tapColumns, 1);
        const int tap = (firstRow + up * STRIDE) * 3 + firstColumn + left * STRIDE;
        const int shift = (outBlock * (OUT_H + 2) * (OUT_W + 2) - up * (OUT_W + 2) - left) * BLOCK;
#pragma unroll
        for (int q = 0; q < LOADS_M; ++q) {
            const int e = item + q * THREADS;
            if (e < TILE_M * DEPTH)
                a[A_AT(e / DEPTH, e % DEPTH)] =
                    held && from[q] >= 0 ? FACTOR(dz[from[q] + shift]) : 0.0f;
        }
        for (int e = item; e < DEPTH * TILE_N; e += THREADS) {
            const int channel = channelTile + e / DEPTH, block = channel / BLOCK;
            b[BACK_B_AT(e % DEPTH, e / DEPTH)] =
                held && block < IN_BLOCKS
                    ? FACTOR(kernels[kernelAt +
                                     ((outBlock * IN_BLOCKS + block) * TAPS + tap) * TILE +
                                     channel % BLOCK * BLOCK + e % DEPTH])
                    : 0.0f;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        multiplyTile(sums, a, b, true, m, n, memory + TILE_FLOATS);
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    addSplits(sums, memory, set, item);
    if (set > 0)
        return;
    for (int i = 0; i < ITEM_M; ++i) {
        const int pixel = pixelTile + m + SUM_ROW(i);
        if (pixel >= pixels)
            break;
        const int image = pixel / (RESIDUE_H * RESIDUE_W);
        const int row = pixel / RESIDUE_W % RESIDUE_H * STRIDE + rowResidue;
        const int column = pixel % RESIDUE_W * STRIDE + columnResidue;
        if (row >= IN_H || column >= IN_W)
            continue;
#pragma unroll
        for (int j = 0; j < ITEM_N; ++j) {
            const int channel = channelTile + n + SUM_COLUMN(j), block = channel / BLOCK;
            if (block >= IN_BLOCKS)
                break;
            leave(sums[i][j], TRANSPOSED, image, block, channel % BLOCK, row, column, IN_BLOCKS,
                  IN_H, IN_W, DX_HALO, parameters, biasAt, slopeAt, dx, y);
        }
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
// How the items of convolution_tiled.cl share out a tile's sums where each multiplies by itself, in
// single precision: an item holds itemM x itemN sums that lie side by side.

#define PITCH_M (TILE_M + 1)
#define PITCH_N (TILE_N + 1)
#define WEIGHT_PITCH_M (WEIGHT_M + 1)
#define WEIGHT_PITCH_N (WEIGHT_N + 1)
#define EXCHANGE_FLOATS 0

/// Where number (m, k) of the pixels' tile lies, (k, n) of the channels', and (k, n) of those on the
/// way back; how much they take.
#define A_AT(m, k) ((k)*PITCH_M + (m))
#define B_AT(k, n) ((k)*PITCH_N + (n))
#define BACK_B_AT(k, n) B_AT(k, n)
#define A_FLOATS (DEPTH * PITCH_M)
#define B_FLOATS (DEPTH * PITCH_N)

/// What is multiplied, of what was read.
#define FACTOR(v) (v)

/// The first row and column of the tile in which an item has sums, and those of its sum (i, j).
INLINE int sumsRow(int item, int tileN, int itemM, int itemN) {
    return item / (tileN / itemN) * itemM;
}
INLINE int sumsColumn(int item, int tileN, int itemN) {
    return item % (tileN / itemN) * itemN;
}
#define SUM_ROW(i) (i)
#define SUM_COLUMN(j) (j)

/// sums += a b over DEPTH, for the item's part of the tile.
INLINE void multiplyTile(float sums[ITEM_M][ITEM_N], __local const float* a, __local const float* b,
                         bool back, int m, int n, __local float* exchange) {
#pragma unroll
    for (int k = 0; k < DEPTH; ++k) {
        float av[ITEM_M], bv[ITEM_N];
#pragma unroll
        for (int i = 0; i < ITEM_M; ++i)
            av[i] = a[A_AT(m + i, k)];
#pragma unroll
        for (int j = 0; j < ITEM_N; ++j)
            bv[j] = b[B_AT(k, n + j)];
#pragma unroll
        for (int i = 0; i < ITEM_M; ++i)
#pragma unroll
            for (int j = 0; j < ITEM_N; ++j)
                sums[i][j] = multiplyAdd(av[i], bv[j], sums[i][j]);
    }
}

/// Likewise for the kernel's gradient: a is (k, m) there.
INLINE void multiplyWeights(float sums[WEIGHT_ITEM_M][WEIGHT_ITEM_N], __local const float* a,
                            __local const float* b, int m, int n, __local float* exchange) {
#pragma unroll
    for (int k = 0; k < DEPTH; ++k)
#pragma unroll
        for (int i = 0; i < WEIGHT_ITEM_M; ++i)
#pragma unroll
            for (int j = 0; j < WEIGHT_ITEM_N; ++j)
                sums[i][j] = multiplyAdd(a[k * WEIGHT_PITCH_M + m + i],
                                         b[k * WEIGHT_PITCH_N + n + j], sums[i][j]);
}

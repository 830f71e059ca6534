// SPDX-License-Identifier: GPL-3.0-or-later
// How the items of convolution_tiled.cl share out a tile's sums where warps multiply fragments
// (fragments.cl): a warp holds itemM / 2 x itemN / 2 fragments side by side, 8 itemM x 4 itemN sums,
// and each of its items itemM x itemN of them. Local memory is laid out so that the items of a warp
// fetch their numbers from 32 different banks.

#define PITCH_K (DEPTH + 4)
#define PITCH_N (TILE_N + 8)
#define WEIGHT_PITCH_M (WEIGHT_M + 8)
#define WEIGHT_PITCH_N (WEIGHT_N + 8)

/// As convolution_items.cl has them.
#define A_AT(m, k) ((m)*PITCH_K + (k))
#define B_AT(k, n) ((k)*PITCH_N + (n))
#define BACK_B_AT(k, n) ((n)*PITCH_K + (k))
#define A_FLOATS (TILE_M * PITCH_K)
#define B_FLOATS MAX2(DEPTH * PITCH_N, TILE_N * PITCH_K)
#define FACTOR(v) toTf32(v)

INLINE int sumsRow(int item, int tileN, int itemM, int itemN) {
    return item / WARP / (tileN / (4 * itemN)) * 8 * itemM + FRAGMENT_D_ROW(0);
}
INLINE int sumsColumn(int item, int tileN, int itemN) {
    return item / WARP % (tileN / (4 * itemN)) * 4 * itemN + FRAGMENT_D_COLUMN(0);
}
#define SUM_ROW(i) ((i) * 8)
#define SUM_COLUMN(j) ((j) / 2 * 8 + (j) % 2)

#define MOST_DOWN (MAX2(ITEM_M, WEIGHT_ITEM_M) / 2)

/// sums[itemM][itemN] += a b over DEPTH; `a` and `b` begin where the warp's sums do, and have such
/// strides from row to row and column to column.
INLINE void multiplyWarp(float* sums, int itemM, int itemN, __local const float* a, int aRow,
                         int aColumn, __local const float* b, int bRow, int bColumn,
                         __local float* exchange) {
#pragma unroll
    for (int k = 0; k < DEPTH; k += 8) {
        float as[MOST_DOWN][4];
#pragma unroll
        for (int i = 0; i < itemM / 2; ++i)
#pragma unroll
            for (int q = 0; q < 4; ++q)
                as[i][q] = a[(16 * i + FRAGMENT_A_ROW(q)) * aRow +
                             (k + FRAGMENT_A_COLUMN(q)) * aColumn];
#pragma unroll
        for (int j = 0; j < itemN / 2; ++j) {
            float bs[2];
#pragma unroll
            for (int q = 0; q < 2; ++q)
                bs[q] = b[(k + FRAGMENT_B_ROW(q)) * bRow + (8 * j + FRAGMENT_B_COLUMN) * bColumn];
#pragma unroll
            for (int i = 0; i < itemM / 2; ++i) {
                float* upper = sums + 2 * i * itemN + 2 * j;
                float* lower = upper + itemN;
                float d[4] = {upper[0], upper[1], lower[0], lower[1]};
                multiplyFragment(d, as[i], bs, exchange);
                upper[0] = d[0];
                upper[1] = d[1];
                lower[0] = d[2];
                lower[1] = d[3];
            }
        }
    }
}

INLINE void multiplyTile(float sums[ITEM_M][ITEM_N], __local const float* a, __local const float* b,
                         bool back, int m, int n, __local float* exchange) {
    const int row = m - FRAGMENT_D_ROW(0), column = n - FRAGMENT_D_COLUMN(0);
    if (back)
        multiplyWarp(sums[0], ITEM_M, ITEM_N, a + A_AT(row, 0), PITCH_K, 1,
                     b + BACK_B_AT(0, column), 1, PITCH_K, exchange);
    else
        multiplyWarp(sums[0], ITEM_M, ITEM_N, a + A_AT(row, 0), PITCH_K, 1, b + B_AT(0, column),
                     PITCH_N, 1, exchange);
}

INLINE void multiplyWeights(float sums[WEIGHT_ITEM_M][WEIGHT_ITEM_N], __local const float* a,
                            __local const float* b, int m, int n, __local float* exchange) {
    multiplyWarp(sums[0], WEIGHT_ITEM_M, WEIGHT_ITEM_N, a + m - FRAGMENT_D_ROW(0), 1,
                 WEIGHT_PITCH_M, b + n - FRAGMENT_D_COLUMN(0), WEIGHT_PITCH_N, 1, exchange);
}

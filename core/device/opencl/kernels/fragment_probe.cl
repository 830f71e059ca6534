// SPDX-License-Identifier: GPL-3.0-or-later
// What fragments.cl makes of known matrices: one group of one warp.

/// d (16, 8) += a (16, 8 STEPS) b (8 STEPS, 8), all row-major, a and b rounded to TF32 first.
__kernel __attribute__((reqd_work_group_size(WARP, 1, 1))) void multiply_fragments(
    __global const float* restrict a, __global const float* restrict b, __global float* restrict d,
    int steps) {
    __local float exchange[WARP * EXCHANGE_FLOATS + 1];
    float sums[4];
    for (int i = 0; i < 4; ++i)
        sums[i] = d[FRAGMENT_D_ROW(i) * 8 + FRAGMENT_D_COLUMN(i)];
    for (int step = 0; step < steps; ++step) {
        float as[4], bs[2];
        for (int i = 0; i < 4; ++i)
            as[i] = toTf32(a[FRAGMENT_A_ROW(i) * 8 * steps + 8 * step + FRAGMENT_A_COLUMN(i)]);
        for (int i = 0; i < 2; ++i)
            bs[i] = toTf32(b[(8 * step + FRAGMENT_B_ROW(i)) * 8 + FRAGMENT_B_COLUMN]);
        multiplyFragment(sums, as, bs, exchange);
    }
    for (int i = 0; i < 4; ++i)
        d[FRAGMENT_D_ROW(i) * 8 + FRAGMENT_D_COLUMN(i)] = sums[i];
}

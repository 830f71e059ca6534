// SPDX-License-Identifier: GPL-3.0-or-later
// What a device reaches: multiply-adds in registers alone, and copying.

#define CHAINS 16

/// Every work-item does rounds x CHAINS x LANES multiply-adds.
KERNEL void multiply_adds(__global real* out, float factor, int rounds) {
    real sums[CHAINS];
#pragma unroll
    for (int chain = 0; chain < CHAINS; ++chain)
        sums[chain] = (real)(factor * (float)(get_global_id(0) % 7 + chain));
    for (int round = 0; round < rounds; ++round) {
#pragma unroll
        for (int chain = 0; chain < CHAINS; ++chain)
            sums[chain] = multiplyAdd(sums[chain], (real)(factor), (real)(factor));
    }
    real total = sums[0];
#pragma unroll
    for (int chain = 1; chain < CHAINS; ++chain)
        total += sums[chain];
    out[get_global_id(0)] = total;
}

KERNEL void copy(__global const real* restrict from, __global real* restrict to, int vectors) {
#if LANES == 1
    for (int i = get_global_id(0); i < vectors; i += get_global_size(0))
        to[i] = from[i];
#else
    const int share = vectors / (int)get_global_size(0);
    for (int i = 0; i < share; ++i)
        to[get_global_id(0) * share + i] = from[get_global_id(0) * share + i];
#endif
}

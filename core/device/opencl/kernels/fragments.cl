// SPDX-License-Identifier: GPL-3.0-or-later
// Matrix products as a warp of 32 neighbouring items makes them on tensor cores: d += a b, where d
// is a fragment of 16 x 8 single-precision sums, a of 16 x 8 and b of 8 x 8 numbers of TF32 (10
// bits of mantissa), each item holding 4, 4 and 2 of them. Which it holds is as the PTX manual has
// it for mma.m16n8k8 (FRAGMENT_... below), so that items fetch and leave their numbers by ordinary
// loads and stores. The host defines
//   EMULATED         1: the same by ordinary instructions, items exchanging their numbers through
//                    local memory, on any device; 0: inline PTX, NVIDIA's of sm_80 and later.

#define WARP 32
/// Of the items' numbers while they exchange them, for each item of the group.
#define EXCHANGE_FLOATS (EMULATED ? 6 : 0)

/// Rows of number i of a and of d that this item holds, and columns; b's number i has the row of
/// a's column and the column of a's row. An item's place in its warp is its number modulo 32.
#define FRAGMENT_LANE ((int)get_local_id(0) % WARP)
#define FRAGMENT_A_ROW(i) (FRAGMENT_LANE / 4 + (i) % 2 * 8)
#define FRAGMENT_A_COLUMN(i) (FRAGMENT_LANE % 4 + (i) / 2 * 4)
#define FRAGMENT_B_ROW(i) (FRAGMENT_LANE % 4 + (i) * 4)
#define FRAGMENT_B_COLUMN (FRAGMENT_LANE / 4)
#define FRAGMENT_D_ROW(i) (FRAGMENT_LANE / 4 + (i) / 2 * 8)
#define FRAGMENT_D_COLUMN(i) (FRAGMENT_LANE % 4 * 2 + (i) % 2)

/// To the nearest number of TF32, ties away from zero; what is not finite stays what it is.
static __attribute__((always_inline)) float toTf32(float v) {
    const uint bits = as_uint(v), exponent = 0x7f800000u;
    return (bits & exponent) == exponent ? v : as_float((bits + 0x1000u) & 0xffffe000u);
}

/// d += a b of one fragment each. Every item of the group calls it equally often.
static __attribute__((always_inline)) void multiplyFragment(float* d, const float* a,
                                                            const float* b,
                                                            __local float* exchange) {
#if EMULATED
    __local float* aOfWarp = exchange + get_local_id(0) / WARP * WARP * EXCHANGE_FLOATS;
    __local float* bOfWarp = aOfWarp + 16 * 8;
    for (int i = 0; i < 4; ++i)
        aOfWarp[FRAGMENT_A_ROW(i) * 8 + FRAGMENT_A_COLUMN(i)] = a[i];
    for (int i = 0; i < 2; ++i)
        bOfWarp[FRAGMENT_B_ROW(i) * 8 + FRAGMENT_B_COLUMN] = b[i];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = 0; i < 4; ++i)
        for (int k = 0; k < 8; ++k)
            d[i] += aOfWarp[FRAGMENT_D_ROW(i) * 8 + k] * bOfWarp[k * 8 + FRAGMENT_D_COLUMN(i)];
    barrier(CLK_LOCAL_MEM_FENCE);
#else
    // Volatile, so that no compiler moves it to where not all items of the warp go.
    asm volatile(
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
        "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %12, %13};"
        : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
        : "r"(as_uint(a[0])), "r"(as_uint(a[1])), "r"(as_uint(a[2])), "r"(as_uint(a[3])),
          "r"(as_uint(b[0])), "r"(as_uint(b[1])), "f"(d[0]), "f"(d[1]), "f"(d[2]), "f"(d[3]));
#endif
}

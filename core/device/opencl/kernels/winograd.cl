// SPDX-License-Identifier: GPL-3.0-or-later
// The transforms of Winograd's F(4x4, 3x3) at the points 0, +-1/sqrt(2), +-sqrt(2) and infinity;
// B, G and A are the matrices of Lavin & Gray 2016 (arXiv 1509.09308), section 4. For devices whose
// items hold 16 channels.

#define POINTS 36
#define SMALL 0.70710678118654752f
#define LARGE 1.41421356237309505f

#define TRANSFORM static __attribute__((always_inline)) void

TRANSFORM byInput(const real* d, real* out) {  // B^T
    const real even = d[4] - 2.0f * d[2], odd = SMALL * (d[3] - 2.0f * d[1]);
    const real evenLarge = d[4] - 0.5f * d[2], oddLarge = LARGE * (d[3] - 0.5f * d[1]);
    out[0] = d[0] - 2.5f * d[2] + d[4];
    out[1] = even + odd;
    out[2] = even - odd;
    out[3] = evenLarge + oddLarge;
    out[4] = evenLarge - oddLarge;
    out[5] = d[1] - 2.5f * d[3] + d[5];
}

TRANSFORM byOutput(const real* m, real* out) {  // A^T
    const real sum = m[1] + m[2], difference = SMALL * (m[1] - m[2]);
    const real sumLarge = m[3] + m[4], differenceLarge = LARGE * (m[3] - m[4]);
    out[0] = m[0] + sum + sumLarge;
    out[1] = difference + differenceLarge;
    out[2] = 0.5f * sum + 2.0f * sumLarge;
    out[3] = 0.5f * difference + 2.0f * differenceLarge + m[5];
}

TRANSFORM byKernel(const real* g, real* out) {  // G
    const real even = (-2.0f / 3.0f) * (g[0] + 0.5f * g[2]);
    const real odd = (-2.0f / 3.0f * SMALL) * g[1];
    const real evenLarge = (1.0f / 6.0f) * (g[0] + 2.0f * g[2]);
    const real oddLarge = (1.0f / 6.0f * LARGE) * g[1];
    out[0] = g[0];
    out[1] = even + odd;
    out[2] = even - odd;
    out[3] = evenLarge + oddLarge;
    out[4] = evenLarge - oddLarge;
    out[5] = g[2];
}

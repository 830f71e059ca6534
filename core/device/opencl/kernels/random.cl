// SPDX-License-Identifier: GPL-3.0-or-later
// Standard normal numbers as core/random.h defines them: Philox 4x32-10 (Salmon et al. 2011) and
// Box & Muller 1958. One work-item makes LANES of them; each is made of its own block, of whose
// four numbers the other three are thrown away, so that nobody depends on where they lie.

/// Numbers `number` (>= 0) of a stream: words of its counter and its key.
static real normals(whole number, uint tensor, uint stepLow, uint stepHigh, uint key0, uint key1) {
    word w0 = AS_WORD(number >> 2), w1 = (word)(tensor);
    word w2 = (word)(stepLow), w3 = (word)(stepHigh);
    for (int round = 0; round < 10; ++round) {
        const word high0 = mul_hi(w0, (word)(0xD2511F53u)), low0 = w0 * (word)(0xD2511F53u);
        const word high1 = mul_hi(w2, (word)(0xCD9E8D57u)), low1 = w2 * (word)(0xCD9E8D57u);
        w0 = high1 ^ w1 ^ (word)(key0);
        w1 = low1;
        w2 = high0 ^ w3 ^ (word)(key1);
        w3 = low0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    const whole second = (number & 2) != 0, sine = (number & 1) != 0;
    const word radius = second ? w2 : w0, angle = second ? w3 : w1;
    const real u = (CONVERT_REAL(radius >> 9) + 0.5f) * 0x1p-23f;
    // sin(2 pi u) = cos(pi (2 u - 1/2)).
    const real turn = (CONVERT_REAL(angle >> 9) + 0.5f) * 0x1p-22f;
    return sqrt(-2.0f * log(u)) * cospi(turn - (sine ? (real)(0.5f) : (real)(0.0f)));
}

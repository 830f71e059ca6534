// SPDX-License-Identifier: GPL-3.0-or-later
// Functions that several families share.

#if LANES == 16
typedef int16 whole;
typedef uint16 word;
#define CONVERT_REAL convert_float16
#define AS_WORD as_uint16
#define LANE_NUMBERS ((int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
#else
typedef int whole;
typedef uint word;
#define CONVERT_REAL convert_float
#define AS_WORD as_uint
#define LANE_NUMBERS 0
#endif

/// The channels that part `part` of a block holds.
static whole channelsOf(int block, int part) {
    return block * BLOCK + part * LANES + LANE_NUMBERS;
}

/// v where `condition` holds, 0 elsewhere, whatever v is there.
#define WHERE(condition, v) ((condition) ? (v) : (real)(0.0f))

/// log(1 + exp(x)), one number and several.
static float softplus(float x) {
    return fmax(x, 0.0f) + log1p(exp(-fabs(x)));
}

static real softplusOf(real x) {
    return fmax(x, (real)(0.0f)) + log1p(exp(-fabs(x)));
}

/// 1 / (1 + exp(-x)), likewise.
static float logistic(float x) {
    const float e = exp(-fabs(x));
    return (x >= 0 ? 1.0f : e) / (1.0f + e);
}

static real logisticOf(real x) {
    const real e = exp(-fabs(x));
    return (x >= (real)(0.0f) ? (real)(1.0f) : e) / (1.0f + e);
}

/// Where feature `index` of a row-major image lies in a map, in floats.
static int featureAt(int image, int index, int height, int width, int blocks, int halo) {
    const int channel = index / (height * width), pixel = index % (height * width);
    return pixelAt(image, channel / BLOCK, pixel / width, pixel % width, blocks, height, width,
                   halo) *
               BLOCK +
           channel % BLOCK;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Batch normalisation by channel (Ioffe & Szegedy 2015, algorithm 1; biased variance). A batch is
// cut into `parts` runs of images; a group takes one part of one block, (part, block), and what the
// parts found is put together by everyone who needs it (Chan, Golub & LeVeque 1983), so that no
// result depends on the order in which groups run.

#define VARIANCE_EPSILON 1e-3f

static int firstImage(int part, int parts, int images) {
    return part * (images / parts) + min(part, images % parts);
}

/// moments[(part x blocks x 16 + channel) x 2]: the mean of a part, then the sum of squared
/// differences from it. Two passes; the second corrects the mean's rounding.
KERNEL void batch_norm_moments(
    __global const real* restrict x, __global real* restrict moments, int parts, int height,
    int width, int blocks, int halo, int images) {
    __local real scratch[GROUP];
    const int item = get_local_id(0), lanes = item % PIXEL_ITEMS;
    const int block = get_global_id(1), part = get_group_id(0);
    const int first = firstImage(part, parts, images), end = firstImage(part + 1, parts, images);
    const float count = (float)(end - first) * height * width;

    real mean = (real)(0.0f), squares = (real)(0.0f);
    for (int pass = 0; pass < 2; ++pass) {
        real sum = (real)(0.0f);
        squares = (real)(0.0f);
        for (int image = first; image < end; ++image)
            for (int row = 0; row < height; ++row) {
                real rowSum = (real)(0.0f), rowSquares = (real)(0.0f);
                const int at = pixelAt(image, block, row, 0, blocks, height, width, halo);
                for (int column = item / PIXEL_ITEMS; column < width; column += PIXELS_AT_ONCE) {
                    const real d = x[(at + column) * PIXEL_ITEMS + lanes] - mean;
                    rowSum += d;
                    rowSquares += d * d;
                }
                sum += rowSum;
                squares += rowSquares;
            }
        sum = pixelSum(sum, scratch);
        squares = pixelSum(squares, scratch) - sum * sum / count;
        mean += sum / count;
    }
    if (item < PIXEL_ITEMS) {
        const int at = (part * blocks + block) * 2 * PIXEL_ITEMS + lanes;
        moments[at] = mean;
        moments[at + PIXEL_ITEMS] = max(squares, (real)(0.0f));
    }
}

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta. Training: `moments` of all parts; part 0
/// leaves (mean, 1 / sqrt(variance + epsilon)) in statistics[block x 2 x 16] for the way back and,
/// where `take` > 0, moves the averages: moving = (1 - take) moving + take batch. Prediction
/// (`moving` true): the moving averages.
KERNEL void batch_norm_normalise(
    __global const real* restrict x, __global const real* restrict moments,
    __global real* parameters, int gammaAt, int betaAt, int meanAt, int varianceAt,
    __global real* restrict statistics, __global real* restrict y, int parts, int height, int width,
    int blocks, int xHalo, int yHalo, int images, int moving, float take) {
    const int item = get_local_id(0), lanes = item % PIXEL_ITEMS;
    const int block = get_global_id(1), part = get_group_id(0);
    const int own = block * PIXEL_ITEMS + lanes;
    real mean = parameters[meanAt / LANES + own], variance = parameters[varianceAt / LANES + own];
    if (!moving) {
        const float total = (float)images * height * width;
        real batchMean = (real)(0.0f), squares = (real)(0.0f);
        for (int p = 0; p < parts; ++p) {
            const int held = firstImage(p + 1, parts, images) - firstImage(p, parts, images);
            batchMean += moments[(p * blocks + block) * 2 * PIXEL_ITEMS + lanes] *
                         ((float)held / (float)images);
        }
        for (int p = 0; p < parts; ++p) {
            const int held = firstImage(p + 1, parts, images) - firstImage(p, parts, images);
            const int at = (p * blocks + block) * 2 * PIXEL_ITEMS + lanes;
            const real d = moments[at] - batchMean;
            squares += moments[at + PIXEL_ITEMS] + d * d * ((float)held * height * width);
        }
        const real movingMean = mean, movingVariance = variance;
        mean = batchMean;
        variance = squares / total;
        if (part == 0 && item < PIXEL_ITEMS) {
            statistics[block * 2 * PIXEL_ITEMS + lanes] = mean;
            statistics[(block * 2 + 1) * PIXEL_ITEMS + lanes] =
                (real)(1.0f) / sqrt(variance + VARIANCE_EPSILON);
            if (take > 0) {
                parameters[meanAt / LANES + own] = movingMean + take * (mean - movingMean);
                parameters[varianceAt / LANES + own] =
                    movingVariance + take * (variance - movingVariance);
            }
        }
    }
    const real scale = parameters[gammaAt / LANES + own] / sqrt(variance + VARIANCE_EPSILON);
    const real beta = parameters[betaAt / LANES + own];
    const int end = firstImage(part + 1, parts, images);
    for (int image = firstImage(part, parts, images); image < end; ++image)
        for (int pixel = item / PIXEL_ITEMS; pixel < height * width; pixel += PIXELS_AT_ONCE) {
            const int row = pixel / width, column = pixel % width;
            const real v = x[pixelAt(image, block, row, column, blocks, height, width, xHalo) *
                                 PIXEL_ITEMS +
                             lanes];
            const real scaled = (v - mean) * scale;
            y[pixelAt(image, block, row, column, blocks, height, width, yHalo) * PIXEL_ITEMS +
              lanes] = scaled + beta;
        }
}

/// Slices of the parameters' gradients, one a part: partials[gammaAt + part x blocks x 16 + channel]
/// = sum of dy x^, with x^ the normalised x, and at betaAt the sum of dy.
KERNEL void batch_norm_sums(
    __global const real* restrict x, __global const real* restrict dy,
    __global const real* restrict statistics, __global real* restrict partials, int gammaAt,
    int betaAt, int parts, int height, int width, int blocks, int xHalo, int dyHalo, int images) {
    __local real scratch[GROUP];
    const int item = get_local_id(0), lanes = item % PIXEL_ITEMS;
    const int block = get_global_id(1), part = get_group_id(0);
    const real mean = statistics[block * 2 * PIXEL_ITEMS + lanes];
    const real inverse = statistics[(block * 2 + 1) * PIXEL_ITEMS + lanes];
    real sum = (real)(0.0f), withNormal = (real)(0.0f);
    const int end = firstImage(part + 1, parts, images);
    for (int image = firstImage(part, parts, images); image < end; ++image)
        for (int row = 0; row < height; ++row) {
            real rowSum = (real)(0.0f), rowWithNormal = (real)(0.0f);
            for (int column = item / PIXEL_ITEMS; column < width; column += PIXELS_AT_ONCE) {
                const real v = x[pixelAt(image, block, row, column, blocks, height, width, xHalo) *
                                     PIXEL_ITEMS +
                                 lanes];
                const real d = dy[pixelAt(image, block, row, column, blocks, height, width, dyHalo) *
                                      PIXEL_ITEMS +
                                  lanes];
                rowSum += d;
                rowWithNormal += d * ((v - mean) * inverse);
            }
            sum += rowSum;
            withNormal += rowWithNormal;
        }
    sum = pixelSum(sum, scratch);
    withNormal = pixelSum(withNormal, scratch);
    if (item < PIXEL_ITEMS) {
        const int at = (part * blocks + block) * PIXEL_ITEMS + lanes;
        partials[gammaAt / LANES + at] = withNormal;
        partials[betaAt / LANES + at] = sum;
    }
}

/// dx = gamma / sqrt(variance + epsilon) (dy - (sum dy + x^ sum dy x^) / count), from the slices of
/// batch_norm_sums.
KERNEL void batch_norm_backward(
    __global const real* restrict x, __global const real* restrict dy,
    __global const real* restrict statistics, __global const real* restrict parameters,
    int parameterAt, __global const real* restrict partials, int gammaAt, int betaAt,
    __global real* restrict dx, int parts, int height, int width, int blocks, int xHalo, int dyHalo,
    int dxHalo, int images) {
    const int item = get_local_id(0), lanes = item % PIXEL_ITEMS;
    const int block = get_global_id(1), part = get_group_id(0);
    const real mean = statistics[block * 2 * PIXEL_ITEMS + lanes];
    const real inverse = statistics[(block * 2 + 1) * PIXEL_ITEMS + lanes];
    real sum = (real)(0.0f), withNormal = (real)(0.0f);
    for (int p = 0; p < parts; ++p) {
        const int at = (p * blocks + block) * PIXEL_ITEMS + lanes;
        withNormal += partials[gammaAt / LANES + at];
        sum += partials[betaAt / LANES + at];
    }
    const float count = (float)images * height * width;
    const real scale = parameters[parameterAt / LANES + block * PIXEL_ITEMS + lanes] * inverse;
    sum /= count;
    withNormal /= count;
    const int end = firstImage(part + 1, parts, images);
    for (int image = firstImage(part, parts, images); image < end; ++image)
        for (int pixel = item / PIXEL_ITEMS; pixel < height * width; pixel += PIXELS_AT_ONCE) {
            const int row = pixel / width, column = pixel % width;
            const real v = x[pixelAt(image, block, row, column, blocks, height, width, xHalo) *
                                 PIXEL_ITEMS +
                             lanes];
            const real d = dy[pixelAt(image, block, row, column, blocks, height, width, dyHalo) *
                                  PIXEL_ITEMS +
                              lanes];
            dx[pixelAt(image, block, row, column, blocks, height, width, dxHalo) * PIXEL_ITEMS +
               lanes] = scale * (d - sum - (v - mean) * inverse * withNormal);
        }
}

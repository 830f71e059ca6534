// SPDX-License-Identifier: GPL-3.0-or-later
// Masked autoregressive layers (network::LayerKind::made), several of equal size one behind the
// other. Images do not see each other in them, so that one group takes an image through all layers.
//
// Hidden units are sorted by degree: what a unit sees is then the first `limit` of what lies before
// it. Kernels are stored with a row for each input, the units side by side in it, PADDED to whole
// blocks:
//   hidden1 (dimensions, PADDED(hidden)), hidden2 (hidden, PADDED(hidden)),
//   output (hidden, PADDED(2 dimensions)), the bias behind each as one row more;
// a layer's three lie one behind the other, and so do layers. An image has a row of numbers in each
// layer: features PADDED(dimensions) in the layer's own order, hidden units of both layers, and the
// outputs (shift and log scale of each feature in turn), or their gradients.
// `tables` holds limits of hidden1's units (of features), hidden2's (of hidden units) and the
// outputs (likewise), each with what fills up blocks; then for each layer whether it reverses its
// features; then how many hidden units are known before each feature.

#define LEAK 0.2f
#define PADDED(n) (((n) + BLOCK - 1) / BLOCK * BLOCK)
#define FIRST_UNITS PADDED(dimensions)
#define SECOND_UNITS (FIRST_UNITS + PADDED(hidden))
#define OUTPUTS (SECOND_UNITS + PADDED(hidden))
#define ROW (OUTPUTS + PADDED(2 * dimensions))
#define HIDDEN_VECTORS (PADDED(hidden) / LANES)
#define OUTPUT_VECTORS (PADDED(2 * dimensions) / LANES)
#define KERNEL1_VECTORS ((dimensions + 1) * HIDDEN_VECTORS)
#define KERNEL2_VECTORS ((hidden + 1) * HIDDEN_VECTORS)
#define KERNEL3_VECTORS ((hidden + 1) * OUTPUT_VECTORS)
#define LAYER_VECTORS (KERNEL1_VECTORS + KERNEL2_VECTORS + KERNEL3_VECTORS)
#define REVERSALS (2 * PADDED(hidden) + PADDED(2 * dimensions))

/// Where feature i of a layer lies outside of it.
#define PLACE(i) (tables[REVERSALS + layer] ? dimensions - 1 - (i) : (i))
#define GROUP_BARRIER barrier(CLK_GLOBAL_MEM_FENCE)

static real leaky(real v) {
    return v > (real)(0.0f) ? v : LEAK * v;
}

static float leakyOne(float v) {
    return v > 0 ? v : LEAK * v;
}

/// The largest of the limits of units side by side.
static int largestOf(whole limit) {
#if LANES == 16
    return limit.sf;
#else
    return limit;
#endif
}

/// Units of a layer: out = kernel in + bias, leaky or not, by the items of a group.
static void units(__global const float* in, __global const real* kernels, int inputs, int vectors,
                  __global const whole* limits, bool leaks, __global real* out) {
    for (int v = get_local_id(0); v < vectors; v += GROUP) {
        const whole limit = limits[v];
        real sum = kernels[inputs * vectors + v];
        const int end = largestOf(limit);
        for (int i = 0; i < end; ++i)
            sum = multiplyAdd((real)(in[i]), WHERE(limit > i, kernels[i * vectors + v]), sum);
        out[v] = leaks ? leaky(sum) : sum;
    }
}

/// What input i of those units gets back from their gradients.
static float backFrom(__global const real* gradients, __global const real* kernels, int i,
                      int vectors, __global const whole* limits) {
    real sum = (real)(0.0f);
    for (int v = 0; v < vectors; ++v)
        sum = multiplyAdd(gradients[v], WHERE(limits[v] > i, kernels[i * vectors + v]), sum);
    return sumOfLanes(sum);
}

/// One group an image. `rows`: (layer, image of `batch`).
KERNEL void made_forward(__global const float* restrict x, __global float* rows,
                         __global const real* restrict parameters, int parametersAt,
                         __global const int* restrict tables, __global float* restrict y,
                         int dimensions, int hidden, int layers, int batch, int xChannels,
                         int xBlocks, int xHalo, int yBlocks, int yHalo) {
    const int image = get_group_id(0), item = get_local_id(0);
    __global const float* in = x + pixelAt(image, 0, 0, 0, xBlocks, 1, 1, xHalo) * BLOCK;
    const int inBlock = (1 + 2 * xHalo) * (1 + 2 * xHalo) * BLOCK;
    float logDeterminant = 0;
    if (xChannels > dimensions)
        logDeterminant = in[dimensions / BLOCK * inBlock + dimensions % BLOCK];
    for (int layer = 0; layer < layers; ++layer) {
        __global float* row = rows + (layer * batch + image) * ROW;
        __global const real* kernels = parameters + parametersAt / LANES + layer * LAYER_VECTORS;
        __global const whole* limits = (__global const whole*)tables;
        if (layer == 0)
            for (int i = item; i < dimensions; i += GROUP)
                row[i] = in[PLACE(i) / BLOCK * inBlock + PLACE(i) % BLOCK];
        GROUP_BARRIER;
        units(row, kernels, dimensions, HIDDEN_VECTORS, limits, true,
              (__global real*)(row + FIRST_UNITS));
        GROUP_BARRIER;
        units(row + FIRST_UNITS, kernels + KERNEL1_VECTORS, hidden, HIDDEN_VECTORS,
              limits + HIDDEN_VECTORS, true, (__global real*)(row + SECOND_UNITS));
        GROUP_BARRIER;
        units(row + SECOND_UNITS, kernels + KERNEL1_VECTORS + KERNEL2_VECTORS, hidden,
              OUTPUT_VECTORS, limits + 2 * HIDDEN_VECTORS, false, (__global real*)(row + OUTPUTS));
        GROUP_BARRIER;
        __global const float* outputs = row + OUTPUTS;
        for (int i = 0; i < dimensions; ++i)
            logDeterminant -= outputs[2 * i + 1];
        for (int i = item; i < dimensions; i += GROUP) {
            const float u = (row[i] - outputs[2 * i]) * exp(-outputs[2 * i + 1]);
            if (layer + 1 < layers)
                row[batch * ROW + (tables[REVERSALS + layer + 1] ? dimensions - 1 - i : i)] = u;
            else
                y[pixelAt(image, i / BLOCK, 0, 0, yBlocks, 1, 1, yHalo) * BLOCK + i % BLOCK] = u;
        }
    }
    if (item == 0)
        y[pixelAt(image, dimensions / BLOCK, 0, 0, yBlocks, 1, 1, yHalo) * BLOCK +
          dimensions % BLOCK] = logDeterminant;
}

/// The gradients of everything an image has in `rows`, into `gradients`; and by the input, where
/// somebody wants it. One group an image.
KERNEL void made_backward(__global const float* restrict rows, __global float* gradients,
                          __global const real* restrict parameters, int parametersAt,
                          __global const int* restrict tables, __global const float* restrict dy,
                          __global float* restrict dx, int dimensions, int hidden, int layers,
                          int batch, int xChannels, int xBlocks, int dxHalo, int yBlocks,
                          int dyHalo, int wantsInputGradient) {
    const int image = get_group_id(0), item = get_local_id(0);
    const int outBlock = (1 + 2 * dyHalo) * (1 + 2 * dyHalo) * BLOCK;
    __global const float* out = dy + pixelAt(image, 0, 0, 0, yBlocks, 1, 1, dyHalo) * BLOCK;
    const float byLast = out[dimensions / BLOCK * outBlock + dimensions % BLOCK];
    for (int layer = layers - 1; layer >= 0; --layer) {
        __global const float* row = rows + (layer * batch + image) * ROW;
        __global float* back = gradients + (layer * batch + image) * ROW;
        __global const real* kernels = parameters + parametersAt / LANES + layer * LAYER_VECTORS;
        __global const whole* limits = (__global const whole*)tables;
        if (layer == layers - 1)
            for (int i = item; i < dimensions; i += GROUP)
                back[i] = out[i / BLOCK * outBlock + i % BLOCK];
        GROUP_BARRIER;
        for (int i = item; i < dimensions; i += GROUP) {
            const float shrunk = back[i] * exp(-row[OUTPUTS + 2 * i + 1]);
            back[OUTPUTS + 2 * i] = -shrunk;
            back[OUTPUTS + 2 * i + 1] = -shrunk * (row[i] - row[OUTPUTS + 2 * i]) - byLast;
        }
        GROUP_BARRIER;
        for (int i = item; i < hidden; i += GROUP)
            back[SECOND_UNITS + i] =
                backFrom((__global const real*)(back + OUTPUTS),
                         kernels + KERNEL1_VECTORS + KERNEL2_VECTORS, i, OUTPUT_VECTORS,
                         limits + 2 * HIDDEN_VECTORS) *
                (row[SECOND_UNITS + i] > 0 ? 1.0f : LEAK);
        GROUP_BARRIER;
        for (int i = item; i < hidden; i += GROUP)
            back[FIRST_UNITS + i] =
                backFrom((__global const real*)(back + SECOND_UNITS), kernels + KERNEL1_VECTORS, i,
                         HIDDEN_VECTORS, limits + HIDDEN_VECTORS) *
                (row[FIRST_UNITS + i] > 0 ? 1.0f : LEAK);
        GROUP_BARRIER;
        for (int i = item; i < dimensions && (layer > 0 || wantsInputGradient); i += GROUP) {
            // The derivative by the feature itself is minus that by its shift.
            const float d = backFrom((__global const real*)(back + FIRST_UNITS), kernels, i,
                                     HIDDEN_VECTORS, limits) -
                            back[OUTPUTS + 2 * i];
            const int place = PLACE(i);
            if (layer > 0)
                back[place - batch * ROW] = d;
            else
                dx[pixelAt(image, place / BLOCK, 0, 0, xBlocks, 1, 1, dxHalo) * BLOCK +
                   place % BLOCK] = d;
        }
    }
    for (int i = dimensions + item; wantsInputGradient && i < xBlocks * BLOCK; i += GROUP)
        dx[pixelAt(image, i / BLOCK, 0, 0, xBlocks, 1, 1, dxHalo) * BLOCK + i % BLOCK] =
            i < xChannels ? byLast : 0.0f;
}

/// The gradients of all kernels and biases. Work-items stride over their vectors.
KERNEL void made_weights(__global const float* restrict rows,
                         __global const float* restrict gradients,
                         __global real* restrict parameterGradients, int parametersAt,
                         __global const int* restrict tables, int dimensions, int hidden,
                         int layers, int batch) {
    for (int id = get_global_id(0); id < layers * LAYER_VECTORS; id += get_global_size(0)) {
        const int layer = id / LAYER_VECTORS;
        int at = id % LAYER_VECTORS, inputs = dimensions, vectors = HIDDEN_VECTORS;
        int from = 0, to = FIRST_UNITS;
        if (at >= KERNEL1_VECTORS + KERNEL2_VECTORS) {
            at -= KERNEL1_VECTORS + KERNEL2_VECTORS;
            inputs = hidden;
            vectors = OUTPUT_VECTORS;
            from = SECOND_UNITS;
            to = OUTPUTS;
        } else if (at >= KERNEL1_VECTORS) {
            at -= KERNEL1_VECTORS;
            inputs = hidden;
            from = FIRST_UNITS;
            to = SECOND_UNITS;
        }
        const int input = at / vectors, v = at % vectors;
        real sum = (real)(0.0f);
        for (int image = 0; image < batch; ++image) {
            const int row = (layer * batch + image) * ROW;
            const float in = input < inputs ? rows[row + from + input] : 1.0f;
            sum = multiplyAdd((real)(in),
                               ((__global const real*)(gradients + row + to))[v], sum);
        }
        const whole limit = ((__global const whole*)(tables + to - FIRST_UNITS))[v];
        parameterGradients[parametersAt / LANES + id] =
            input < inputs ? WHERE(limit > input, sum) : sum;
    }
}

/// Against that direction: values (samples, dimensions) are replaced by the samples they are the
/// base of. Layer by layer from the last, feature by feature: each is known once its shift and log
/// scale are, and is then added to all units that see it. One group a sample; `rows`: (sample).
KERNEL void made_invert(__global float* restrict values, __global float* rows,
                        __global const real* restrict parameters, int parametersAt,
                        __global const int* restrict tables, int dimensions, int hidden,
                        int layers) {
    const int item = get_local_id(0);
    __global float* value = values + get_group_id(0) * dimensions;
    __global float* row = rows + get_group_id(0) * ROW;
    __global real* first = (__global real*)(row + FIRST_UNITS);
    __global real* second = (__global real*)(row + SECOND_UNITS);
    __global real* outputs = (__global real*)(row + OUTPUTS);
    __global const whole* limits = (__global const whole*)tables;
    for (int layer = layers - 1; layer >= 0; --layer) {
        __global const real* kernel1 = parameters + parametersAt / LANES + layer * LAYER_VECTORS;
        __global const real* kernel2 = kernel1 + KERNEL1_VECTORS;
        __global const real* kernel3 = kernel2 + KERNEL2_VECTORS;
        for (int v = item; v < HIDDEN_VECTORS; v += GROUP) {
            first[v] = kernel1[dimensions * HIDDEN_VECTORS + v];
            second[v] = kernel2[hidden * HIDDEN_VECTORS + v];
        }
        for (int v = item; v < OUTPUT_VECTORS; v += GROUP)
            outputs[v] = kernel3[hidden * OUTPUT_VECTORS + v];
        for (int k = 0; k < dimensions; ++k) {
            GROUP_BARRIER;
            const float feature =
                value[k] * exp(row[OUTPUTS + 2 * k + 1]) + row[OUTPUTS + 2 * k];
            if (item == 0)
                row[k] = feature;
            if (k + 1 == dimensions)
                break;
            // The hidden units that this feature was the last to be seen by.
            const int begin = tables[REVERSALS + layers + k];
            const int end = tables[REVERSALS + layers + k + 1];
            for (int v = item; v < HIDDEN_VECTORS; v += GROUP)
                if (largestOf(limits[v]) > k)
                    first[v] += WHERE(limits[v] > k, kernel1[k * HIDDEN_VECTORS + v]) * feature;
            GROUP_BARRIER;
            for (int v = item; v < HIDDEN_VECTORS; v += GROUP) {
                const whole limit = limits[HIDDEN_VECTORS + v];
                real sum = second[v];
                for (int i = begin; i < min(end, largestOf(limit)); ++i)
                    sum += WHERE(limit > i, kernel2[i * HIDDEN_VECTORS + v]) *
                           leakyOne(row[FIRST_UNITS + i]);
                second[v] = sum;
            }
            GROUP_BARRIER;
            for (int v = item; v < OUTPUT_VECTORS; v += GROUP) {
                const whole limit = limits[2 * HIDDEN_VECTORS + v];
                real sum = outputs[v];
                for (int i = begin; i < min(end, largestOf(limit)); ++i)
                    sum += WHERE(limit > i, kernel3[i * OUTPUT_VECTORS + v]) *
                           leakyOne(row[SECOND_UNITS + i]);
                outputs[v] = sum;
            }
        }
        GROUP_BARRIER;
        for (int i = item; i < dimensions; i += GROUP)
            value[PLACE(i)] = row[i];
        GROUP_BARRIER;
    }
}

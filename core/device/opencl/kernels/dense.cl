// SPDX-License-Identifier: GPL-3.0-or-later
// y = x w^T + b. Features of x in the order of its blocked map, `features` of them with what fills
// up blocks; w is (outputs, features) in that order; y and dy are maps of one pixel.

/// One group a (output, image).
KERNEL void dense_forward(
    __global const real* restrict x, __global const real* restrict parameters, int kernelAt,
    int biasAt, __global float* restrict y, int features, int outputBlocks, int yHalo) {
    __local float scratch[GROUP];
    const int output = get_group_id(0), image = get_group_id(1);
    const int vectors = features / LANES;
    __global const real* w = parameters + kernelAt / LANES + output * vectors;
    __global const real* in = x + image * vectors;
    real sum = (real)(0.0f);
    for (int i = get_local_id(0); i < vectors; i += GROUP)
        sum = multiplyAdd(in[i], w[i], sum);
    const float total = groupSum(sumOfLanes(sum), scratch);
    if (get_local_id(0) == 0) {
        const int pixel = pixelAt(image, output / BLOCK, 0, 0, outputBlocks, 1, 1, yHalo);
        y[pixel * BLOCK + output % BLOCK] =
            total + ((__global const float*)parameters)[biasAt + output];
    }
}

/// Vector `id` of dw = dy^T x, straight into `gradients`; the first of each output adds up its db.
static void weightGradient(int id, __global const real* x, __global const float* dy,
                           __global real* gradients, int kernelAt, int biasAt, int vectors,
                           int outputBlocks, int images) {
    const int i = id % vectors, output = id / vectors;
    real sum = (real)(0.0f);
    float biasSum = 0;
    for (int image = 0; image < images; ++image) {
        const float d = dy[image * outputBlocks * BLOCK + output];
        sum = multiplyAdd((real)(d), x[image * vectors + i], sum);
        biasSum += d;
    }
    gradients[kernelAt / LANES + id] = sum;
    if (i == 0)
        ((__global float*)gradients)[biasAt + output] = biasSum;
}

/// Vector `id` of dx = dy w, for a dx that is a map of any shape.
static void inputGradient(int id, __global const float* dy, __global const real* parameters,
                          int kernelAt, __global real* dx, int vectors, int outputs,
                          int outputBlocks, int height, int width, int blocks, int halo) {
    const int i = id % vectors, image = id / vectors;
    real sum = (real)(0.0f);
    for (int output = 0; output < outputs; ++output)
        sum = multiplyAdd((real)(dy[image * outputBlocks * BLOCK + output]),
                           parameters[kernelAt / LANES + output * vectors + i], sum);
    const int pixel = i / PIXEL_ITEMS;
    const int block = pixel / (height * width), row = pixel / width % height;
    dx[pixelAt(image, block, row, pixel % width, blocks, height, width, halo) * PIXEL_ITEMS +
       i % PIXEL_ITEMS] = sum;
}

/// Both gradients in one launch, that by the input only where somebody wants it. Work-items stride
/// over the vectors of dw and then of dx.
KERNEL void dense_backward(__global const real* restrict x, __global const float* restrict dy,
                           __global const real* restrict parameters, int kernelAt,
                           __global real* restrict gradients, int weightAt, int biasAt,
                           __global real* restrict dx, int features, int outputs, int outputBlocks,
                           int height, int width, int blocks, int halo, int images,
                           int wantsInputGradient) {
    const int vectors = features / LANES, weights = outputs * vectors;
    const int all = weights + (wantsInputGradient ? images * vectors : 0);
    for (int id = get_global_id(0); id < all; id += get_global_size(0)) {
        if (id < weights)
            weightGradient(id, x, dy, gradients, weightAt, biasAt, vectors, outputBlocks, images);
        else
            inputGradient(id - weights, dy, parameters, kernelAt, dx, vectors, outputs,
                          outputBlocks, height, width, blocks, halo);
    }
}

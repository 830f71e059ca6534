// SPDX-License-Identifier: GPL-3.0-or-later
// y = x > 0 ? x : slope x, one slope an element; slopes are blocked (block, row, column, 16)
// without a halo.

/// Work-items stride over the elements of one image and take them through all images.
KERNEL void prelu_forward(__global const real* restrict x, __global const real* restrict parameters,
                          int slopeAt, __global real* restrict y, int height, int width, int blocks,
                          int xHalo, int yHalo, int images) {
    for (int id = get_global_id(0); id < blocks * height * width * PIXEL_ITEMS;
         id += get_global_size(0)) {
        const int part = id % PIXEL_ITEMS, pixel = id / PIXEL_ITEMS;
        const int column = pixel % width, row = pixel / width % height;
        const int block = pixel / width / height;
        const real slope = parameters[slopeAt / LANES + id];
        for (int image = 0; image < images; ++image) {
            const real v = x[pixelAt(image, block, row, column, blocks, height, width, xHalo) *
                                 PIXEL_ITEMS +
                             part];
            y[pixelAt(image, block, row, column, blocks, height, width, yHalo) * PIXEL_ITEMS +
              part] = v > (real)(0.0f) ? v : slope * v;
        }
    }
}

/// dx = dy (x > 0 ? 1 : slope), unless `dxHalo` < 0 says that nobody wants it; the slopes' gradient, sum over images of dy min(x, 0), straight
/// into `gradients`; and, where `sumsAt` >= 0, slice `chunk` of the sums of dx by channel:
/// partials[sumsAt + chunk x blocks x 16 + channel], which is the gradient of a bias added before.
/// One group a chunk of `chunkPixels` pixels of a block: (chunk, block).
KERNEL void prelu_backward(
    __global const real* restrict x, __global const real* restrict parameters, int slopeAt,
    __global const real* restrict dy, __global real* restrict dx, __global real* restrict gradients,
    __global real* restrict partials, int sumsAt, int chunkPixels, int height, int width, int blocks,
    int xHalo, int dyHalo, int dxHalo, int images) {
    __local real scratch[GROUP];
    const int part = get_local_id(0) % PIXEL_ITEMS, block = get_global_id(1);
    const int chunk = get_group_id(0);
    const int end = min((chunk + 1) * chunkPixels, height * width);
    real sum = (real)(0.0f);
    for (int pixel = chunk * chunkPixels + (int)get_local_id(0) / PIXEL_ITEMS; pixel < end;
         pixel += PIXELS_AT_ONCE) {
        const int row = pixel / width, column = pixel % width;
        const int slopeIndex =
            slopeAt / LANES + (block * height * width + pixel) * PIXEL_ITEMS + part;
        const real slope = parameters[slopeIndex];
        real slopeGradient = (real)(0.0f);
        for (int image = 0; image < images; ++image) {
            const real v = x[pixelAt(image, block, row, column, blocks, height, width, xHalo) *
                                 PIXEL_ITEMS +
                             part];
            const real d = dy[pixelAt(image, block, row, column, blocks, height, width, dyHalo) *
                                  PIXEL_ITEMS +
                              part];
            const real through = v > (real)(0.0f) ? d : slope * d;
            slopeGradient += v > (real)(0.0f) ? (real)(0.0f) : d * v;
            sum += through;
            if (dxHalo >= 0)
                dx[pixelAt(image, block, row, column, blocks, height, width, dxHalo) *
                       PIXEL_ITEMS +
                   part] = through;
        }
        gradients[slopeIndex] = slopeGradient;
    }
    if (sumsAt < 0)
        return;
    sum = pixelSum(sum, scratch);
    if ((int)get_local_id(0) < PIXEL_ITEMS)
        partials[sumsAt / LANES + (chunk * blocks + block) * PIXEL_ITEMS + part] = sum;
}

/// The sums of d by channel alone: what prelu_backward leaves in `partials` where no PReLU follows
/// a bias.
KERNEL void channel_sums(
    __global const real* restrict d, __global real* restrict partials, int sumsAt, int chunkPixels,
    int height, int width, int blocks, int halo, int images) {
    __local real scratch[GROUP];
    const int part = get_local_id(0) % PIXEL_ITEMS, block = get_global_id(1);
    const int chunk = get_group_id(0);
    const int end = min((chunk + 1) * chunkPixels, height * width);
    real sum = (real)(0.0f);
    for (int pixel = chunk * chunkPixels + (int)get_local_id(0) / PIXEL_ITEMS; pixel < end;
         pixel += PIXELS_AT_ONCE)
        for (int image = 0; image < images; ++image)
            sum += d[pixelAt(image, block, pixel / width, pixel % width, blocks, height, width,
                             halo) *
                         PIXEL_ITEMS +
                     part];
    sum = pixelSum(sum, scratch);
    if ((int)get_local_id(0) < PIXEL_ITEMS)
        partials[sumsAt / LANES + (chunk * blocks + block) * PIXEL_ITEMS + part] = sum;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Layers without parameters. Work-items stride over the vectors of all images.

/// y = 1 / (1 + exp(-x)); what fills up blocks stays zero.
KERNEL void sigmoid_forward(__global const real* restrict x, __global real* restrict y,
                            int channels, int height, int width, int blocks, int xHalo, int yHalo,
                            int images) {
    for (int id = get_global_id(0); id < images * blocks * height * width * PIXEL_ITEMS;
         id += get_global_size(0)) {
        const int part = id % PIXEL_ITEMS;
        const Pixel p = pixelNumber(id / PIXEL_ITEMS, blocks, height, width);
        const real v = x[placeOf(p, blocks, height, width, xHalo) * PIXEL_ITEMS + part];
        y[placeOf(p, blocks, height, width, yHalo) * PIXEL_ITEMS + part] =
            WHERE(channelsOf(p.block, part) < channels, logisticOf(v));
    }
}

/// dx = dy y (1 - y), with 1 - y from x, where rounding has not eaten it up.
KERNEL void sigmoid_backward(__global const real* restrict x, __global const real* restrict dy,
                             __global real* restrict dx, int height, int width, int blocks,
                             int xHalo, int dyHalo, int dxHalo, int images) {
    for (int id = get_global_id(0); id < images * blocks * height * width * PIXEL_ITEMS;
         id += get_global_size(0)) {
        const int part = id % PIXEL_ITEMS;
        const Pixel p = pixelNumber(id / PIXEL_ITEMS, blocks, height, width);
        const real v = x[placeOf(p, blocks, height, width, xHalo) * PIXEL_ITEMS + part];
        const real d = dy[placeOf(p, blocks, height, width, dyHalo) * PIXEL_ITEMS + part];
        dx[placeOf(p, blocks, height, width, dxHalo) * PIXEL_ITEMS + part] =
            d * logisticOf(v) * logisticOf(-v);
    }
}

/// The same features in row-major order under another shape. Work-items stride over the pixels of
/// all blocks of `to`.
KERNEL void reshape_map(__global const float* restrict from, __global float* restrict to,
                        int fromHeight, int fromWidth, int fromBlocks, int fromHalo, int channels,
                        int height, int width, int blocks, int halo, int images) {
    for (int id = get_global_id(0); id < images * blocks * height * width;
         id += get_global_size(0)) {
        const Pixel p = pixelNumber(id, blocks, height, width);
        const int at = placeOf(p, blocks, height, width, halo) * BLOCK;
        for (int lane = 0; lane < BLOCK; ++lane) {
            const int channel = p.block * BLOCK + lane;
            const int index = (channel * height + p.row) * width + p.column;
            to[at + lane] = channel < channels
                                ? from[featureAt(p.image, index, fromHeight, fromWidth, fromBlocks,
                                                 fromHalo)]
                                : 0.0f;
        }
    }
}

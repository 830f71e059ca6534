// SPDX-License-Identifier: GPL-3.0-or-later
// Between row-major images (image, channel, row, column) and blocked maps. Work-items stride over
// the pixels of all blocks of all images. What fills up blocks is left as it is: zeros.

KERNEL void pack_images(__global const float* restrict images, __global float* restrict map,
                        int channels, int height, int width, int blocks, int halo, int count) {
    for (int id = get_global_id(0); id < count * blocks * height * width;
         id += get_global_size(0)) {
        const Pixel p = pixelNumber(id, blocks, height, width);
        const int at = placeOf(p, blocks, height, width, halo) * BLOCK;
        const int first = p.block * BLOCK, held = min(channels - first, BLOCK);
        for (int lane = 0; lane < held; ++lane)
            map[at + lane] =
                images[((p.image * channels + first + lane) * height + p.row) * width + p.column];
    }
}

KERNEL void unpack_map(__global const float* restrict map, __global float* restrict images,
                       int channels, int height, int width, int blocks, int halo, int count) {
    for (int id = get_global_id(0); id < count * blocks * height * width;
         id += get_global_size(0)) {
        const Pixel p = pixelNumber(id, blocks, height, width);
        const int at = placeOf(p, blocks, height, width, halo) * BLOCK;
        const int first = p.block * BLOCK, held = min(channels - first, BLOCK);
        for (int lane = 0; lane < held; ++lane)
            images[((p.image * channels + first + lane) * height + p.row) * width + p.column] =
                map[at + lane];
    }
}

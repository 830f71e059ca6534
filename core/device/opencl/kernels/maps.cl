// SPDX-License-Identifier: GPL-3.0-or-later
// Between row-major images (image, channel, row, column) and blocked maps. Work-items stride over
// the pixels of all blocks of all images.

KERNEL void pack_images(__global const float* restrict images, __global float* restrict map,
                          int channels, int height, int width, int blocks, int halo, int count) {
    for (int id = get_global_id(0); id < count * blocks * height * width;
         id += get_global_size(0)) {
        const int column = id % width, row = id / width % height;
        const int block = id / width / height % blocks, image = id / width / height / blocks;
        const int at = pixelAt(image, block, row, column, blocks, height, width, halo) * BLOCK;
        for (int lane = 0; lane < BLOCK; ++lane) {
            const int channel = block * BLOCK + lane;
            map[at + lane] =
                channel < channels
                    ? images[((image * channels + channel) * height + row) * width + column]
                    : 0.0f;
        }
    }
}

KERNEL void unpack_map(__global const float* restrict map, __global float* restrict images,
                         int channels, int height, int width, int blocks, int halo, int count) {
    for (int id = get_global_id(0); id < count * blocks * height * width;
         id += get_global_size(0)) {
        const int column = id % width, row = id / width % height;
        const int block = id / width / height % blocks, image = id / width / height / blocks;
        const int at = pixelAt(image, block, row, column, blocks, height, width, halo) * BLOCK;
        for (int lane = 0; lane < BLOCK; ++lane) {
            const int channel = block * BLOCK + lane;
            if (channel < channels)
                images[((image * channels + channel) * height + row) * width + column] = map[at + lane];
        }
    }
}

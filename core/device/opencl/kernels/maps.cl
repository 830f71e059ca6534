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

/// As pack_images, of images that lie in up to four buffers of `perPiece` each: picks[i] says which
/// image is number i and how it is turned, by (turn & 3) quarters counter-clockwise, rows counting
/// upwards, after a left-right flip if turn & 4. With `asTargets` the images are the targets, too,
/// row-major.
KERNEL void gather_images(__global const float* restrict piece0,
                          __global const float* restrict piece1,
                          __global const float* restrict piece2,
                          __global const float* restrict piece3, int perPiece,
                          __global const int2* restrict picks, __global float* restrict map,
                          __global float* restrict targets, int asTargets, int channels, int height,
                          int width, int blocks, int halo, int count) {
    for (int id = get_global_id(0); id < count * blocks * height * width;
         id += get_global_size(0)) {
        const Pixel p = pixelNumber(id, blocks, height, width);
        const int number = picks[p.image].x, turn = picks[p.image].y;
        const int piece = number / perPiece;
        __global const float* image = piece == 0   ? piece0
                                      : piece == 1 ? piece1
                                      : piece == 2 ? piece2
                                                   : piece3;
        image += (size_t)(number % perPiece) * (channels * height * width);
        // Where the pixel was before the quarter turns, then before the flip.
        int row = p.row, column = p.column;
        if (turn & 1) {
            row = width - 1 - p.column;
            column = p.row;
        }
        if (turn & 2) {
            row = height - 1 - row;
            column = width - 1 - column;
        }
        if (turn & 4)
            column = width - 1 - column;
        const int from = row * width + column, to = p.row * width + p.column;
        const int at = placeOf(p, blocks, height, width, halo) * BLOCK;
        const int first = p.block * BLOCK, held = min(channels - first, BLOCK);
        for (int lane = 0; lane < held; ++lane) {
            const int plane = (first + lane) * height * width;
            const float value = image[plane + from];
            map[at + lane] = value;
            if (asTargets)
                targets[p.image * channels * height * width + plane + to] = value;
        }
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

// SPDX-License-Identifier: GPL-3.0-or-later
// What lies behind the two dense layers of a latent one. `raw`, and its gradient, hold the means of
// an image in the first half of their blocks and the numbers whose softplus is the scale in the
// second; noise and samples are maps of one pixel. Work-items stride over the vectors of samples.

#define LATENT_FROM_STREAM 1

/// z = mean + scale noise, with noise from the stream or as it stands; `source` 0: the means.
/// Otherwise divergences[at + group]: sum of (mean^2 + scale^2 - 1) / 2 - log(scale).
KERNEL void latent_sample(__global const real* restrict raw, __global real* restrict noise,
                          __global real* restrict z, __global float* restrict divergences, int at,
                          int features, int blocks, int zHalo, int images, int source, uint stepLow,
                          uint stepHigh, uint key0, uint key1) {
    __local float scratch[GROUP];
    real divergence = (real)(0.0f);
    for (int id = get_global_id(0); id < images * blocks * PIXEL_ITEMS; id += get_global_size(0)) {
        const int part = id % PIXEL_ITEMS, block = id / PIXEL_ITEMS % blocks;
        const int image = id / PIXEL_ITEMS / blocks;
        const whole feature = channelsOf(block, part);
        const int from = (image * 2 * blocks + block) * PIXEL_ITEMS + part;
        const real mean = raw[from];
        real sample = mean;
        if (source) {
            if (source == LATENT_FROM_STREAM)
                noise[id] = normals(image * features + feature, 0, stepLow, stepHigh, key0, key1);
            const real scale = softplusOf(raw[from + blocks * PIXEL_ITEMS]);
            sample = WHERE(feature < features, mean + scale * noise[id]);
            divergence += WHERE(feature < features,
                                0.5f * (mean * mean + (scale * scale - 1.0f)) - log(scale));
        }
        z[pixelAt(image, block, 0, 0, blocks, 1, 1, zHalo) * PIXEL_ITEMS + part] = sample;
    }
    const float sum = groupSum(sumOfLanes(divergence), scratch);
    if (source && get_local_id(0) == 0)
        divergences[at + get_group_id(0)] = sum;
}

/// The gradient by `raw`, from that by z and `weight` times that of the divergence.
KERNEL void latent_gradients(__global const real* restrict raw, __global const real* restrict noise,
                             __global const real* restrict dz, __global real* restrict gradient,
                             int features, int blocks, int dzHalo, int images, float weight) {
    for (int id = get_global_id(0); id < images * blocks * PIXEL_ITEMS; id += get_global_size(0)) {
        const int part = id % PIXEL_ITEMS, block = id / PIXEL_ITEMS % blocks;
        const int image = id / PIXEL_ITEMS / blocks;
        const whole feature = channelsOf(block, part);
        const int at = (image * 2 * blocks + block) * PIXEL_ITEMS + part;
        const real mean = raw[at], r = raw[at + blocks * PIXEL_ITEMS], scale = softplusOf(r);
        const real d =
            dz[pixelAt(image, block, 0, 0, blocks, 1, 1, dzHalo) * PIXEL_ITEMS + part];
        gradient[at] = WHERE(feature < features, d + weight * mean);
        gradient[at + blocks * PIXEL_ITEMS] =
            WHERE(feature < features, (d * noise[id] + weight * (scale - (real)(1.0f) / scale)) *
                                          logisticOf(r));
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Losses of the last map against row-major targets, and their gradients. Every group leaves its sum
// in losses[group]; whoever writes the step's log adds them up in order and divides by the batch.

#define SCALE_FLOOR 1e-5f
#define HALF_LOG_2_PI 0.918938533204672742f

/// -log N(target; mean, L L^T) of 9 features: with r = target - mean, z = L^-1 r and w = L^-T z it
/// is |z|^2 / 2 + sum log L_ii + 3/2 log 2 pi; its derivative by the mean is -w, by L_ij it is
/// -w_i z_j, and 1 / L_ii more on the diagonal. One work-item an image.
KERNEL void gaussian_nll(
    __global const float* restrict map, __global const float* restrict targets,
    __global float* restrict gradient, __global float* restrict losses, int height, int width,
    int blocks, int mapHalo, int gradientHalo, int images) {
    __local float scratch[GROUP];
    const int image = get_global_id(0);
    float loss = 0;
    if (image < images) {
        float f[9];
        for (int i = 0; i < 9; ++i)
            f[i] = map[featureAt(image, i, height, width, blocks, mapHalo)];
        const float l00 = softplus(f[3]) + SCALE_FLOOR, l10 = f[4];
        const float l11 = softplus(f[5]) + SCALE_FLOOR, l20 = f[6], l21 = f[7];
        const float l22 = softplus(f[8]) + SCALE_FLOOR;
        const float z0 = (targets[image * 3] - f[0]) / l00;
        const float z1 = (targets[image * 3 + 1] - f[1] - l10 * z0) / l11;
        const float z2 = (targets[image * 3 + 2] - f[2] - l20 * z0 - l21 * z1) / l22;
        const float w2 = z2 / l22;
        const float w1 = (z1 - l21 * w2) / l11;
        const float w0 = (z0 - l10 * w1 - l20 * w2) / l00;
        const float d[9] = {-w0,
                            -w1,
                            -w2,
                            (1.0f / l00 - w0 * z0) * logistic(f[3]),
                            -w1 * z0,
                            (1.0f / l11 - w1 * z1) * logistic(f[5]),
                            -w2 * z0,
                            -w2 * z1,
                            (1.0f / l22 - w2 * z2) * logistic(f[8])};
        for (int i = 0; i < 9; ++i)
            gradient[featureAt(image, i, height, width, blocks, gradientHalo)] =
                d[i] / (float)images;
        loss = (z0 * z0 + z1 * z1 + z2 * z2) / 2 + log(l00) + log(l11) + log(l22) +
               3 * HALF_LOG_2_PI;
    }
    loss = groupSum(loss, scratch);
    if (get_local_id(0) == 0)
        losses[get_group_id(0)] = loss;
}

/// `factor` times the sum over features of (feature - target)^2, by groups that stride over all of
/// them.
KERNEL void squared_error(__global const float* restrict map, __global const float* restrict targets,
                          __global float* restrict gradient, __global float* restrict losses,
                          int features, int height, int width, int blocks, int mapHalo,
                          int gradientHalo, int images, float factor) {
    __local float scratch[GROUP];
    float loss = 0;
    for (int i = get_global_id(0); i < images * features; i += get_global_size(0)) {
        const int image = i / features, index = i % features;
        const float difference =
            map[featureAt(image, index, height, width, blocks, mapHalo)] - targets[i];
        loss += factor * difference * difference;
        gradient[featureAt(image, index, height, width, blocks, gradientHalo)] =
            2 * factor * difference / (float)images;
    }
    loss = groupSum(loss, scratch);
    if (get_local_id(0) == 0)
        losses[get_group_id(0)] = loss;
}

/// The sum over features of -t log(p) - (1 - t) log(1 - p), p kept within `margin` of 0 and 1.
KERNEL void cross_entropy(__global const float* restrict map, __global const float* restrict targets,
                          __global float* restrict gradient, __global float* restrict losses,
                          int features, int height, int width, int blocks, int mapHalo,
                          int gradientHalo, int images, float margin) {
    __local float scratch[GROUP];
    float loss = 0;
    for (int i = get_global_id(0); i < images * features; i += get_global_size(0)) {
        const int image = i / features, index = i % features;
        const float p =
            clamp(map[featureAt(image, index, height, width, blocks, mapHalo)], margin, 1 - margin);
        const float t = targets[i];
        loss -= t * log(p) + (1 - t) * log1p(-p);
        gradient[featureAt(image, index, height, width, blocks, gradientHalo)] =
            (p - t) / (p * (1 - p)) / (float)images;
    }
    loss = groupSum(loss, scratch);
    if (get_local_id(0) == 0)
        losses[get_group_id(0)] = loss;
}

/// sum u^2 / 2 + D / 2 log(2 pi) - l of the D features u and the feature l behind them. One
/// work-item an image.
KERNEL void flow_nll(__global const float* restrict map, __global float* restrict gradient,
                     __global float* restrict losses, int dimensions, int blocks, int mapHalo,
                     int gradientHalo, int images) {
    __local float scratch[GROUP];
    const int image = get_global_id(0);
    float loss = 0;
    if (image < images) {
        for (int i = 0; i < dimensions; ++i) {
            const float u = map[featureAt(image, i, 1, 1, blocks, mapHalo)];
            loss += 0.5f * u * u;
            gradient[featureAt(image, i, 1, 1, blocks, gradientHalo)] = u / (float)images;
        }
        loss += dimensions * HALF_LOG_2_PI -
                map[featureAt(image, dimensions, 1, 1, blocks, mapHalo)];
        gradient[featureAt(image, dimensions, 1, 1, blocks, gradientHalo)] = -1.0f / (float)images;
    }
    loss = groupSum(loss, scratch);
    if (get_local_id(0) == 0)
        losses[get_group_id(0)] = loss;
}

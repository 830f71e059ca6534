// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels whose weights are normal distributions, N(mean, softplus(rho)^2) (Blundell et al. 2015,
// arXiv 1505.05424, with the prior N(0, 1) on each weight). Means, rhos and drawn weights of a
// kernel lie among the parameters in its format; `noise` and `numbers` hold one number a drawn
// weight: its noise, and which of its kernel's weights it is in row-major order (-1: it fills up a
// block).

/// Weights of one kernel that one group works on; all numbers count floats.
typedef struct {
    int mean, rho, drawn, noise, count, tensor;
} Stretch;

#define FROM_STREAM 1

/// drawn = mean + deviation noise, with noise from the stream or as it stands; `source` 0: the
/// means. divergences[group]: sum of (mean^2 + deviation^2 - 1) / 2 - log(deviation) over its
/// stretch.
KERNEL void draw_weights(__global const Stretch* restrict stretches, __global real* parameters,
                         __global const whole* restrict numbers, __global real* restrict noise,
                         __global float* restrict divergences, int source, uint stepLow,
                         uint stepHigh, uint key0, uint key1) {
    __local float scratch[GROUP];
    const Stretch stretch = stretches[get_group_id(0)];
    real divergence = (real)(0.0f);
    for (int i = get_local_id(0); i < stretch.count / LANES; i += GROUP) {
        const real mean = parameters[stretch.mean / LANES + i];
        real drawn = mean;
        if (source) {
            const int at = stretch.noise / LANES + i;
            const whole number = numbers[at];
            if (source == FROM_STREAM)
                noise[at] =
                    normals(max(number, (whole)(0)), stretch.tensor, stepLow, stepHigh, key0, key1);
            const real deviation = softplusOf(parameters[stretch.rho / LANES + i]);
            drawn = WHERE(number >= 0, mean + deviation * noise[at]);
            divergence += WHERE(number >= 0,
                                0.5f * (mean * mean + (deviation * deviation - 1.0f)) -
                                    log(deviation));
        }
        parameters[stretch.drawn / LANES + i] = drawn;
    }
    const float sum = groupSum(sumOfLanes(divergence), scratch);
    if (source && get_local_id(0) == 0)
        divergences[get_group_id(0)] = sum;
}

/// `collect` of optimiser.cl for networks with such kernels. Behind drawn weights with gradient g,
/// noise e and deviation s, a mean's is g + weightKl mean and a rho's is (g e + weightKl (s - 1/s))
/// times the slope of softplus, 1 - exp(-s).
KERNEL void collect_drawn(
    __global const Run* restrict runs, __global const real* restrict partials,
    __global real* gradients, __global float* restrict squares,
    __global const real* restrict parameters, __global const whole* restrict numbers,
    __global const real* restrict noise, float weightKl) {
    __local float scratch[GROUP];
    const Run run = runs[get_group_id(0)];
    float sum = 0;
    // Rhos are written by the group that has their means.
    for (int i = get_local_id(0); run.kind != RHOS && i < run.count / LANES; i += GROUP) {
        real g = gradientOf(run, i, partials, gradients);
        if (run.kind == MEANS) {
            const int rho = run.rho / LANES + i, at = run.noise / LANES + i;
            const real deviation = softplusOf(parameters[rho]);
            const real byDeviation =
                g * noise[at] + weightKl * (deviation - (real)(1.0f) / deviation);
            const real byRho = WHERE(numbers[at] >= 0, byDeviation * -expm1(-deviation));
            gradients[rho] = byRho;
            sum += sumOfLanes(byRho * byRho);
            g += weightKl * parameters[run.begin / LANES + i];
        }
        gradients[run.begin / LANES + i] = g;
        sum += sumOfLanes(g * g);
    }
    sum = groupSum(sum, scratch);
    if (get_local_id(0) == 0)
        squares[get_group_id(0)] = sum;
}

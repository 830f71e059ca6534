// SPDX-License-Identifier: GPL-3.0-or-later
// All trainable parameters lie in one array, and so do gradients and moments. Two launches update
// all of them: `collect` adds up what the backward pass left in slices and squares it, `adam` makes
// the step. Nothing here depends on the order in which groups run.

/// A run of parameters one group works on; all numbers count floats and are multiples of 16.
typedef struct {
    int begin, count;
    int slices;  ///< 0: the gradient is complete in `gradients`
    int slicesAt, sliceStride;
    int kind;        ///< MEANS, RHOS of a Bayesian kernel (bayesian.cl), or neither
    int rho, noise;  ///< of MEANS: where the rhos and the noise of the same weights begin
} Run;

#define MEANS 1
#define RHOS 2

/// Vector i of a run's gradient, its slices added up.
static real gradientOf(Run run, int i, __global const real* restrict partials,
                       __global const real* gradients) {
    if (run.slices == 0)
        return gradients[run.begin / LANES + i];
    real g = partials[run.slicesAt / LANES + i];
    for (int slice = 1; slice < run.slices; ++slice)
        g += partials[(run.slicesAt + slice * run.sliceStride) / LANES + i];
    return g;
}

/// gradients = sum of slices; squares[run] = sum of squared gradients.
KERNEL void collect(
    __global const Run* restrict runs, __global const real* restrict partials,
    __global real* gradients, __global float* restrict squares) {
    __local float scratch[GROUP];
    const Run run = runs[get_group_id(0)];
    float sum = 0;
    for (int i = get_local_id(0); i < run.count / LANES; i += GROUP) {
        const real g = gradientOf(run, i, partials, gradients);
        gradients[run.begin / LANES + i] = g;
        sum += sumOfLanes(g * g);
    }
    sum = groupSum(sum, scratch);
    if (get_local_id(0) == 0)
        squares[get_group_id(0)] = sum;
}

static float sumOfAll(__global const float* values, int count, __local float* scratch) {
    float sum = 0;
    for (int i = get_local_id(0); i < count; i += GROUP)
        sum += values[i];
    return groupSum(sum, scratch);
}

/// The step's entry of the log: the network's loss and the latent divergence, means over images,
/// the sum of the weights' divergences, the norm of the gradients. All items of a group call it.
static void writeLog(__global float* log, int slot, __global const float* losses, int lossCount,
                     __global const float* weightDivergences, int weightCount,
                     __global const float* latentDivergences, int latentCount, int images,
                     float norm, __local float* scratch) {
    const float loss = sumOfAll(losses, lossCount, scratch);
    const float weights = sumOfAll(weightDivergences, weightCount, scratch);
    const float latents = sumOfAll(latentDivergences, latentCount, scratch);
    if (get_local_id(0) > 0)
        return;
    log[4 * slot] = loss / (float)images;
    log[4 * slot + 1] = weights;
    log[4 * slot + 2] = latents / (float)images;
    log[4 * slot + 3] = norm;
}

/// For steps without an update. One group.
KERNEL void write_log(
    __global const float* restrict squares, int runs, __global const float* restrict losses,
    int lossCount, __global const float* restrict weightDivergences, int weightCount,
    __global const float* restrict latentDivergences, int latentCount, int images,
    __global float* restrict log, int slot) {
    __local float scratch[GROUP];
    const float norm = sqrt(sumOfAll(squares, runs, scratch));
    writeLog(log, slot, losses, lossCount, weightDivergences, weightCount, latentDivergences,
             latentCount, images, norm, scratch);
}

/// Adam (Kingma & Ba 2015, algorithm 1), epsilon added to the bias-corrected root; gradients are
/// scaled by clipNorm / norm where their norm is larger than clipNorm > 0. One group a run.
KERNEL void adam(
    __global const Run* restrict runs, int runCount, __global const real* restrict gradients,
    __global const float* restrict squares, __global real* restrict parameters,
    __global real* restrict firstMoments, __global real* restrict secondMoments, float keepFirst,
    float takeFirst, float keepSecond, float takeSecond, float rate, float unbias, float epsilon,
    float clipNorm, __global const float* restrict losses, int lossCount,
    __global const float* restrict weightDivergences, int weightCount,
    __global const float* restrict latentDivergences, int latentCount, int images,
    __global float* restrict log, int slot) {
    __local float scratch[GROUP];
    const float norm = sqrt(sumOfAll(squares, runCount, scratch));
    const float scale = clipNorm > 0 && norm > clipNorm ? clipNorm / norm : 1.0f;
    const Run run = runs[get_group_id(0)];
    for (int j = get_local_id(0); j < run.count / LANES; j += GROUP) {
        const int i = run.begin / LANES + j;
        const real g = gradients[i] * scale;
        const real first = keepFirst * firstMoments[i] + takeFirst * g;
        const real second = keepSecond * secondMoments[i] + takeSecond * g * g;
        firstMoments[i] = first;
        secondMoments[i] = second;
        parameters[i] -= rate * first / (sqrt(second) * unbias + epsilon);
    }
    if (get_group_id(0) == 0)
        writeLog(log, slot, losses, lossCount, weightDivergences, weightCount, latentDivergences,
                 latentCount, images, norm, scratch);
}

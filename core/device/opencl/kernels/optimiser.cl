// SPDX-License-Identifier: GPL-3.0-or-later
// All trainable parameters lie in one array, and so do gradients and moments. Two launches update
// all of them: `collect` adds up what the backward pass left in slices and squares it, `adam` makes
// the step. Nothing here depends on the order in which groups run.

/// A run of parameters one group works on; all numbers count floats and are multiples of 16.
typedef struct {
    int begin, count;
    int slices;  ///< 0: the gradient is complete in `gradients`
    int slicesAt, sliceStride;
} Run;

/// gradients = sum of slices; squares[run] = sum of squared gradients.
KERNEL void collect(
    __global const Run* restrict runs, __global const real* restrict partials,
    __global real* restrict gradients, __global float* restrict squares) {
    __local float scratch[GROUP];
    const Run run = runs[get_group_id(0)];
    float sum = 0;
    for (int i = get_local_id(0); i < run.count / LANES; i += GROUP) {
        real g;
        if (run.slices > 0) {
            g = partials[run.slicesAt / LANES + i];
            for (int slice = 1; slice < run.slices; ++slice)
                g += partials[(run.slicesAt + slice * run.sliceStride) / LANES + i];
            gradients[run.begin / LANES + i] = g;
        } else {
            g = gradients[run.begin / LANES + i];
        }
        sum += sumOfLanes(g * g);
    }
    sum = groupSum(sum, scratch);
    if (get_local_id(0) == 0)
        squares[get_group_id(0)] = sum;
}

static float normOf(__global const float* squares, int runs, __local float* scratch) {
    float sum = 0;
    for (int i = get_local_id(0); i < runs; i += GROUP)
        sum += squares[i];
    return sqrt(groupSum(sum, scratch));
}

/// The step's entry of the log: mean loss, norm of the gradients.
static void writeLog(__global float* log, int slot, __global const float* losses, int lossCount,
                     int images, float norm) {
    float loss = 0;
    for (int i = 0; i < lossCount; ++i)
        loss += losses[i];
    log[2 * slot] = loss / (float)images;
    log[2 * slot + 1] = norm;
}

/// For steps without an update. One group.
KERNEL void write_log(
    __global const float* restrict squares, int runs, __global const float* restrict losses,
    int lossCount, int images, __global float* restrict log, int slot) {
    __local float scratch[GROUP];
    const float norm = normOf(squares, runs, scratch);
    if (get_local_id(0) == 0)
        writeLog(log, slot, losses, lossCount, images, norm);
}

/// Adam (Kingma & Ba 2015, algorithm 1), epsilon added to the bias-corrected root; gradients are
/// scaled by clipNorm / norm where their norm is larger than clipNorm > 0. One group a run.
KERNEL void adam(
    __global const Run* restrict runs, int runCount, __global const real* restrict gradients,
    __global const float* restrict squares, __global real* restrict parameters,
    __global real* restrict firstMoments, __global real* restrict secondMoments, float keepFirst,
    float takeFirst, float keepSecond, float takeSecond, float rate, float unbias, float epsilon,
    float clipNorm, __global const float* restrict losses, int lossCount, int images,
    __global float* restrict log, int slot) {
    __local float scratch[GROUP];
    const float norm = normOf(squares, runCount, scratch);
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
    if (get_group_id(0) == 0 && get_local_id(0) == 0)
        writeLog(log, slot, losses, lossCount, images, norm);
}

/// Copies of convolution kernels with the two channel indices of each 16 x 16 tile exchanged, for
/// the way back: tiles[i] = {from, to}, in floats. Work-items stride over the tiles.
KERNEL void mirror_kernels(__global const int2* restrict tiles, int count,
                           __global const float* restrict parameters,
                           __global float* restrict mirrors) {
    for (int id = get_global_id(0); id < count; id += get_global_size(0)) {
        const int2 tile = tiles[id];
        for (int i = 0; i < BLOCK; ++i)
            for (int o = 0; o < BLOCK; ++o)
                mirrors[tile.y + o * BLOCK + i] = parameters[tile.x + i * BLOCK + o];
    }
}

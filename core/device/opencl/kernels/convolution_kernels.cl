// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels that the products of convolution_vector.cl or convolution_tiled.cl are launched as.

#define PRODUCT __kernel __attribute__((reqd_work_group_size(GROUP_ITEMS, 1, 1)))

/// Of a transposed convolution, `kernels` is what the gradient by the input reads.
PRODUCT void convolution_forward(__global const float* restrict x,
                                 __global const real* restrict kernels, int kernelAt,
                                 __global const real* restrict parameters, int biasAt, int slopeAt,
                                 __global real* restrict z, __global real* restrict y, int images) {
    __local real memory[LOCAL_REALS];
#if TRANSPOSED
    inputGradient(get_group_id(0), memory, x, kernels, kernelAt, parameters, biasAt, slopeAt, z, y,
                  images);
#else
    output(get_group_id(0), memory, x, kernels, kernelAt, parameters, biasAt, slopeAt, z, y,
           images);
#endif
}

/// Both gradients in one launch; groups beyond those of the kernel's gradient belong to the
/// input's. Of a transposed convolution, `x` is the gradient by its output and `dz` its input.
PRODUCT void convolution_backward(__global const float* restrict x, __global const real* restrict dz,
                                  __global real* restrict weightOut, int weightAt, int slices,
                                  int sliceStride, __global const real* restrict kernels,
                                  int kernelAt, __global real* restrict dx, int images) {
    __local real memory[LOCAL_REALS];
    const int group = get_group_id(0), weightGroups = WEIGHT_GROUPS * slices;
    if (group < weightGroups)
        weightGradient(group, memory, x, dz, weightOut, weightAt, slices, sliceStride, images);
    else
#if TRANSPOSED
        output(group - weightGroups, memory, x, kernels, kernelAt, kernels, 0, 0, dx, dx, images);
#else
        inputGradient(group - weightGroups, memory, (__global const float*)dz, kernels, kernelAt,
                      kernels, 0, 0, dx, dx, images);
#endif
}

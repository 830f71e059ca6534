// SPDX-License-Identifier: GPL-3.0-or-later
// In front of every program. Feature maps are blocked: (image, block, row, column, 16 channels),
// channels filled up to whole blocks with zeros. A map that a convolution reads has a halo: one row
// and one column of zeros on each side, which nobody ever writes to, so that no kernel asks whether
// a tap falls outside the image.
//
// LANES is how many of a block's 16 channels one work-item holds: 16 where a core has wide vectors
// (work-groups of one item), 1 where neighbouring items make the vector (GROUP items a group).

#define BLOCK 16

#if LANES == 16
typedef float16 real;
#else
typedef float real;
#endif

/// Every group has GROUP items, unless a kernel says otherwise.
#define KERNEL __kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))

/// Work-items of a group that share one pixel, and pixels a group looks at side by side.
#define PIXEL_ITEMS (BLOCK / LANES)
#define PIXELS_AT_ONCE (GROUP / PIXEL_ITEMS)

#pragma OPENCL FP_CONTRACT ON

/// a b + c, one instruction where the device has it: PoCL makes two of mad(). A function and no
/// macro, as clang keeps a kernel to half of a processor's widest vectors unless a function that it
/// calls takes a whole one.
static __attribute__((always_inline)) real multiplyAdd(real a, real b, real c) {
    return a * b + c;
}

/// A pixel of a block of an image: number `id` of those of a map, columns running fastest.
typedef struct {
    int image, block, row, column;
} Pixel;

static Pixel pixelNumber(int id, int blocks, int height, int width) {
    const Pixel pixel = {id / width / height / blocks, id / width / height % blocks,
                         id / width % height, id % width};
    return pixel;
}

/// Where a pixel of a map begins, in blocks of 16 channels.
static int pixelAt(int image, int block, int row, int column, int blocks, int height, int width,
                   int halo) {
    return ((image * blocks + block) * (height + 2 * halo) + row + halo) * (width + 2 * halo) +
           column + halo;
}

static int placeOf(Pixel p, int blocks, int height, int width, int halo) {
    return pixelAt(p.image, p.block, p.row, p.column, blocks, height, width, halo);
}

static float sumOfLanes(real v) {
#if LANES == 16
    const float8 a = v.lo + v.hi;
    const float4 b = a.lo + a.hi;
    const float2 c = b.lo + b.hi;
    return c.x + c.y;
#else
    return v;
#endif
}

/// The sum of one number an item over a group, known to all of them; `scratch` holds GROUP floats.
/// Every item of the group calls it.
static float groupSum(float value, __local float* scratch) {
    const int item = get_local_id(0);
    scratch[item] = value;
    for (int width = GROUP / 2; width > 0; width /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < width)
            scratch[item] += scratch[item + width];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const float sum = scratch[0];
    barrier(CLK_LOCAL_MEM_FENCE);
    return sum;
}

/// The sum over the pixels a group looks at side by side, lane by lane, known to all its items.
static real pixelSum(real value, __local real* scratch) {
    const int item = get_local_id(0);
    scratch[item] = value;
    for (int width = PIXELS_AT_ONCE / 2; width > 0; width /= 2) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < width * PIXEL_ITEMS)
            scratch[item] += scratch[item + width * PIXEL_ITEMS];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    const real sum = scratch[item % PIXEL_ITEMS];
    barrier(CLK_LOCAL_MEM_FENCE);
    return sum;
}

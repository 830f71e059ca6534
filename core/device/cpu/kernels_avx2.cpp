// SPDX-License-Identifier: GPL-3.0-or-later
#define VARIANT avx2
#define VARIANT_NAME "AVX2"
#define WIDTH 8
#include "core/device/cpu/kernels.inc"
#include "core/device/cpu/bayesian_kernels.inc"

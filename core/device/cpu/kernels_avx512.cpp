// SPDX-License-Identifier: GPL-3.0-or-later
#define VARIANT avx512
#define VARIANT_NAME "AVX-512"
#define WIDTH 16
#include "core/device/cpu/kernels.inc"
#include "core/device/cpu/bayesian_kernels.inc"

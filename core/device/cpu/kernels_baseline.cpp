// SPDX-License-Identifier: GPL-3.0-or-later
#define VARIANT baseline
#define VARIANT_NAME "baseline"
#define WIDTH 4
#include "core/device/cpu/kernels.inc"
#include "core/device/cpu/bayesian_kernels.inc"

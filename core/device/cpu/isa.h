// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/device/cpu/bayesian_kernels.h"
#include "core/device/cpu/kernels.h"

namespace shearbench::device::cpu {

/// What the processor's vector units are used for.
enum class Isa { baseline, avx2, avx512 };

/// The best this processor has, at most what the environment's SHEARBENCH_ISA (avx512, avx2,
/// baseline) allows. Decided once, on the first call. Throws Error(device) for an unknown value of
/// SHEARBENCH_ISA. Thread-safe.
Isa isa();

/// "AVX-512", "AVX2", "baseline".
std::string isaName();

/// The kernels compiled for isa().
const Kernels& kernels();
const BayesianKernels& bayesianKernels();

}  // namespace shearbench::device::cpu

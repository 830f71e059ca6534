// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/isa.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "core/error.h"

namespace shearbench::device::cpu {

namespace baseline {
extern const Kernels kKernels;
extern const BayesianKernels kBayesianKernels;
}  // namespace baseline
#ifdef SHEARBENCH_X86_VARIANTS
namespace avx2 {
extern const Kernels kKernels;
extern const BayesianKernels kBayesianKernels;
}  // namespace avx2
namespace avx512 {
extern const Kernels kKernels;
extern const BayesianKernels kBayesianKernels;
}  // namespace avx512
#endif

namespace {

Isa widestAllowed() {
    const char* value = std::getenv("SHEARBENCH_ISA");
    const std::string_view wish = value ? value : "";
    if (wish.empty() || wish == "avx512")
        return Isa::avx512;
    if (wish == "avx2")
        return Isa::avx2;
    if (wish == "baseline")
        return Isa::baseline;
    throw Error(ErrorKind::device,
                fmt::format("SHEARBENCH_ISA is \"{}\"; the processor's kernels come as avx512, "
                            "avx2 and baseline.",
                            wish),
                "Unset SHEARBENCH_ISA to use the best there is.");
}

Isa widestPresent() {
#ifdef SHEARBENCH_X86_VARIANTS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        return Isa::avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return Isa::avx2;
#endif
    return Isa::baseline;
}

}  // namespace

Isa isa() {
    static const Isa chosen = std::min(widestAllowed(), widestPresent());
    return chosen;
}

std::string isaName() {
    switch (isa()) {
        case Isa::avx512:
            return "AVX-512";
        case Isa::avx2:
            return "AVX2";
        case Isa::baseline:
            break;
    }
    return "baseline";
}

const Kernels& kernels() {
#ifdef SHEARBENCH_X86_VARIANTS
    if (isa() == Isa::avx512)
        return avx512::kKernels;
    if (isa() == Isa::avx2)
        return avx2::kKernels;
#endif
    return baseline::kKernels;
}

const BayesianKernels& bayesianKernels() {
#ifdef SHEARBENCH_X86_VARIANTS
    if (isa() == Isa::avx512)
        return avx512::kBayesianKernels;
    if (isa() == Isa::avx2)
        return avx2::kBayesianKernels;
#endif
    return baseline::kBayesianKernels;
}

}  // namespace shearbench::device::cpu

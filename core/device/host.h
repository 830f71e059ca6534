// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The host's processor as a computing device: what it says of itself and what it reaches.

namespace shearbench::device {

struct Host {
    std::string processor;          ///< as its maker calls it, "AMD EPYC 9B45"; never empty
    std::string vendor;             ///< "AMD", "Intel"; empty if unknown
    std::string instructionSet;     ///< widest vector extension: "AVX-512", "AVX2 + FMA", "SSE2"
    int cores = 1;                  ///< that this process may run on
    double clockMHz = 0;            ///< highest if known, else the present one; 0: unknown
    std::uint64_t memoryBytes = 0;  ///< of the machine, or the control group's limit if smaller
    std::optional<double> powerLimitWatts;  ///< long-term limit of all packages together
};

/// Read once, on first use. Thread-safe.
const Host& host();

/// Processor, vendor, instruction set and clock from the text of Linux' /proc/cpuinfo; what is
/// missing stays as in a default Host, the processor becomes "processor".
Host parseCpuInfo(std::string_view text);

/// `requested` threads, or one a core when that is 0. Throws Error(usage) if negative or above
/// 1024.
int threadCount(int requested);

/// Single-precision operations per second in units of 1e9, a multiply-add counted as two, of
/// registers alone with the widest instructions there are: what no program can exceed by much.
/// Takes about 0.1 s.
double measureGflops(int threads);

/// Bytes read and written per second in units of 1e9, copying arrays that fit no cache. About 0.2
/// s.
double measureGigabytesPerSecond(int threads);

}  // namespace shearbench::device

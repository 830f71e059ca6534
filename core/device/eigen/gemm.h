// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace shearbench::device::eigen {

/// A row-major matrix somewhere in memory, possibly meant transposed.
struct MatrixView {
    const float* data;
    std::size_t stride;  ///< from one row to the next, as stored
    bool transposed = false;
};

enum class Write { replace, add };

/// C (m, n) = or += A (m, k) B (k, n). `c` is row-major with rows `cStride` apart and overlaps
/// neither A nor B. Single-threaded; allocates nothing: packed blocks lie on the stack, below 2.5
/// MiB.
void gemm(std::size_t m, std::size_t n, std::size_t k, MatrixView a, MatrixView b, Write write,
          float* c, std::size_t cStride);

}  // namespace shearbench::device::eigen

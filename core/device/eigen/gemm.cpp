// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/gemm.h"

#include <Eigen/Core>
#include <algorithm>

namespace shearbench::device::eigen {

namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Stride = Eigen::OuterStride<>;
using ConstMap = Eigen::Map<const RowMajor, Eigen::Unaligned, Stride>;
using Map = Eigen::Map<RowMajor, Eigen::Unaligned, Stride>;

/// Small enough that what Eigen packs of either side stays below EIGEN_STACK_ALLOCATION_LIMIT.
constexpr std::size_t kTileRows = 128, kTileColumns = 512;

/// The block at (row, column) of the view as it is meant, mapped as it is stored.
ConstMap mapOf(const MatrixView& view, std::size_t row, std::size_t column, std::size_t rows,
               std::size_t columns) {
    const std::size_t start =
        view.transposed ? column * view.stride + row : row * view.stride + column;
    const auto r = static_cast<Eigen::Index>(rows), c = static_cast<Eigen::Index>(columns);
    return ConstMap(view.data + start, view.transposed ? c : r, view.transposed ? r : c,
                    Stride(static_cast<Eigen::Index>(view.stride)));
}

template <class A, class B>
void store(const A& a, const B& b, Write write, Map& c) {
    if (write == Write::add)
        c.noalias() += a * b;
    else
        c.noalias() = a * b;
}

template <class A>
void chooseB(const A& a, const MatrixView& view, const ConstMap& b, Write write, Map& c) {
    if (view.transposed)
        store(a, b.transpose(), write, c);
    else
        store(a, b, write, c);
}

}  // namespace

void gemm(std::size_t m, std::size_t n, std::size_t k, MatrixView a, MatrixView b, Write write,
          float* c, std::size_t cStride) {
    for (std::size_t row = 0; row < m; row += kTileRows) {
        const std::size_t rows = std::min(kTileRows, m - row);
        const ConstMap aTile = mapOf(a, row, 0, rows, k);
        for (std::size_t column = 0; column < n; column += kTileColumns) {
            const std::size_t columns = std::min(kTileColumns, n - column);
            const ConstMap bTile = mapOf(b, 0, column, k, columns);
            Map cTile(c + row * cStride + column, static_cast<Eigen::Index>(rows),
                      static_cast<Eigen::Index>(columns),
                      Stride(static_cast<Eigen::Index>(cStride)));
            if (a.transposed)
                chooseB(aTile.transpose(), b, bTile, write, cTile);
            else
                chooseB(aTile, b, bTile, write, cTile);
        }
    }
}

}  // namespace shearbench::device::eigen

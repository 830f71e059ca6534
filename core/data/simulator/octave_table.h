// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace shearbench::data::simulator {

/// A function of a positive number x tabulated as cubics in 16 cells an octave, found by the
/// leading bits of x: its exponent, then the cell. Single precision.
class OctaveTable {
  public:
    static constexpr int kCellBits = 4, kCells = 1 << kCellBits;
    static constexpr int kNodes = kCells + 3;  ///< one cell beyond at each end, and both ends
    /// Function values at the nodes of an octave, x = 2^octave (1 + (node - 1) / 16).
    using Nodes = std::array<double, kNodes>;

    static double nodePosition(int octave, std::size_t node) {
        return std::ldexp(1 + (static_cast<double>(node) - 1) / kCells, octave);
    }

    /// Covers lowest..highest, 0 < lowest <= highest; `nodesOf(octave)` gives the values.
    template <typename NodesOf>
    void fill(double lowest, double highest, const NodesOf& nodesOf) {
        const int first = std::ilogb(lowest), last = std::ilogb(highest);
        firstCell_ = std::bit_cast<std::uint32_t>(std::ldexp(1.0f, first)) >> (23 - kCellBits);
        // A number just below the end of its octave may round up to the next one.
        cells_.resize(static_cast<std::size_t>(last - first + 1) * kCells + 1);
        for (int octave = first; octave <= last; ++octave) {
            const Nodes f = nodesOf(octave);
            Cubic* cell = &cells_[static_cast<std::size_t>(octave - first) * kCells];
            for (std::size_t i = 0; i < kCells; ++i)
                cell[i] = through(f[i], f[i + 1], f[i + 2], f[i + 3]);
            cell[kCells] = {static_cast<float>(f[kCells + 1]), 0, 0, 0};
        }
    }

    /// For an x within the range (not checked).
    float operator()(float x) const {
        const auto bits = std::bit_cast<std::uint32_t>(x);
        constexpr std::uint32_t kFraction = (1u << (23 - kCellBits)) - 1;
        constexpr float kScale = 1.0f / (kFraction + 1);
        const Cubic& c = cells_[(bits >> (23 - kCellBits)) - firstCell_];
        const float t = static_cast<float>(static_cast<std::int32_t>(bits & kFraction)) * kScale;
        return c.c0 + t * (c.c1 + t * (c.c2 + t * c.c3));
    }

  private:
    struct Cubic {
        float c0, c1, c2, c3;
    };

    static Cubic through(double before, double left, double right, double after) {
        return {static_cast<float>(left),
                static_cast<float>(right - before / 3 - left / 2 - after / 6),
                static_cast<float>((before + right) / 2 - left),
                static_cast<float>((after - before) / 6 + (left - right) / 2)};
    }

    std::vector<Cubic> cells_;
    std::uint32_t firstCell_ = 0;
};

}  // namespace shearbench::data::simulator

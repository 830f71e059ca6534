// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace shearbench::data {

/// The order in which epochs take their rows, by windows: rows that are neighbours in the file make
/// a block, blocks come in random order, so many as fill a window are shuffled together. Depends on
/// its arguments alone.
class EpochOrder {
  public:
    /// Positions are those of `rows`, ascending rows of the file. A block is up to `blockRows` rows
    /// of the file, a window at least `windowRows` rows or the whole epoch.
    EpochOrder(std::span<const std::int64_t> rows, std::int64_t windowRows, std::int64_t blockRows,
               std::uint64_t seed);

    struct Epoch {
        std::vector<std::int64_t> positions;  ///< of all rows, in the order in which they are taken
        std::vector<std::int64_t> ends;       ///< one past the last of each window
    };
    Epoch epoch(std::int64_t number) const;

    /// No window has more rows.
    std::int64_t largestWindow() const;

  private:
    std::int64_t blockRowsOf(std::size_t block) const {
        return starts_[block + 1] - starts_[block];
    }

    std::vector<std::int64_t> starts_;  ///< position of each block's first row, and the end
    std::int64_t windowRows_, largestBlock_ = 0;
    std::uint64_t seed_;
};

}  // namespace shearbench::data

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/words.h"

// What the subcommands print with.

namespace shearbench::cli {

/// "42 s", "3 min 05 s", "2 h 10 min".
std::string duration(double seconds);

/// Columns as wide as their longest cell; the first is left-aligned, the others right-aligned.
std::string table(const std::vector<std::vector<std::string>>& rows);

/// A line on the error stream that is rewritten in place on a terminal and left out elsewhere;
/// erased when it goes out of scope.
class ProgressLine {
  public:
    ProgressLine();
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// At most ten times a second; more often is ignored.
    void show(const std::string& text);
    void erase();

  private:
    bool terminal_;
    std::size_t shown_ = 0;
    std::chrono::steady_clock::time_point last_{};
};

}  // namespace shearbench::cli

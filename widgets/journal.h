// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

namespace shearbench::widgets {

/// Widths of a journal's columns, for figures that fit without being scaled.
struct Journal {
    const char* id;    ///< on the command line
    const char* name;  ///< as in a list
    double columnMm, pageMm;
};

inline constexpr std::array<Journal, 3> kJournals = {
    {{"aa", "A&A", 88, 180}, {"mnras", "MNRAS", 84, 177}, {"apj", "ApJ", 88.9, 180.3}}};

}  // namespace shearbench::widgets

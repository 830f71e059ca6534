// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace shearbench::cli {

inline constexpr int kInterrupted = 130;

/// From now on SIGINT and SIGTERM are noted instead of ending the program; a second one ends it at
/// once. A file that grows beyond its limit becomes an error instead of the program's end.
void installInterruptHandler();

/// Whether one has come. Safe from any thread.
bool interrupted();

}  // namespace shearbench::cli

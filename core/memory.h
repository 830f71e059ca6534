// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace shearbench {

/// Bytes that may still be allocated without the system running short: the least of what it calls
/// available, what the limit on this process's address space leaves (ulimit -v), and what its
/// control group leaves. 0 where nothing of that can be read.
std::uint64_t freeMemory();

}  // namespace shearbench

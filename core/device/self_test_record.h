// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/device/self_test.h"

// Self-tests are made once for each device, driver and build of the program, and kept in text files
// under cacheFolder()/self_tests; what cannot be kept or read is made again. A test that never came
// to its end, because the driver took the program with it, counts as failed and is not repeated
// unless asked for: otherwise the program would end at every start. One whose device failed
// before anything could be compared is not kept. Several programs may test at once.

namespace shearbench::device {

/// What is kept; nothing where the test has not been made.
std::optional<SelfTest> knownSelfTest(const Device& device);

/// What is kept, or else selfTest(), made now and kept.
SelfTest onceSelfTest(const Device& device, int threads = 0);

/// selfTest(), made now and kept.
SelfTest repeatSelfTest(const Device& device, int threads = 0);

}  // namespace shearbench::device

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/threads.h"

#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>

namespace shearbench::device::cpu {

void startWithShortSpin(char* const* arguments) {
    if (std::getenv("GOMP_SPINCOUNT") || std::getenv("OMP_WAIT_POLICY"))
        return;
    std::array<char, PATH_MAX> program{};
    if (readlink("/proc/self/exe", program.data(), program.size() - 1) <= 0)
        return;
    setenv("GOMP_SPINCOUNT", "1000", 1);
    execv(program.data(), arguments);
}

}  // namespace shearbench::device::cpu

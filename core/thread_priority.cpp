// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/thread_priority.h"

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace shearbench {

void giveWayToOthers() {
#ifdef __linux__
    // On Linux the nice value belongs to the thread, whatever POSIX says.
    constexpr int kNice = 10;
    setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kNice);
#endif
}

}  // namespace shearbench

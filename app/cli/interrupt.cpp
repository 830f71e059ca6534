// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/interrupt.h"

#include <signal.h>

#include <csignal>

namespace shearbench::cli {

namespace {

volatile std::sig_atomic_t signalled = 0;

extern "C" void note(int) {
    signalled = 1;
}

}  // namespace

void installInterruptHandler() {
    struct sigaction action {};
    action.sa_handler = note;
    action.sa_flags = SA_RESETHAND | SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
    return signalled != 0;
}

}  // namespace shearbench::cli

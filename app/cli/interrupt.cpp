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
    // Writing beyond the limit on file sizes is an error of that writing, with its own sentence.
    std::signal(SIGXFSZ, SIG_IGN);
}

bool interrupted() {
    return signalled != 0;
}

}  // namespace shearbench::cli

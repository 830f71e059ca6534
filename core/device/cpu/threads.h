// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace shearbench::device::cpu {

/// Makes the processor's idle threads wait a moment and then sleep. GNU OpenMP lets them spin for
/// milliseconds instead, so that where another program keeps one core busy a step on all cores
/// takes many times as long as on one thread. It reads its settings from the environment and only
/// while the program is loaded; so this sets GOMP_SPINCOUNT and starts the program afresh, once,
/// with the arguments of main(). To be called first in main(). Returns without doing anything when
/// GOMP_SPINCOUNT or OMP_WAIT_POLICY is set already, or when the program cannot be started again.
void startWithShortSpin(char* const* arguments);

}  // namespace shearbench::device::cpu

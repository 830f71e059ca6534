// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/device/opencl/api.h"

// A layer between the program and the ICD loader whose functions fail or hang when they are told
// to. One for the whole test program; thread-safe.

namespace shearbench::device::opencl::faults {

/// Forwards to systemApi(), which must be there.
const Api& api();

/// Every function works again and counts from 0; those that hang come back.
void reset();

/// The `call`-th call from now on (the first is 1) of that function fails with `answer`; with
/// `lasting` all behind it too.
void fail(std::string_view function, int call, cl_int answer, bool lasting = false);

/// The next call of that function returns at the next reset() only.
void hang(std::string_view function);

/// The next `count` blocking calls of clEnqueueReadBuffer from the `call`-th on give bytes that no
/// device computed.
void corruptReads(int call, int count = 1);

/// Of that function since it was last told something, or since the last reset().
int calls(std::string_view function);

/// Resets when it goes.
struct Scope {
    Scope() { reset(); }
    ~Scope() { reset(); }
};

}  // namespace shearbench::device::opencl::faults

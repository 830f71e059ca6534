// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

// Some drivers end the process that looks for their devices, or never come back. So that it is not
// the program that they take along, a short-lived process looks first.

namespace shearbench::device::opencl {

/// What became of a process that looked for devices.
struct Probe {
    bool answered = false;
    /// Why not, as the end of a sentence: "ended the process that looked for devices (Aborted)";
    /// empty where it answered or where no process could be started.
    std::string failure;
    int devices = 0;
    std::vector<std::string> libraries;  ///< paths of all it had loaded then, the loader's too
};

/// Variables and their values; those with an empty one are taken out.
using Environment = std::vector<std::pair<std::string, std::string>>;

/// Starts this program once more, with `changes` to its environment, as a process that does
/// findHardware() on systemApi() before main() begins, says so and ends; ends it after `patience`.
/// Any thread; waits. Throws nothing of its own.
///
/// The process is told by a variable of the environment, SHEARBENCH_PROBE_DRIVERS, that every
/// program with this library in it obeys: tests and galleries as well need no part in it.
Probe probeDrivers(const Environment& changes, std::chrono::milliseconds patience);

}  // namespace shearbench::device::opencl

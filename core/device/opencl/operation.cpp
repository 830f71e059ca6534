// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/operation.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace shearbench::device::opencl {

namespace {

constexpr int kGroup = 256;
/// Groups for each compute unit that a launch of striding items is spread over.
constexpr std::size_t kGroupsPerUnit = 16;

}  // namespace

LaunchShape::LaunchShape(const Hardware& hardware)
    : lanes(hardware.kernels == KernelKind::vector ? kBlock : 1),
      group(lanes == kBlock ? 1
                            : static_cast<int>(std::bit_floor(
                                  std::clamp<std::size_t>(hardware.largestGroup, kBlock, kGroup)))),
      mostGroups_(kGroupsPerUnit * static_cast<std::size_t>(hardware.info.computeUnits)) {}

std::string LaunchShape::options() const {
    return fmt::format("-D LANES={} -D GROUP={}", lanes, group);
}

ProgramSource LaunchShape::program(ProgramPart part) const {
    switch (part) {
        case ProgramPart::drawing:
            return {"Bayesian and latent layers", "functions random optimiser bayesian latent",
                    options()};
        case ProgramPart::flow:
            return {"flows", "functions made", options()};
        case ProgramPart::layers:
            break;
    }
    return {"layers, losses and Adam",
            "functions maps elements prelu batch_norm dense losses optimiser", options()};
}

Range LaunchShape::groups(int count, int rows) const {
    const auto size = static_cast<std::size_t>(group);
    return {static_cast<std::size_t>(count) * size, static_cast<std::size_t>(rows), size};
}

Range LaunchShape::striding(std::size_t count) const {
    const auto size = static_cast<std::size_t>(group);
    const std::size_t needed = (count + size - 1) / size;
    return {std::clamp<std::size_t>(needed, 1, mostGroups_) * size, 1, size};
}

}  // namespace shearbench::device::opencl

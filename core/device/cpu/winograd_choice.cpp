// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/winograd_choice.h"

#include <cstdint>

namespace shearbench::device::cpu {

namespace {

// Below so many tiles transforming the kernel costs more than the saved multiplications; the kernel
// gradient's transform comes once at the end and pays earlier. From timing the deterministic
// network at batches of 2 to 64.
constexpr std::int64_t kEnoughTiles = 32;
constexpr std::int64_t kEnoughTilesForKernel = 16;
constexpr int kTile = 4;

}  // namespace

WinogradChoice chooseWinograd(const network::Layer& layer, int batch) {
    if (layer.stride != 1)
        return {};
    const std::int64_t rows = (layer.output.height + kTile - 1) / kTile;
    const std::int64_t columns = (layer.output.width + kTile - 1) / kTile;
    const std::int64_t tiles = batch * rows * columns;
    return {tiles >= kEnoughTiles, tiles >= kEnoughTiles, tiles >= kEnoughTilesForKernel};
}

}  // namespace shearbench::device::cpu

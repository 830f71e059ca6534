// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

namespace shearbench {

/// Throws Error unless a file can be put at `out`: its folder is there and can be written to, and
/// it is neither a folder, a pipe or a device nor one of the files `kept`, which a result must not
/// replace.
void requireOutput(const std::filesystem::path& out,
                   const std::vector<std::filesystem::path>& kept);

}  // namespace shearbench

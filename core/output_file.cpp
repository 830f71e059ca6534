// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/output_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "core/error.h"
#include "core/files.h"

namespace shearbench {

namespace fs = std::filesystem;

void requireOutput(const fs::path& out, const std::vector<fs::path>& kept) {
    std::error_code ignored;
    if (fs::is_directory(out, ignored))
        throw Error(
            ErrorKind::data,
            fmt::format("{} is a folder; the name of a file to write was expected.", out.string()),
            "Name a file in it, or another one.");
    const fs::path folder = out.has_parent_path() ? out.parent_path() : fs::path(".");
    if (!fs::is_directory(folder, ignored))
        throw Error(ErrorKind::data,
                    fmt::format("{} cannot be written: there is no folder {}.", out.string(),
                                folder.string()),
                    "Make the folder, or choose another one.");
    requireReplaceable(out);
    if (::access(folder.c_str(), W_OK | X_OK) != 0 && errno == EROFS)
        throw Error(ErrorKind::data,
                    fmt::format("{} cannot be written: {} lies on a read-only file system.",
                                out.string(), folder.string()),
                    "Choose a folder on a disk that can be written to.");
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        throw Error(ErrorKind::data,
                    fmt::format("{} cannot be written: the folder {} is not yours to write to.",
                                out.string(), folder.string()),
                    "Choose a folder you may write to, or change its permissions.");
    for (const fs::path& file : kept)
        if (fs::equivalent(out, file, ignored))
            throw Error(ErrorKind::usage,
                        fmt::format("{} is a file that is read here; writing would replace it.",
                                    out.string()),
                        "Choose another name for the result.");
}

}  // namespace shearbench

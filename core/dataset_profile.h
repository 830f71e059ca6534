// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/experiment.h"

namespace shearbench {

/// A named way to read files of one kind, saved for the next one.
struct DatasetProfile {
    std::string name;      ///< 1 to 64 letters, digits, blanks, "-", "_", "."
    DataSettings reading;  ///< readingOf()

    bool operator==(const DatasetProfile&) const = default;
};

/// $XDG_DATA_HOME/shearbench/profiles, else ~/.local/share/shearbench/profiles.
std::filesystem::path profilesFolder();

/// Names of the profiles in `folder`, in alphabetical order; none where there is no such folder.
std::vector<std::string> profileNames(const std::filesystem::path& folder = profilesFolder());

/// As NAME.json in `folder`, which is made; replaces one of that name. Written beside, synced,
/// renamed. Throws Error(usage) for a name that cannot be.
void writeProfile(const DatasetProfile& profile,
                  const std::filesystem::path& folder = profilesFolder());

/// A profile by its name in `folder` or by the path of its file. Throws Error(usage) listing the
/// names there are.
DatasetProfile readProfile(const std::string& nameOrFile,
                           const std::filesystem::path& folder = profilesFolder());

}  // namespace shearbench

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/hdf5_handle.h"

// What h5::File and h5::Dataset hold, shared by the files of hdf5.h only.

namespace shearbench::data::h5 {

/// What tells a file that was written to from one that was not.
struct FileState {
    std::int64_t bytes = -1, seconds = 0, nanoseconds = 0;
    bool operator==(const FileState&) const = default;
};

struct OpenFile {
    std::filesystem::path path;
    Handle id;
    FileState opened;  ///< of a file that is read

    std::string name() const { return path.string(); }
};

struct OpenDataset {
    DatasetInfo info;
    std::string file, where;  ///< "a.h5", "/images of a.h5"
    Handle id, type;
};

DatasetInfo describeDataset(hid_t dataset, const std::string& path,
                            const std::filesystem::path& file);

}  // namespace shearbench::data::h5

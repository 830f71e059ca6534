// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/data/cutout_file.h"
#include "core/experiment.h"

namespace shearbench::training {

/// A file opened for a network that was trained on another one.
struct RunCutouts {
    std::shared_ptr<const data::CutoutFile> file;
    std::vector<std::string> notes;  ///< sentences on what was done or differs
};

/// Opens the file that `reading` describes as the network of `trained`, a run's experiment, needs
/// it: cropped or padded as the training cutouts were, and the same bands in the same order
/// whatever their order in the file, unless `reading` states its own. Notes name another pixel
/// scale and another definition of ellipticity. Throws Error(data) where a band is missing.
RunCutouts openForRun(DataSettings reading, const std::string& path, const Experiment& trained);

}  // namespace shearbench::training

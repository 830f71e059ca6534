// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/data/memory_source.h"
#include "core/data/split.h"
#include "core/device/device.h"
#include "core/experiment.h"
#include "core/network/network.h"

namespace shearbench::training {

/// An experiment made ready: the source opened, schema and normalisation found and written back
/// into the experiment, rows split.
struct PreparedData {
    std::shared_ptr<const data::CutoutSource> source;
    data::Split split;
    Experiment experiment;           ///< completed
    std::vector<std::string> notes;  ///< sentences on rows that were left out, and why; on memory
    bool inMemory = true;            ///< images are kept in memory while training
    std::shared_ptr<const data::CachedSource> cache{};  ///< the source, where a file is kept there
    bool pixelsChecked = false;                         ///< see checkPixels
    std::uint64_t imageBytes = 0;  ///< of memory that images will take while training
};

/// Opens and checks the experiment's data, or sets up their simulation, without reading images,
/// whatever the size of the file. Where they fit into half of the free memory they will be kept
/// there; else they are read while training, and experiment.data.shuffleWindow says how. The file's
/// path becomes absolute. Throws Error(data) or Error(usage), also when the file is not the one
/// that experiment.data.checksum was made of.
PreparedData prepareData(const Experiment& experiment);

/// The same for cutouts that are in memory, with their pixels checked; file, images, layout and
/// checksum stay as they are.
PreparedData prepareData(const Experiment& experiment,
                         std::shared_ptr<const data::CutoutSource> source);

/// The experiment's network for the images of that source, with the loss it asks for.
network::Network networkOf(const PreparedData& prepared);

/// Whether the experiment's network learns labels: not a generative one.
bool needsLabels(const Experiment& experiment);

/// Leaves out rows whose images have pixels that are not finite: all such rows where images stay in
/// memory, which reads them; else those of validation (the loader sees to the others). Done once,
/// before training. `proceed` is asked now and then; false stops, and false comes back.
bool checkPixels(PreparedData& prepared, const std::function<bool()>& proceed = {});

/// How a device is to train the experiment's network.
device::SessionOptions sessionOptions(const Experiment& experiment);

/// What training would refuse only after a run directory was made: throws Error(data) when targets
/// have no column, Error(usage) for images that cannot be turned or are fewer than a batch,
/// Error(device) when the network does not fit the device's memory or the cap.
void requireTrainable(const PreparedData& prepared, const device::Device& device);

}  // namespace shearbench::training

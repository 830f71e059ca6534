// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/data/cutout_source.h"
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
    std::vector<std::string> notes;  ///< sentences on rows that were left out, and why
};

/// Opens and checks the experiment's data, or sets up their simulation; cutouts that fit into half
/// of the free memory are read into it, and those with pixels that are not finite left out. The
/// file's path becomes absolute. Throws Error(data) or Error(usage), also when the file is not the
/// one that experiment.data.checksum was made of.
PreparedData prepareData(const Experiment& experiment);

/// The same for cutouts that are at hand; file, images, layout and checksum stay as they are.
PreparedData prepareData(const Experiment& experiment,
                         std::shared_ptr<const data::CutoutSource> source);

/// The experiment's network for the images of that source, with the loss it asks for.
network::Network networkOf(const PreparedData& prepared);

/// Whether the experiment's network learns labels: not a generative one.
bool needsLabels(const Experiment& experiment);

/// How a device is to train the experiment's network.
device::SessionOptions sessionOptions(const Experiment& experiment);

/// What training would refuse only after a run directory was made: throws Error(data) when targets
/// have no column, Error(usage) for images that cannot be turned, Error(device) when the network
/// does not fit the device's memory or the cap.
void requireTrainable(const PreparedData& prepared, const device::Device& device);

/// Bytes that may still be allocated without the system running short; 0 where it does not say.
std::uint64_t freeMemory();

}  // namespace shearbench::training

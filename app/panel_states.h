// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "app/dataset.h"
#include "core/device/absent_device.h"
#include "core/device/device.h"
#include "core/experiment.h"
#include "widgets/data_panel.h"
#include "widgets/device_panel.h"
#include "widgets/network_panel.h"
#include "widgets/training_panel.h"

// The experiment document in the terms of the panels that edit it, and back.

namespace shearbench::app {

widgets::DataPanelState dataState(const Experiment& experiment);
widgets::DataPanelFacts dataFacts(const Dataset& dataset);
widgets::DevicePanelState deviceState(const Experiment& experiment);
widgets::TrainingPanelState trainingState(const Experiment& experiment);

void apply(const widgets::DataPanelState& state, Experiment& experiment);
void apply(const widgets::DevicePanelState& state, Experiment& experiment);
void apply(const widgets::TrainingPanelState& state, Experiment& experiment);

/// The recipes that core knows, by applyRecipe, for the experiment's network.
std::vector<widgets::Recipe> recipes(const Experiment& experiment);

/// `sameChip`: another device listed before computes on the same chip.
widgets::DeviceRow deviceRow(const device::DeviceInfo& info, widgets::DeviceColour colour,
                             bool sameChip);
/// What a panel says of devices and drivers that cannot be used; empty where there are none.
widgets::Problem absentProblem(const std::vector<device::AbsentDevice>& absent);
/// The layers of an experiment's network, in its parts; throws Error(usage) where there is no such
/// network for images of that shape.
std::vector<widgets::NetworkPart> networkParts(const NetworkSettings& settings,
                                               network::Shape input);
/// "autoencoder 5,865,822, flow 725,504"; empty where there is one part.
QString partsRemark(const NetworkSettings& settings, network::Shape input);

/// What the experiment's batch needs on the device, and the largest batch that fits.
widgets::MemoryUse memoryUse(const device::Device& device, const network::Network& network,
                             const Experiment& experiment);

}  // namespace shearbench::app

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workbench.h"
#include "widgets/simulate_dialog.h"

namespace shearbench::app {

/// The dialog that simulates galaxies, with the kinds of core/galaxy_recipe.h, at work for
/// `workbench`: into a file, or while training. `openRequested` and useRequested() end it.
widgets::SimulateDialog* makeSimulationDialog(const widgets::Theme& theme, Workbench& workbench,
                                              QWidget* parent);

}  // namespace shearbench::app

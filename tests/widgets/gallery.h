// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "widgets/posterior.h"
#include "widgets/theme.h"

// Sheets of the gallery: widgets with sample data, never results.

namespace shearbench::widgets::gallery {

QWidget* chartSheet(const Theme& theme);
QWidget* smallChartSheet(const Theme& theme);
QWidget* lossSheet(const Theme& theme, bool fails);
QWidget* paneSheet(const Theme& theme);

enum class Stage { before, deterministic, bayesian };
QWidget* posteriorSheet(const Theme& theme, Stage stage, int width, int height);
PosteriorScene sampleScene(Stage stage);

/// Milliseconds an update and redrawing take, median of many, to the standard output.
void printUpdateCosts(const Theme& theme);

}  // namespace shearbench::widgets::gallery

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "widgets/theme.h"

// Sheets of what a generative network's panes show, with sample galaxies in the place of those that
// a network would make.

namespace shearbench::widgets::gallery {

enum class GeneratedSheet { galaxies, closeUp, walk, between };
QWidget* generatedSheet(const Theme& theme, GeneratedSheet sheet, int width, int height);
QWidget* qualitySheet(const Theme& theme);

}  // namespace shearbench::widgets::gallery

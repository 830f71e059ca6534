// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QVector>

namespace shearbench::app {

/// Colour pictures of simulated galaxies for the welcome page, the same every time. Takes a
/// fraction of a second.
QVector<QImage> drawWelcomeSky(int galaxies);

}  // namespace shearbench::app

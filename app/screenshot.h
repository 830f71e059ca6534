// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace shearbench::app {

class MainWindow;
class Workbench;

/// Saves a picture of the window once nothing is going on any more (nothing being opened,
/// simulated, trained or predicted), then ends the program: with 0, with the number of the first
/// failure's kind, or with that of ErrorKind::data when the picture could not be written. Says on
/// the terminal what it waits for. To be called before anything is opened.
void saveScreenshotWhenDone(MainWindow& window, Workbench& workbench, const QString& file);

}  // namespace shearbench::app

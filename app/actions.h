// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QObject>

#include "widgets/theme.h"

class QWidget;

namespace shearbench::app {

/// Everything the window can be asked to do: name, icon, key and tooltip of each, in one place.
struct Actions {
    Actions(const widgets::Theme& theme, QWidget* window);

    QAction *open, *openRun, *saveExperiment, *describe, *simulate, *closeFile, *quit;
    QAction *demo, *generativeDemo;
    QAction *train, *pause, *stop, *resumeRun;
    QAction *benchmark, *resumeBenchmark, *openResults, *closeResults, *devices, *operations;
    QAction* allFigures;
    QAction *copyCommand, *saveFigure, *screenshot;
    QAction *dark, *presentation, *restoreLayout;
    QAction *keys, *about;
};

}  // namespace shearbench::app

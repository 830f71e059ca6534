// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "core/benchmark/result.h"
#include "widgets/figure_export.h"
#include "widgets/journal.h"

namespace shearbench::app {

/// What repeats a figure: written beside it.
struct FigureSource {
    QString command;
    Experiment experiment;
};

/// widgets::saveFigure, and beside the figure its experiment (.experiment.json) and the command
/// that makes it again (.command.txt). Returns the paths written.
QStringList saveFigureWithSource(widgets::Figure& figure, const QString& path,
                                 const widgets::FigureOptions& options, const FigureSource& source);

struct FigureSet {
    std::vector<benchmark::Results> results;
    QString folder;  ///< made if it is not there
    widgets::Journal journal = widgets::kJournals[0];
    double dpi = 300, captionPt = 7;
    QString command;
};

/// The paper's figures for this machine, each as PDF, SVG and PNG with its numbers as CSV:
/// simulated galaxies (1), time and speed ratio against batch size for the deterministic (2) and
/// the Bayesian network (3), generation (4), then one for every other network that was timed; each
/// across the page, and every panel of it in a column. Beside them the devices (the paper's table
/// 1), what the times mean for CosmoDC2, all results and experiments. The same bytes for the same
/// results, dates in PDF aside. Needs a QApplication. Returns the paths written.
QStringList makeFigures(const FigureSet& set);

}  // namespace shearbench::app

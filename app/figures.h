// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QString>
#include <QStringList>
#include <QVector>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "app/benchmark_scenes.h"
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
/// The half of it that any thread may do.
QStringList writeFigureWithSource(const widgets::PaintedFigure& painted,
                                  const FigureSource& source);

struct FigureSet {
    std::vector<benchmark::Results> results;
    QString folder;  ///< made if it is not there
    widgets::Journal journal = widgets::kJournals[0];
    double dpi = 300, captionPt = 7;
    QString command;
    QVector<QImage> galaxies;  ///< of figure 1; empty: drawn anew
};

/// The galaxies of figure 1. Takes a fraction of a second, on any thread.
QVector<QImage> drawFigureGalaxies();

/// The paper's figures for this machine, each as PDF, SVG and PNG with its numbers as CSV:
/// simulated galaxies (1), time and speed ratio against batch size for the deterministic (2) and
/// the Bayesian network (3), generation (4), then one for every other network that was timed; each
/// across the page, and every panel of it in a column. Beside them the devices (the paper's table
/// 1), what the times mean for CosmoDC2, what differs besides the devices (remarks.txt), all
/// results and experiments. The same bytes for the same results, dates in PDF aside.
///
/// A step makes a file or two, in a fraction of a second; what was made stays if the others are
/// not. In the thread of the QApplication.
class FigureMaker {
  public:
    explicit FigureMaker(FigureSet set);
    ~FigureMaker();

    std::size_t steps() const { return steps_.size(); }
    std::size_t done() const { return done_; }
    /// Throws Error when a file cannot be written.
    void makeNext();
    const QStringList& written() const { return written_; }

  private:
    void plan();
    void planBenchmark(int number, benchmark::Kind kind, const std::string& network);
    void save(widgets::Figure& figure, const QString& name, const char* ending, double widthMm,
              double heightMm);
    void saveText(const QString& name, const std::string& content);

    FigureSet set_;
    std::vector<std::function<void()>> steps_;
    std::size_t done_ = 0;
    QStringList written_;
    QString remarks_;
};

/// One of the two charts of a benchmark, as its pane shows it.
struct ChartFigure {
    bool ratio = false;  ///< else the times
    BenchmarkView view;
    std::optional<std::pair<double, double>> xRange, yRange;  ///< in view; unset: all
};

/// That chart of `results` as saveFigureWithSource() does it.
QStringList makeChartFigure(const std::vector<benchmark::Results>& results,
                            const ChartFigure& figure, const QString& path,
                            const widgets::FigureOptions& options, const QString& command);

/// The options of `shearbench figures` that make it again with that size, after those that name the
/// results; a file goes to --out.
QString chartOptions(const ChartFigure& figure, const widgets::FigureOptions& options);

/// All steps; the paths written.
QStringList makeFigures(const FigureSet& set);

}  // namespace shearbench::app

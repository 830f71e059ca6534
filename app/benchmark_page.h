// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "app/benchmark_controller.h"
#include "app/benchmark_scenes.h"
#include "app/figures.h"
#include "widgets/theme.h"

class QToolButton;

namespace shearbench::widgets {
class LineChart;
class Pane;
}  // namespace shearbench::widgets

namespace shearbench::app {

class PickerButton;

/// The two upper panes: time (or another quantity) against batch size, and the speed ratio.
/// Published times are there from the start; measured ones are added as they arrive. The cursor
/// runs through both. Where more than devices differ, a sign in the header says what.
class BenchmarkPage : public QObject {
    Q_OBJECT
  public:
    BenchmarkPage(const widgets::Theme& theme, BenchmarkController& controller,
                  QObject* parent = nullptr);

    widgets::Pane* timePane() const { return timePane_; }
    widgets::Pane* ratioPane() const { return ratioPane_; }
    widgets::LineChart* timeChart() const { return time_; }
    widgets::LineChart* ratioChart() const { return ratio_; }
    /// Gives this machine's devices the colours they have elsewhere; to be called once
    /// device::devicesFound().
    void setDevicesFound();
    /// What the panes show; for figures.
    const BenchmarkView& view() const { return view_; }
    void setView(const BenchmarkView& view);
    /// The command that makes the figures of what is shown, up to where its options begin.
    QString figureCommand() const;
    /// One of the two panes as it is now.
    ChartFigure figureOf(const widgets::Pane* pane) const;

  Q_SIGNALS:
    /// Someone clicked a measured point, and wants to know what is behind it.
    void pointChosen(const shearbench::benchmark::PointRef& point);

  private:
    void buildTimePane();
    void buildRatioPane();
    void refresh();
    void showChoices();
    void showPending(widgets::SizeScene& scene) const;
    QToolButton* addWarning(widgets::Pane* pane);
    void showWarning(const QString& warning);
    void choose(const QString& key, double size);

    const widgets::Theme& theme_;
    BenchmarkController& controller_;
    BenchmarkView view_;
    widgets::DeviceColours colours_;
    widgets::Pane *timePane_, *ratioPane_;
    widgets::LineChart *time_, *ratio_;
    PickerButton *subject_, *quantity_, *a_, *b_;
    QToolButton *timeWarning_, *ratioWarning_;
};

}  // namespace shearbench::app

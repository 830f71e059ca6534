// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "app/background.h"
#include "app/workbench.h"
#include "widgets/theme.h"

namespace shearbench::widgets {
class KeyNumbers;
struct KeyNumber;
class LossChart;
class Note;
class Pane;
class SpeedChart;
}  // namespace shearbench::widgets

namespace shearbench::app {

class PickerButton;

/// The two panes that follow a training: loss, with what went wrong if something did; and speed,
/// with the numbers that sum the training up.
class TrainingPage : public QObject {
    Q_OBJECT
  public:
    TrainingPage(const widgets::Theme& theme, Workbench& workbench, QObject* parent = nullptr);

    widgets::Pane* lossPane() const { return lossPane_; }
    widgets::Pane* speedPane() const { return speedPane_; }

    void showFailure(const Failure& failure);
    void clearFailure();

  private:
    const training::Snapshot* shown() const;
    void showStages();
    void buildLossPane(const widgets::Theme& theme);
    void buildSpeedPane(const widgets::Theme& theme);
    void refresh();
    void showLoss(const training::Snapshot& snapshot);
    void showSpeed(const training::Snapshot& snapshot);
    std::vector<widgets::KeyNumber> namedNumbers() const;
    std::vector<widgets::KeyNumber> stageNumbers(const training::Snapshot& snapshot) const;
    void showNumbers(const training::Snapshot& snapshot);

    const widgets::Theme& theme_;
    Workbench& workbench_;
    widgets::Pane *lossPane_, *speedPane_;
    widgets::LossChart* loss_;
    widgets::SpeedChart* speed_;
    widgets::KeyNumbers* numbers_;
    widgets::Note* note_;
    PickerButton* stage_;
    bool stagePicked_ = false;  ///< else the stage under way is shown
};

}  // namespace shearbench::app

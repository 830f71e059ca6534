// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/training/snapshot.h"
#include "widgets/theme.h"

class QLabel;
class QProgressBar;

namespace shearbench::app {

/// How far the training is, at the right of the tool bar: epoch, what is trained, time left, speed,
/// over a thin bar; after a failure the first words of it.
class ProgressView : public QWidget {
    Q_OBJECT
  public:
    explicit ProgressView(const widgets::Theme& theme, QWidget* parent = nullptr);

    /// `what`: "deterministic, batch 8".
    void show(const training::Snapshot& snapshot, const QString& what);
    /// Something else that takes a while, "Simulating galaxies"; `part` of it is done, < 0:
    /// unknown.
    void showTask(const QString& text, double part, double secondsLeft);
    void clear();

  private:
    void restyle();
    void setTexts(const QString& head, const QString& what, const QString& left,
                  const QString& speed);

    const widgets::Theme& theme_;
    QLabel *head_, *what_, *left_, *speed_;
    QProgressBar* bar_;
};

/// "11 min left", "2 h 10 min left", "40 s left"; empty for 0.
QString timeLeft(double seconds);

}  // namespace shearbench::app

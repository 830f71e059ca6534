// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <array>
#include <vector>

#include "widgets/theme.h"

class QLabel;

namespace shearbench::widgets {
class ElidedLabel;
}

namespace shearbench::app {

class ProgressView;

/// What presentation mode puts above the panes: what is going on in one plain sentence, and how far
/// it is.
class PresentationTitle : public QWidget {
    Q_OBJECT
  public:
    explicit PresentationTitle(const widgets::Theme& theme, QWidget* parent = nullptr);

    ProgressView* progress() const { return progress_; }
    /// Whether the network that is followed draws galaxies, instead of measuring them.
    void setDrawing(bool drawing);

  private:
    void restyle();

    const widgets::Theme& theme_;
    widgets::ElidedLabel* title_;
    ProgressView* progress_;
};

/// What presentation mode puts below the panes: its keys.
class PresentationKeys : public QWidget {
    Q_OBJECT
  public:
    explicit PresentationKeys(const widgets::Theme& theme, QWidget* parent = nullptr);

    /// So many panes can be shown alone; `drawing`: new galaxies can be drawn.
    void setChoices(int panes, bool drawing);
    /// At the right: the machine.
    void setRemark(const QString& text);

  private:
    void restyle();

    const widgets::Theme& theme_;
    std::vector<QLabel*> meanings_;
    QLabel* panes_ = nullptr;
    std::array<QLabel*, 2> draw_{};
    QLabel* remark_;
};

}  // namespace shearbench::app

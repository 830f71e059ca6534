// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QFocusEvent>
#include <QKeyEvent>

namespace shearbench::widgets {

/// A painted button, pressed by Enter too, that knows whether the keyboard brought the focus to it:
/// only then is there a ring to draw, not after a click or when the window opens.
class RingedButton : public QAbstractButton {
  public:
    using QAbstractButton::QAbstractButton;

    bool hasRing() const { return hasFocus() && ring_; }

  protected:
    void focusInEvent(QFocusEvent* event) override {
        ring_ = event->reason() == Qt::TabFocusReason ||
                event->reason() == Qt::BacktabFocusReason ||
                event->reason() == Qt::ShortcutFocusReason;
        QAbstractButton::focusInEvent(event);
    }

    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
            click();
        } else {
            QAbstractButton::keyPressEvent(event);
        }
    }

  private:
    bool ring_ = false;
};

}  // namespace shearbench::widgets

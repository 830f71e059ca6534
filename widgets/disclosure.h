// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "widgets/theme.h"

class QToolButton;

namespace shearbench::widgets {

/// A line of text with a chevron that shows and hides what is below it; closed at first.
class Disclosure : public QWidget {
    Q_OBJECT
  public:
    /// Takes the body.
    Disclosure(const Theme& theme, const QString& title, QWidget* body, QWidget* parent = nullptr);

    bool isOpen() const;
    void setOpen(bool open);

  Q_SIGNALS:
    void openChanged(bool open);

  private:
    void measure();

    const Theme& theme_;
    QToolButton* button_;
    QWidget* body_;
};

}  // namespace shearbench::widgets

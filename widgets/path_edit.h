// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

namespace shearbench::widgets {

/// A field for a path. While it is not being edited a path too long for it is cut at the front, so
/// that the name of the file stays to be seen; text() is always the whole path.
class PathEdit : public QLineEdit {
    Q_OBJECT
  public:
    using QLineEdit::QLineEdit;

    /// What is seen while it is not being edited.
    QString shownText() const;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QRect textArea() const;
};

}  // namespace shearbench::widgets

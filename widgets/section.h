// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVariantAnimation>
#include <QWidget>

#include "widgets/theme.h"

namespace shearbench::widgets {

class SectionHeader;

/// A part of the left dock: a header with chevron, icon, title and a summary that stays when it is
/// folded, over a body. The header is a button: click, Space or Enter folds (120 ms).
class Section : public QWidget {
    Q_OBJECT
  public:
    /// Takes the body, which keeps 8 px of its own at left and right (4 are the section's).
    Section(const Theme& theme, const QString& icon, const QString& title, QWidget* body,
            QWidget* parent = nullptr);

    QString title() const;
    void setSummary(const QString& text);
    QString summary() const;

    bool isFolded() const { return folded_; }
    void setFolded(bool folded, bool animate = false);

  Q_SIGNALS:
    void foldedChanged(bool folded);

  private:
    void measure();
    void moveTo(double open);

    const Theme& theme_;
    SectionHeader* header_;
    QWidget* clip_;
    QWidget* body_;
    QVariantAnimation animation_;
    bool folded_ = false;
};

}  // namespace shearbench::widgets

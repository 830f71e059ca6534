// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

#include "widgets/theme.h"

class QButtonGroup;
class QPushButton;

namespace shearbench::widgets {

/// One choice out of a few, as buttons side by side. Arrow keys move, Tab leaves.
class Segmented : public QWidget {
    Q_OBJECT
  public:
    struct Item {
        QString id, title, tip;
    };

    explicit Segmented(const Theme& theme, QWidget* parent = nullptr);

    /// Keeps the current id if it is still there, else takes the first.
    void setItems(const std::vector<Item>& items);
    QString current() const;
    /// An id that is not there is ignored. Emits nothing.
    void setCurrent(const QString& id);

  Q_SIGNALS:
    void chosen(const QString& id);  ///< by the user

  private:
    QButtonGroup* group_;
    std::vector<Item> items_;
    std::vector<QPushButton*> buttons_;
};

}  // namespace shearbench::widgets

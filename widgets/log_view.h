// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QString>
#include <QWidget>

#include "widgets/theme.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace shearbench::widgets {

enum class LogLevel { detail, information, warning, error };

class LogModel;
class LogFilter;
class Segmented;

/// What happened, newest last: time, level, sentence. The last 10,000 lines are kept. Follows the
/// end unless scrolled up.
class LogView : public QWidget {
    Q_OBJECT
  public:
    explicit LogView(const Theme& theme, QWidget* parent = nullptr);

    void append(const QDateTime& when, LogLevel level, const QString& text);
    void clear();
    int lines() const;       ///< kept
    int shownLines() const;  ///< that pass level and filter
    void setLevel(LogLevel least);
    void setFilter(const QString& text);
    /// The chosen lines, or all shown where none is: "2026-11-21 09:14:03  warning  ...".
    QString text() const;

  public Q_SLOTS:
    void copy();

  private:
    void build();
    void measure();
    void showCount();

    const Theme& theme_;
    LogModel* model_;
    LogFilter* shown_;
    QTableView* view_;
    QLineEdit* filter_;
    Segmented* levels_;
    QLabel* count_;
    QPushButton* copy_;
};

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

#include "widgets/theme.h"

class QTableView;

namespace shearbench::widgets {

/// What tuning found out of layers of one shape.
struct TuneRow {
    QString name;                  ///< "conv3, conv4 (32 × 64 × 64 to 32)"
    double before = 0, after = 0;  ///< seconds of a step
    int tried = 0;
    int refused = 0;  ///< of those: failed or computed something else
};

class TuneModel;

/// A line a shape of layers: its time before and the best found, how much faster that is (with a
/// bar behind the number, which a factor of 4 fills), how many ways were tried. Their sum comes
/// last.
class TuneTable : public QWidget {
    Q_OBJECT
  public:
    explicit TuneTable(const Theme& theme, QWidget* parent = nullptr);

    void setRows(const std::vector<TuneRow>& rows);

  private:
    void measure();

    const Theme& theme_;
    TuneModel* model_;
    QTableView* view_;
};

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

#include "widgets/speed_chart.h"
#include "widgets/theme.h"

namespace shearbench::widgets {

/// One number that sums something up: "Best validation loss", "−2.60", "epoch 55, kept". A value
/// not known yet is an empty text and shows as a dash.
struct KeyNumber {
    QString label, value, note;
    QString toolTip = {};
};

/// A block of key numbers, two a row (one where it is narrow, all where it is low and wide), the
/// last with a curve of the speed beneath it when there is one.
class KeyNumbers : public QWidget {
    Q_OBJECT
  public:
    explicit KeyNumbers(const Theme& theme, QWidget* parent = nullptr);

    void setNumbers(const std::vector<KeyNumber>& numbers);
    /// Without points the curve is hidden.
    void setSpeed(const SpeedCurve& curve);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    class Cell;
    void arrange();
    int columns() const;
    int cellHeight() const;

    const Theme& theme_;
    std::vector<Cell*> cells_;
    SpeedChart* speed_;
};

}  // namespace shearbench::widgets

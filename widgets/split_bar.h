// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <array>

#include "widgets/theme.h"

namespace shearbench::widgets {

/// How many cutouts train, validate and test: a bar in three parts over their numbers.
class SplitBar : public QWidget {
    Q_OBJECT
  public:
    explicit SplitBar(const Theme& theme, QWidget* parent = nullptr);

    void setCounts(qint64 training, qint64 validation, qint64 test);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QStringList words(QString (*count)(qint64)) const;

    const Theme& theme_;
    std::array<qint64, 3> counts_{};
};

/// The colours of training, validation and test, wherever membership is shown.
QColor splitColour(const Theme& theme, int part);

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

#include "widgets/theme.h"

namespace shearbench::widgets {

/// The names of a file's bands, each over a bar in its colour (Rubin's for u g r i z y, grey for
/// others). Many bands wrap to more lines; the tooltip lists them all.
class BandStrip : public QWidget {
    Q_OBJECT
  public:
    explicit BandStrip(const Theme& theme, QWidget* parent = nullptr);

    void setBands(const QStringList& bands);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    int cellWidth() const;
    int columns(int width) const;

    const Theme& theme_;
    QStringList bands_;
};

/// Colour of the band of that name ("r", "lsst-r") among `all`; borderStrong for names that are not
/// u g r i z y. Y counts as y, unless there is a y as well.
QColor bandColour(const Theme& theme, const QString& name, const QStringList& all);

}  // namespace shearbench::widgets

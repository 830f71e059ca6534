// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QByteArray>
#include <QImage>
#include <QSize>
#include <QString>
#include <QStringList>
#include <optional>

#include "widgets/figure.h"

// Figures and their numbers as files. The figure is laid out anew at its physical size, in light
// colours unless asked otherwise, so that type has the size stated whatever the window looked like.
// Every file is written whole or not at all: beside its name first, then renamed.

namespace shearbench::widgets {

struct FigureOptions {
    double widthMm = 180, heightMm = 110;
    double dpi = 300;      ///< of PNG, 30 to 2400; SVG and PDF are vectors
    double captionPt = 7;  ///< size of the smallest text, 4 to 24 pt; everything else grows with it
    bool dark = false;
    bool csv = true;  ///< writes the numbers beside it, under the same name with .csv
};

/// By the ending of `path`: .svg, .pdf or .png (text stays text in the first two). Returns the
/// paths written. Throws Error when the ending is another one, the size is not in 20..1000 mm, a
/// PNG would exceed 20,000 pixels a side, or a file cannot be written.
QStringList saveFigure(Figure& figure, const QString& path, const FigureOptions& options = {});

/// A figure painted, but not written yet.
struct PaintedFigure {
    QString path;
    QByteArray document;  ///< of SVG and PDF
    QImage picture;       ///< of PNG, not packed yet, which takes longer than painting
    std::optional<QByteArray> numbers;
};

/// saveFigure() as two halves: the first in the thread of the QApplication, the other in any.
PaintedFigure paintFigure(Figure& figure, const QString& path, const FigureOptions& options);
QStringList writeFigure(const PaintedFigure& painted);

/// The table as CSV: a header, then a row a line; numbers in full precision with a point, texts
/// quoted where needed; empty cells stay empty. Throws Error when the file cannot be written.
void saveTable(const QAbstractItemModel& table, const QString& path);

/// The same as text with any separator.
QString tableText(const QAbstractItemModel& table, QChar separator);

/// PNG at twice the size, SVG and tab-separated numbers, as one clipboard entry. `size` in px.
void copyFigureToClipboard(Figure& figure, const QSize& size);

}  // namespace shearbench::widgets

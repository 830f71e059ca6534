// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSizeF>
#include <QString>

class QAbstractItemModel;
class QPainter;

namespace shearbench::widgets {

class Theme;

/// What a pane can show as a table, copy and save (widgets/figure_export.h). A widget that draws
/// data inherits it beside QWidget.
///
/// Table models give every cell's text for Qt::DisplayRole and, where it is a number, the number
/// itself for kRawValueRole; files hold the latter.
class Figure {
  public:
    static constexpr int kRawValueRole = 0x0100;  // Qt::UserRole

    virtual ~Figure() = default;

    /// What it shows, in a few words: the title of the saved document and the picture's
    /// description.
    virtual QString figureTitle() const = 0;

    /// Everything that is drawn, as rows; owned by the figure, follows its changes. Never null.
    virtual QAbstractItemModel* figureTable() = 0;

    /// Draws into (0, 0, size) with the colours, fonts and sizes of `theme`, which is of
    /// Theme::Medium::figure: as the screen shows it, without what belongs to the mouse or
    /// keyboard. Text is drawn as text. The background is already there.
    virtual void paintFigure(QPainter& painter, const QSizeF& size, const Theme& theme) const = 0;
};

}  // namespace shearbench::widgets

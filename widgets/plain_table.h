// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>

#include "widgets/theme.h"

class QAbstractItemModel;
class QModelIndex;
class QPainter;
class QStyleOptionViewItem;
class QTableView;
class QWidget;

// Tables of numbers in the window's own hand: no frame, no grid, small quiet heads.

namespace shearbench::widgets {

/// Room between a number and the end of its column, in px at 96 dpi.
constexpr int kPlainPadding = 4;

/// A table of `model`, of which one row can be selected. The columns `stretching` share the room
/// that the others, resized by the caller, leave; `name` is for screen readers.
QTableView* makePlainTable(const Theme& theme, QAbstractItemModel* model, const QString& name,
                           std::initializer_list<int> stretching, QWidget* parent);

/// Heights of rows and head in px at 96 dpi; to be called at every change of the theme.
void measurePlainTable(const Theme& theme, QTableView& view, int rowHeight, int headHeight);

/// For delegates: what is behind a cell, selected or under the mouse.
void paintPlainBackground(QPainter& painter, const Theme& theme,
                          const QStyleOptionViewItem& option);
/// The cell's words in its model's alignment and colour, in type of that weight (-1: usual), cut
/// with an ellipsis.
void paintPlainText(QPainter& painter, const Theme& theme, const QStyleOptionViewItem& option,
                    const QModelIndex& index, int weight = -1);
/// A pale bar from the right of a cell of numbers, as long as `part` of it.
void paintPlainPart(QPainter& painter, const Theme& theme, const QStyleOptionViewItem& option,
                    double part);

}  // namespace shearbench::widgets

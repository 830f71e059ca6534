// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plain_table.h"

#include <QHeaderView>
#include <QPainter>
#include <QStyleOptionViewItem>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/plain_header.h"

namespace shearbench::widgets {

QTableView* makePlainTable(const Theme& theme, QAbstractItemModel* model, const QString& name,
                           std::initializer_list<int> stretching, QWidget* parent) {
    auto* view = new QTableView(parent);
    view->setModel(model);
    view->setAccessibleName(name);
    view->setHorizontalHeader(new PlainHeader(theme, kPlainPadding, view));
    view->verticalHeader()->hide();
    for (int column = 0; column < model->columnCount(); ++column) {
        const bool stretches = std::count(stretching.begin(), stretching.end(), column) > 0;
        view->horizontalHeader()->setSectionResizeMode(
            column, stretches ? QHeaderView::Stretch : QHeaderView::Fixed);
    }
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setTabKeyNavigation(false);
    view->setShowGrid(false);
    view->setFrameShape(QFrame::NoFrame);
    view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setMouseTracking(true);
    return view;
}

void measurePlainTable(const Theme& theme, QTableView& view, int rowHeight, int headHeight) {
    view.verticalHeader()->setMinimumSectionSize(1);
    view.verticalHeader()->setDefaultSectionSize(theme.px(rowHeight));
    view.horizontalHeader()->setFixedHeight(theme.px(headHeight));
}

void paintPlainBackground(QPainter& painter, const Theme& theme,
                          const QStyleOptionViewItem& option) {
    if ((option.state & QStyle::State_Selected) != 0) {
        painter.fillRect(option.rect, theme.colour(Colour::accentSoft));
    } else if ((option.state & QStyle::State_MouseOver) != 0) {
        painter.fillRect(option.rect, theme.colour(Colour::raised));
    }
}

void paintPlainText(QPainter& painter, const Theme& theme, const QStyleOptionViewItem& option,
                    const QModelIndex& index, int weight) {
    const QRectF area = QRectF(option.rect).adjusted(0, 0, -theme.scaled(kPlainPadding), 0);
    painter.setFont(theme.font(TextSize::body, weight));
    painter.setPen(index.data(Qt::ForegroundRole).value<QColor>());
    painter.drawText(area, index.data(Qt::TextAlignmentRole).toInt(),
                     painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight,
                                                      int(area.width())));
}

void paintPlainPart(QPainter& painter, const Theme& theme, const QStyleOptionViewItem& option,
                    double part) {
    const QRectF area = option.rect;
    const double length = part * (area.width() - theme.scaled(10));
    painter.fillRect(QRectF(area.right() - length, area.top() + 3, length, area.height() - 6),
                     theme.colour(Colour::accent, theme.isDark() ? 0.28 : 0.15));
}

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cutout_grid.h"

#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>
#include <algorithm>
#include <cmath>

#include "widgets/split_bar.h"

namespace shearbench::widgets {

namespace {
constexpr int kGap = 5, kCaption = 17, kMark = 5;
}

CutoutGrid::CutoutGrid(const Theme& theme, QWidget* parent)
    : QAbstractItemView(parent), theme_(theme) {
    setAccessibleName(tr("Cutouts"));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    viewport()->setAutoFillBackground(false);
    wantTimer_.setSingleShot(true);
    wantTimer_.setInterval(0);
    connect(&wantTimer_, &QTimer::timeout, this, &CutoutGrid::want);
    connect(&theme, &Theme::changed, this, &CutoutGrid::doItemsLayout);
}

void CutoutGrid::setModel(QAbstractItemModel* model) {
    model_ = qobject_cast<CutoutModel*>(model);
    QAbstractItemView::setModel(model);
    if (model_ != nullptr) {
        connect(model_, &QAbstractItemModel::modelReset, this, [this] {
            wanted_.clear();
            topPlace_ = 0;
            verticalScrollBar()->setValue(0);
            updateGeometries();
        });
        connect(model_, &CutoutModel::dataChanged, this,
                [this](const QModelIndex& first, const QModelIndex& last) {
                    if (first == last) {
                        wanted_.remove(model_->row(first.row()));
                    }
                });
    }
}

void CutoutGrid::setThumbnailSize(int px) {
    thumbnail_ = std::clamp(px, 32, 256);
    doItemsLayout();
}

void CutoutGrid::setEmptyText(const QString& text) {
    emptyText_ = text;
    viewport()->update();
}

CutoutGrid::Cells CutoutGrid::cells() const {
    return cellsIn(viewport()->width());
}

CutoutGrid::Cells CutoutGrid::cellsIn(int available) const {
    Cells cells;
    const int gap = theme_.px(kGap);
    const int width = std::max(1, available);
    cells.columns = std::max(1, width / (theme_.px(thumbnail_) + gap));
    cells.width = width / cells.columns;
    cells.picture = std::max(1, cells.width - gap);
    cells.height = cells.picture + theme_.px(kCaption) + gap;
    return cells;
}

int CutoutGrid::pictureSize(const Cells& cells) const {
    return std::max(1, int(std::lround(cells.picture * devicePixelRatioF())));
}

QRect CutoutGrid::visualRect(const QModelIndex& index) const {
    if (!index.isValid()) {
        return {};
    }
    const Cells c = cells();
    return {index.row() % c.columns * c.width,
            index.row() / c.columns * c.height - verticalOffset(), c.picture,
            c.picture + theme_.px(kCaption)};
}

QModelIndex CutoutGrid::indexAt(const QPoint& point) const {
    const Cells c = cells();
    if (model_ == nullptr || point.x() < 0 || point.x() >= c.columns * c.width || point.y() < 0) {
        return {};
    }
    const int place = (point.y() + verticalOffset()) / c.height * c.columns + point.x() / c.width;
    const QModelIndex index = model_->index(place);
    return visualRect(index).contains(point) ? index : QModelIndex();
}

void CutoutGrid::scrollTo(const QModelIndex& index, ScrollHint hint) {
    if (!index.isValid()) {
        return;
    }
    const Cells c = cells();
    const int top = index.row() / c.columns * c.height, page = viewport()->height();
    int value = verticalOffset();
    if (hint == PositionAtTop) {
        value = top;
    } else if (hint == PositionAtCenter) {
        value = top - (page - c.height) / 2;
    } else if (top < value) {
        value = top;
    } else if (top + c.height > value + page) {
        value = std::min(top, top + c.height - page);
    }
    verticalScrollBar()->setValue(value);
}

QSize CutoutGrid::minimumSizeHint() const {
    return {theme_.px(2 * thumbnail_), theme_.px(thumbnail_ + kCaption)};
}

int CutoutGrid::verticalOffset() const {
    return verticalScrollBar()->value();
}

std::pair<int, int> CutoutGrid::visiblePlaces() const {
    const int count = model_ != nullptr ? model_->rowCount() : 0;
    const Cells c = cells();
    const int first = verticalOffset() / c.height * c.columns;
    const int lines = (verticalOffset() + viewport()->height() - 1) / c.height + 1;
    return {std::min(first, count), int(std::min<qint64>(qint64(lines) * c.columns, count))};
}

void CutoutGrid::updateGeometries() {
    const qint64 count = model_ != nullptr ? model_->rowCount() : 0;
    const auto heightOf = [count](const Cells& c) {
        return (count + c.columns - 1) / c.columns * c.height;
    };
    // A bar changes the width and with it the height: it is there where all would not fit without.
    setVerticalScrollBarPolicy(heightOf(cellsIn(width())) > height() ? Qt::ScrollBarAlwaysOn
                                                                     : Qt::ScrollBarAlwaysOff);
    const Cells c = cells();
    const qint64 total = heightOf(c);
    const int page = viewport()->height();
    const qint64 most = std::min<qint64>(total - page, std::numeric_limits<int>::max() / 2);
    verticalScrollBar()->setRange(0, int(std::max<qint64>(0, most)));
    verticalScrollBar()->setPageStep(page);
    verticalScrollBar()->setSingleStep(std::max(1, c.height / 2));
    QAbstractItemView::updateGeometries();
    viewport()->update();
}

void CutoutGrid::resizeEvent(QResizeEvent* event) {
    const int top = topPlace_;
    const bool chosenSeen = chosenSeen_;
    QAbstractItemView::resizeEvent(event);
    updateGeometries();
    const Cells c = cells();
    verticalScrollBar()->setValue(top / c.columns * c.height);
    topPlace_ = top;
    if (chosenSeen) {
        scrollTo(currentIndex());
    }
}

void CutoutGrid::verticalScrollbarValueChanged(int value) {
    QAbstractItemView::verticalScrollbarValueChanged(value);
    topPlace_ = visiblePlaces().first;
    viewport()->update();
}

QModelIndex CutoutGrid::moveCursor(CursorAction action, Qt::KeyboardModifiers) {
    if (model_ == nullptr || model_->rowCount() == 0) {
        return {};
    }
    const Cells c = cells();
    const int last = model_->rowCount() - 1;
    const int page = std::max(1, viewport()->height() / c.height) * c.columns;
    if (!currentIndex().isValid()) {
        return model_->index(std::min(visiblePlaces().first, last));
    }
    const int now = currentIndex().row();
    int place = now;
    switch (action) {
        case MoveLeft:
        case MovePrevious:
            place = now - 1;
            break;
        case MoveRight:
        case MoveNext:
            place = now + 1;
            break;
        case MoveUp:
            place = now >= c.columns ? now - c.columns : now;
            break;
        case MoveDown:
            place = now + c.columns <= last ? now + c.columns : now;
            break;
        case MovePageUp:
            place = now >= page ? now - page : now % c.columns;
            break;
        case MovePageDown:
            place = now + page;
            break;
        case MoveHome:
            place = 0;
            break;
        case MoveEnd:
            place = last;
            break;
    }
    return model_->index(std::clamp(place, 0, last));
}

void CutoutGrid::setSelection(const QRect& area, QItemSelectionModel::SelectionFlags flags) {
    const QModelIndex index = indexAt(area.topLeft());
    selectionModel()->select(QItemSelection(index, index), flags);
}

QRegion CutoutGrid::visualRegionForSelection(const QItemSelection& selection) const {
    QRegion region;
    for (const QModelIndex& index : selection.indexes()) {
        region += visualRect(index);
    }
    return region;
}

void CutoutGrid::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    const auto [first, last] = visiblePlaces();
    if (first == last) {
        painter.setFont(theme_.font(TextSize::body));
        painter.setPen(theme_.colour(Colour::text3));
        painter.drawText(viewport()->rect(), Qt::AlignCenter | Qt::TextWordWrap, emptyText_);
        return;
    }
    const Cells c = cells();
    for (int place = first; place < last; ++place) {
        paintCell(painter, place, visualRect(model_->index(place)), c);
    }
    chosenSeen_ =
        currentIndex().isValid() && currentIndex().row() >= first && currentIndex().row() < last;
    wantTimer_.start();
}

void CutoutGrid::paintCell(QPainter& painter, int place, const QRect& area, const Cells& c) const {
    const QModelIndex index = model_->index(place);
    const QRectF picture(area.left(), area.top(), c.picture, c.picture);
    const QImage image = model_->thumbnail(place, pictureSize(c));
    if (image.isNull()) {
        painter.fillRect(picture, theme_.colour(Colour::raised));
    } else {
        painter.drawImage(picture, image);
    }
    const bool chosen = index == currentIndex();
    if (chosen) {
        const double frame = theme_.scaled(2.5);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme_.colour(Colour::surface), 2 * frame, Qt::SolidLine, Qt::FlatCap,
                            Qt::MiterJoin));
        painter.drawRect(picture.adjusted(frame, frame, -frame, -frame));
        painter.setPen(
            QPen(theme_.colour(Colour::accent), frame, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
        painter.drawRect(picture.adjusted(frame / 2, frame / 2, -frame / 2, -frame / 2));
    }
    const QRectF caption(area.left(), picture.bottom(), c.picture, theme_.px(kCaption));
    painter.setFont(theme_.font(TextSize::caption, chosen ? QFont::DemiBold : QFont::Normal));
    painter.setPen(theme_.colour(chosen ? Colour::accent : Colour::text3));
    QRectF id;
    painter.drawText(caption, Qt::AlignLeft | Qt::AlignVCenter,
                     index.data(Qt::DisplayRole).toString(), &id);
    const QVariant snr = index.data(CutoutModel::SnrRole);
    if (snr.isValid() && std::isfinite(snr.toDouble())) {
        painter.setFont(theme_.font(TextSize::caption));
        painter.setPen(theme_.colour(Colour::text2));
        painter.drawText(caption, Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(snr.toDouble(), 'f', 0));
    }
    const QVariant part = index.data(CutoutModel::SplitRole);
    if (part.isValid()) {
        const double mark = theme_.scaled(kMark);
        painter.fillRect(QRectF(id.right() + mark, caption.center().y() - mark / 2, mark, mark),
                         splitColour(theme_, part.toInt()));
    }
}

void CutoutGrid::want() {
    if (model_ == nullptr || !isVisible()) {
        return;
    }
    const auto [first, last] = visiblePlaces();
    const int size = pictureSize(cells()), page = last - first;
    QVector<qint64> rows;
    const auto add = [&](int from, int to) {
        for (int place = std::max(0, from); place < std::min(to, model_->rowCount()); ++place) {
            if (!model_->hasThumbnail(model_->row(place), size)) {
                rows.push_back(model_->row(place));
            }
        }
    };
    add(first, last);
    add(last, last + page);
    add(first - page, first);
    if (std::all_of(rows.begin(), rows.end(), [&](qint64 row) { return wanted_.contains(row); })) {
        return;
    }
    wanted_ = QSet<qint64>(rows.begin(), rows.end());
    Q_EMIT pixelsWanted(rows);
}

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/galaxy_grid.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <algorithm>

#include "widgets/number_text.h"

namespace shearbench::widgets {

namespace {

constexpr int kLeastPicture = 30;

}  // namespace

GalaxyGrid::GalaxyGrid(const Theme& theme, QWidget* parent)
    : QAbstractScrollArea(parent), theme_(theme) {
    setAccessibleName(tr("Galaxies"));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    connect(&theme, &Theme::changed, this, &GalaxyGrid::arrange);
}

GalaxyGrid::~GalaxyGrid() = default;

void GalaxyGrid::setScene(GalaxyScene scene) {
    const bool sameLook =
        scene.display == scene_.display && scene.groups.size() == scene_.groups.size();
    std::vector<std::vector<QImage>> kept(scene.groups.size());
    for (std::size_t g = 0; g < scene.groups.size(); ++g) {
        kept[g].resize(scene.groups[g].pixels.size());
        // Galaxies that are still the same keep their pictures.
        for (std::size_t i = 0; sameLook && g < pictures_.size() && i < kept[g].size(); ++i) {
            if (i < pictures_[g].size() && i < scene_.groups[g].pixels.size() &&
                scene_.groups[g].pixels[i] == scene.groups[g].pixels[i]) {
                kept[g][i] = pictures_[g][i];
            }
        }
    }
    pictures_ = std::move(kept);
    scene_ = std::move(scene);
    if (!exists(current_)) {
        current_ = {};
    }
    describe();
    arrange();
}

bool GalaxyGrid::exists(const GalaxyPlace& place) const {
    return place.group >= 0 && place.group < int(scene_.groups.size()) && place.index >= 0 &&
           place.index < int(scene_.groups[std::size_t(place.group)].pixels.size());
}

void GalaxyGrid::setCurrent(const GalaxyPlace& place) {
    if (place == current_ || (place.isValid() && !exists(place))) {
        return;
    }
    current_ = place;
    if (place.isValid()) {
        const QRect area = rectOf(place);
        QScrollBar* bar = verticalScrollBar();
        if (area.top() < 0) {
            bar->setValue(bar->value() + area.top() - theme_.px(4));
        } else if (area.bottom() > viewport()->height()) {
            bar->setValue(bar->value() + area.bottom() - viewport()->height() + theme_.px(4));
        }
    }
    describe();
    viewport()->update();
    Q_EMIT currentChanged();
}

void GalaxyGrid::describe() {
    QStringList words;
    if (current_.isValid()) {
        words << scene_.groups[std::size_t(current_.group)].name(std::size_t(current_.index));
    }
    for (const GalaxyGroup& group : scene_.groups) {
        words << QStringLiteral("%1: %2. %3")
                     .arg(group.title, countText(qint64(group.pixels.size())), group.remark);
    }
    setAccessibleDescription(words.join(QLatin1Char(' ')));
}

void GalaxyGrid::arrange() {
    areas_ =
        arrangeGalaxies(QSizeF(viewport()->size()), scene_, theme_.scaled(kLeastPicture), theme_);
    double bottom = 0;
    for (const GroupArea& area : areas_) {
        bottom = std::max(bottom, area.bottom());
    }
    QScrollBar* bar = verticalScrollBar();
    bar->setRange(0, std::max(0, int(bottom) - viewport()->height()));
    bar->setPageStep(viewport()->height());
    bar->setSingleStep(areas_.empty() ? 1 : std::max(1, int(areas_.front().pitch / 2)));
    viewport()->update();
}

void GalaxyGrid::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    arrange();
}

QRect GalaxyGrid::rectOf(const GalaxyPlace& place) const {
    if (!exists(place) || std::size_t(place.group) >= areas_.size()) {
        return {};
    }
    return areas_[std::size_t(place.group)]
        .picture(place.index)
        .translated(0, -verticalScrollBar()->value())
        .toAlignedRect();
}

GalaxyPlace GalaxyGrid::placeAt(const QPoint& position) const {
    const QPointF at(position.x(), position.y() + verticalScrollBar()->value());
    for (std::size_t g = 0; g < areas_.size(); ++g) {
        const QPointF inside = at - areas_[g].origin;
        const int column = int(inside.x() / areas_[g].pitch),
                  row = int(inside.y() / areas_[g].pitch);
        const GalaxyPlace place{int(g), row * areas_[g].columns + column};
        if (inside.x() >= 0 && inside.y() >= 0 && column < areas_[g].columns && exists(place) &&
            areas_[g].picture(place.index).contains(at)) {
            return place;
        }
    }
    return {};
}

QImage GalaxyGrid::picture(const GalaxyPlace& place, int size) {
    if (size != pictureSize_) {
        pictureSize_ = size;
        for (std::vector<QImage>& group : pictures_) {
            std::fill(group.begin(), group.end(), QImage());
        }
    }
    QImage& kept = pictures_[std::size_t(place.group)][std::size_t(place.index)];
    const CutoutPixels& pixels =
        scene_.groups[std::size_t(place.group)].pixels[std::size_t(place.index)];
    if (kept.isNull() && pixels) {
        kept = cutoutImage(scene_.format, *pixels, scene_.display, size);
    }
    return kept;
}

void GalaxyGrid::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    const int offset = verticalScrollBar()->value();
    painter.translate(0, -offset);
    paintGalaxies(
        painter, areas_, scene_, QRectF(viewport()->rect()).translated(0, offset),
        devicePixelRatioF(),
        [this](const GalaxyPlace& place, int size) { return picture(place, size); }, theme_);
    if (!exists(current_) || !hasFocus() || !byKeyboard_) {
        return;
    }
    const double frame = theme_.scaled(2.5);
    const auto mark = [&](const GalaxyPlace& place) {
        const QRectF area = areas_[std::size_t(place.group)].picture(place.index);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(
            QPen(theme_.colour(Colour::accent), frame, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
        painter.drawRect(area.adjusted(frame / 2, frame / 2, -frame / 2, -frame / 2));
    };
    mark(current_);
    const GalaxyPlace partner{1 - current_.group, current_.index};
    if (scene_.paired && exists(partner)) {
        mark(partner);
    }
}

void GalaxyGrid::mouseReleaseEvent(QMouseEvent* event) {
    const GalaxyPlace place = placeAt(event->pos());
    if (event->button() == Qt::LeftButton && place.isValid()) {
        setCurrent(place);
        Q_EMIT opened(place);
    }
}

void GalaxyGrid::mouseMoveEvent(QMouseEvent* event) {
    viewport()->setCursor(placeAt(event->pos()).isValid() ? Qt::PointingHandCursor
                                                          : Qt::ArrowCursor);
}

GalaxyPlace GalaxyGrid::moved(int key) const {
    const GroupArea& area = areas_[std::size_t(current_.group)];
    GalaxyPlace to = current_;
    const int column = current_.index % area.columns;
    switch (key) {
        case Qt::Key_Left:
            if (column == 0 && current_.group > 0) {
                return {current_.group - 1, current_.index + area.columns - 1};
            }
            to.index -= 1;
            break;
        case Qt::Key_Right:
            if (column == area.columns - 1 && current_.group + 1 < int(areas_.size())) {
                return {current_.group + 1, current_.index - column};
            }
            to.index += 1;
            break;
        case Qt::Key_Up:
            to.index -= area.columns;
            break;
        case Qt::Key_Down:
            to.index += area.columns;
            break;
        case Qt::Key_Home:
            to.index = 0;
            break;
        case Qt::Key_End:
            to.index = area.count - 1;
            break;
        default:
            break;
    }
    return to;
}

void GalaxyGrid::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Left:
        case Qt::Key_Right:
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_Home:
        case Qt::Key_End: {
            byKeyboard_ = true;
            const GalaxyPlace to = current_.isValid()
                                       ? moved(event->key())
                                       : GalaxyPlace{std::max(0, int(scene_.groups.size()) - 1), 0};
            setCurrent(exists(to) ? to : current_);
            viewport()->update();
            return;
        }
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space:
            if (exists(current_)) {
                Q_EMIT opened(current_);
                return;
            }
            break;
        default:
            break;
    }
    event->ignore();
}

void GalaxyGrid::focusInEvent(QFocusEvent* event) {
    byKeyboard_ = event->reason() != Qt::MouseFocusReason;
    if (byKeyboard_ && !current_.isValid()) {
        setCurrent({std::max(0, int(scene_.groups.size()) - 1), 0});
    }
    viewport()->update();
}

void GalaxyGrid::focusOutEvent(QFocusEvent*) {
    viewport()->update();
}

bool GalaxyGrid::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const GalaxyPlace place = placeAt(help->pos());
        if (place.isValid()) {
            QToolTip::showText(help->globalPos(), scene_.groups[std::size_t(place.group)].name(
                                                      std::size_t(place.index)));
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

QSize GalaxyGrid::sizeHint() const {
    return {theme_.px(540), theme_.px(260)};
}

QSize GalaxyGrid::minimumSizeHint() const {
    return {theme_.px(180), theme_.px(90)};
}

}  // namespace shearbench::widgets

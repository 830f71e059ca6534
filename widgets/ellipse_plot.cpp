// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ellipse_plot.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace shearbench::widgets {

EllipsePlot::EllipsePlot(const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme), scene_(std::make_shared<PosteriorScene>()) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Posterior ellipses"));
    connect(&theme, &Theme::changed, this, [this] {
        corners_.clear();
        updateGeometry();
        update();
    });
}

void EllipsePlot::setScene(std::shared_ptr<const PosteriorScene> scene) {
    scene_ = std::move(scene);
    const double needed = rangeOf(*scene_);
    if (needed > half_ || needed < 0.72 * half_) {
        half_ = needed;
    }
    if (scene_->indexOf(hovered_) < 0) {
        hovered_ = -1;
    }
    describeSelection();
    update();
}

void EllipsePlot::setSelected(qint64 row) {
    if (row != selected_) {
        selected_ = row;
        describeSelection();
        update();
    }
}

void EllipsePlot::describeSelection() {
    QStringList words;
    const int index = scene_->indexOf(selected_);
    if (index >= 0) {
        words << galaxyLetter(index) + QStringLiteral(", ") +
                     describe(scene_->galaxies[std::size_t(index)]);
    }
    words << tr("%n galaxies.", nullptr, int(scene_->galaxies.size())) << legendLines(*scene_);
    setAccessibleDescription(words.join(QLatin1Char(' ')));
}

EllipsePlane EllipsePlot::plane() const {
    EllipsePlane plane;
    plane.area = ellipsePlotArea(rect(), theme_);
    plane.half = zoom_ ? zoom_->half : half_;
    plane.e1 = zoom_ ? zoom_->e1 : 0;
    plane.e2 = zoom_ ? zoom_->e2 : 0;
    return plane;
}

void EllipsePlot::resetView() {
    zoom_.reset();
    update();
}

QSize EllipsePlot::sizeHint() const {
    return {theme_.px(300), theme_.px(300)};
}

QSize EllipsePlot::minimumSizeHint() const {
    return {theme_.px(120), theme_.px(120)};
}

void EllipsePlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintEllipsePlot(painter, rect(), plane(), *scene_,
                     {selected_, hovered_, hasFocus() && byKeyboard_, &corners_}, theme_);
}

int EllipsePlot::galaxyAt(const QPointF& position) const {
    const EllipsePlane view = plane();
    if (!view.area.contains(position)) {
        return -1;
    }
    const QPointF value = view.toValue(position);
    int best = -1;
    double bestSize = 1e300;
    for (std::size_t i = 0; i < scene_->galaxies.size(); ++i) {
        const GalaxyPosterior& galaxy = scene_->galaxies[i];
        const auto near = [&](double e1, double e2) {
            const QPointF d = view.toPixel(e1, e2) - position;
            return std::hypot(d.x(), d.y()) <= theme_.scaled(9);
        };
        bool hit = near(galaxy.truth[0], galaxy.truth[1]);
        double size = 0;
        if (galaxy.posterior && canBeDrawn(*galaxy.posterior)) {
            const auto& q = *galaxy.posterior;
            const auto block = shapeBlock(q.total);
            const double d2 =
                analysis::mahalanobisSquared(block, value.x() - q.mean[0], value.y() - q.mean[1]);
            hit = hit || d2 <= 9 || near(q.mean[0], q.mean[1]);
            size = std::sqrt(std::max(0.0, block.xx * block.yy));
        }
        if (hit && size < bestSize) {
            bestSize = size;
            best = int(i);
        }
    }
    return best;
}

void EllipsePlot::choose(int index) {
    if (index >= 0 && index < int(scene_->galaxies.size())) {
        const qint64 row = scene_->galaxies[std::size_t(index)].row;
        setSelected(row);
        Q_EMIT selected(row);
    }
}

void EllipsePlot::zoomBy(double factor, const QPointF& about) {
    const EllipsePlane view = plane();
    const double half = std::clamp(view.half * factor, 0.002, 50.0);
    const QPointF fixed = view.toValue(about);
    const double kept = half / view.half;
    zoom_ = Zoom{fixed.x() + (view.e1 - fixed.x()) * kept, fixed.y() + (view.e2 - fixed.y()) * kept,
                 half};
    update();
}

void EllipsePlot::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        pressed_ = event->localPos();
        pressedPlane_ = plane();
        dragged_ = false;
    }
}

void EllipsePlot::mouseMoveEvent(QMouseEvent* event) {
    if (pressed_) {
        const QPointF moved = event->localPos() - *pressed_;
        if (!dragged_ && moved.manhattanLength() < QApplication::startDragDistance()) {
            return;
        }
        dragged_ = true;
        const double unit = pressedPlane_.pixels();
        zoom_ = Zoom{pressedPlane_.e1 - moved.x() / unit, pressedPlane_.e2 + moved.y() / unit,
                     pressedPlane_.half};
        update();
        return;
    }
    const int index = galaxyAt(event->localPos());
    const qint64 row = index < 0 ? -1 : scene_->galaxies[std::size_t(index)].row;
    if (row != hovered_) {
        hovered_ = row;
        setCursor(index < 0 ? Qt::ArrowCursor : Qt::PointingHandCursor);
        update();
    }
}

void EllipsePlot::mouseReleaseEvent(QMouseEvent* event) {
    if (pressed_ && !dragged_ && event->button() == Qt::LeftButton) {
        choose(galaxyAt(event->localPos()));
    }
    pressed_.reset();
}

void EllipsePlot::mouseDoubleClickEvent(QMouseEvent*) {
    resetView();
}

void EllipsePlot::leaveEvent(QEvent*) {
    if (hovered_ != -1) {
        hovered_ = -1;
        update();
    }
}

void EllipsePlot::wheelEvent(QWheelEvent* event) {
    if (plane().area.contains(event->position())) {
        zoomBy(std::pow(0.998, event->angleDelta().y()), event->position());
        event->accept();
    } else {
        event->ignore();
    }
}

void EllipsePlot::keyPressEvent(QKeyEvent* event) {
    const int count = int(scene_->galaxies.size()), now = scene_->indexOf(selected_);
    const QPointF centre = plane().area.center();
    switch (event->key()) {
        case Qt::Key_Right:
        case Qt::Key_Down:
            choose(now < 0 ? 0 : std::min(now + 1, count - 1));
            return;
        case Qt::Key_Left:
        case Qt::Key_Up:
            choose(now < 0 ? count - 1 : std::max(now - 1, 0));
            return;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            zoomBy(0.8, centre);
            return;
        case Qt::Key_Minus:
            zoomBy(1.25, centre);
            return;
        case Qt::Key_Home:
            resetView();
            return;
        default:
            QWidget::keyPressEvent(event);
    }
}

void EllipsePlot::focusInEvent(QFocusEvent* event) {
    byKeyboard_ = event->reason() != Qt::MouseFocusReason;
    update();
}

void EllipsePlot::focusOutEvent(QFocusEvent*) {
    update();
}

bool EllipsePlot::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) {
        return QWidget::event(event);
    }
    auto* help = static_cast<QHelpEvent*>(event);
    const int index = galaxyAt(help->pos());
    if (index >= 0) {
        QToolTip::showText(help->globalPos(), galaxyLetter(index) + QStringLiteral(", ") +
                                                  describe(scene_->galaxies[std::size_t(index)]));
    } else {
        QToolTip::hideText();
    }
    return true;
}

}  // namespace shearbench::widgets

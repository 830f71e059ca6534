// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/line_chart.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "widgets/chart_table.h"
#include "widgets/chart_view.h"
#include "widgets/number_text.h"
#include "widgets/style.h"

namespace shearbench::widgets {
namespace {

constexpr double kClickReach = 10;  // px

}  // namespace

/// The view and what the mouse is doing to it.
class LineChart::View : public ChartView {
  public:
    View(const Theme& theme, LineChart* parent) : ChartView(theme, parent) {}
    std::optional<QPointF> grabbed;                ///< where dragging started
    std::pair<double, double> grabbedX, grabbedY;  ///< ranges along the axes then
    ChartTable* table = nullptr;
};

LineChart::LineChart(const Theme& theme, QWidget* parent)
    : QWidget(parent), view_(new View(theme, this)), reset_(new QPushButton(tr("Show all"), this)) {
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    view_->viewport()->setObjectName(QStringLiteral("chartViewport"));
    view_->viewport()->installEventFilter(this);
    installEventFilter(this);
    setRole(reset_, Role::link);
    reset_->setToolTip(tr("Show all points (double-click on the chart, or Home)"));
    connect(reset_, &QPushButton::clicked, this, &LineChart::resetView);
    connect(this, &LineChart::viewChanged, this, &LineChart::placeReset);
    connect(&theme, &Theme::changed, this, [this] {
        view_->restyle();
        updateGeometry();
        placeReset();
    });
    placeReset();
    setAccessibleName(tr("Chart"));
    view_->setAccessibleName(tr("Chart"));
    view_->viewport()->setAccessibleName(tr("Chart"));
}

LineChart::~LineChart() = default;

void LineChart::setSpec(ChartSpec spec) {
    const QString name = spec.title.isEmpty() ? tr("Chart") : spec.title;
    if (name != accessibleName()) {
        setAccessibleName(name);
        view_->setAccessibleName(name);
        view_->viewport()->setAccessibleName(name);
    }
    view_->setSpec(std::move(spec));
    if (view_->table != nullptr) {
        view_->table->setSpec(view_->spec());
    }
    setAccessibleDescription(summary());
}

const ChartSpec& LineChart::spec() const {
    return view_->spec();
}

void LineChart::setSparkline(bool on) {
    view_->setSparkline(on);
    setFocusPolicy(on ? Qt::NoFocus : Qt::StrongFocus);
    updateGeometry();
}

std::pair<double, double> LineChart::xRange() const {
    const PlaneView& plane = view_->plane();
    return {valueAt(plane.x0, plane.xScale), valueAt(plane.x1, plane.xScale)};
}

std::pair<double, double> LineChart::yRange() const {
    const PlaneView& plane = view_->plane();
    return {valueAt(plane.y0, plane.yScale), valueAt(plane.y1, plane.yScale)};
}

void LineChart::setXRange(double from, double to) {
    const Scale scale = spec().x.scale;
    if (alongAxis(to, scale) > alongAxis(from, scale)) {
        view_->xView = {from, to};
        view_->refresh();
        Q_EMIT viewChanged();
    }
}

void LineChart::setYRange(double from, double to) {
    const Scale scale = spec().y.scale;
    if (alongAxis(to, scale) > alongAxis(from, scale)) {
        view_->yView = {from, to};
        view_->refresh();
        Q_EMIT viewChanged();
    }
}

void LineChart::resetView() {
    view_->xView.reset();
    view_->yView.reset();
    view_->refresh();
    Q_EMIT viewChanged();
}

bool LineChart::isZoomed() const {
    return view_->xView.has_value() || view_->yView.has_value();
}

std::optional<std::pair<double, double>> LineChart::zoomedX() const {
    return view_->xView;
}

std::optional<std::pair<double, double>> LineChart::zoomedY() const {
    return view_->yView;
}

QPointF LineChart::mapToWidget(double x, double y) const {
    return view_->map(x, y);
}

QRectF LineChart::plotArea() const {
    return view_->plotArea();
}

void LineChart::setCursor(std::optional<double> x) {
    if (x == view_->cursor) {
        return;
    }
    view_->cursor = x;
    view_->viewport()->update();
    Q_EMIT cursorMoved(x ? *x : std::nan(""));
}

std::optional<double> LineChart::cursorX() const {
    return view_->cursor;
}

QString LineChart::summary() const {
    QStringList sentences;
    for (const Series& series : spec().series) {
        const ChartPoint *last = nullptr, *low = nullptr, *high = nullptr;
        qint64 missing = 0;
        for (const ChartPoint& point : series.points) {
            if (!std::isfinite(point.x) || !hasPosition(point.y, spec().y.scale)) {
                ++missing;
                continue;
            }
            last = &point;
            low = low == nullptr || point.y < low->y ? &point : low;
            high = high == nullptr || point.y > high->y ? &point : high;
        }
        QString sentence;
        if (last == nullptr) {
            sentence = tr("%1: no values").arg(series.label);
        } else {
            sentence = tr("%1: %2 points, last %3 at %4, lowest %5 at %6, highest %7 at %8")
                           .arg(series.label, countText(qint64(series.points.size())),
                                view_->yText(last->y), view_->xText(last->x), view_->yText(low->y),
                                view_->xText(low->x), view_->yText(high->y), view_->xText(high->x));
        }
        if (missing > 0) {
            sentence += tr(", %1 that cannot be drawn").arg(countText(missing));
        }
        sentences << sentence;
    }
    for (const ChartMark& mark : spec().marks) {
        sentences << mark.text;
    }
    if (spec().failure) {
        sentences << spec().failure->text;
    }
    return sentences.isEmpty() ? tr("No values yet.")
                               : sentences.join(QStringLiteral(". ")) + QLatin1Char('.');
}

QString LineChart::figureTitle() const {
    return spec().title;
}

QAbstractItemModel* LineChart::figureTable() {
    if (view_->table == nullptr) {
        view_->table = new ChartTable(this);
        view_->table->setSpec(spec());
    }
    return view_->table;
}

void LineChart::paintFigure(QPainter& painter, const QSizeF& size, const Theme& theme) const {
    ChartView copy(theme, nullptr);
    copy.xView = view_->xView;
    copy.yView = view_->yView;
    copy.setSpec(spec());
    copy.setSparkline(view_->isSparkline());
    copy.layOut(size);
    copy.paint(painter);
}

QSize LineChart::sizeHint() const {
    return view_->isSparkline() ? QSize(160, 16) : QSize(480, 260);
}

QSize LineChart::minimumSizeHint() const {
    return view_->isSparkline() ? QSize(40, 12) : QSize(180, 110);
}

void LineChart::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    view_->setGeometry(rect());
    placeReset();
}

/// Above the plot, at its right, where nothing else stands.
void LineChart::placeReset() {
    const QSize size = reset_->sizeHint();
    reset_->setGeometry({QPoint(width() - size.width(), 0), size});
    reset_->setVisible(isZoomed() && !view_->isSparkline());
}

bool LineChart::eventFilter(QObject* watched, QEvent* event) {
    if (view_->isSparkline()) {
        return false;
    }
    const bool onView = watched == view_->viewport();
    switch (event->type()) {
        case QEvent::MouseMove:
            return mouseMoved(static_cast<QMouseEvent*>(event)->localPos());
        case QEvent::MouseButtonPress:
            return onView && mousePressed(*static_cast<QMouseEvent*>(event));
        case QEvent::MouseButtonRelease:
            mouseReleased(static_cast<QMouseEvent*>(event)->localPos(), onView);
            return false;
        case QEvent::MouseButtonDblClick:
            resetView();
            return true;
        case QEvent::Leave:
            if (!hasFocus()) {
                setCursor(std::nullopt);
            }
            return false;
        case QEvent::Wheel:
            return onView && wheelTurned(*static_cast<QWheelEvent*>(event));
        case QEvent::KeyPress:
            return watched == this && keyPressed(*static_cast<QKeyEvent*>(event));
        default:
            return false;
    }
}

bool LineChart::mouseMoved(const QPointF& position) {
    const PlaneView& plane = view_->plane();
    const QRectF plot = view_->plotArea();
    if (!view_->grabbed) {
        const bool inside = plot.adjusted(-8, -8, 8, 8).contains(position);
        setCursor(inside ? view_->nearestX(position.x()) : std::nullopt);
        return false;
    }
    const QPointF moved = position - *view_->grabbed;
    const auto [x0, x1] = view_->grabbedX;
    const double dx = -moved.x() / plot.width() * (x1 - x0);
    if (view_->yView) {
        const auto [y0, y1] = view_->grabbedY;
        const double dy = moved.y() / plot.height() * (y1 - y0);
        view_->yView = {valueAt(y0 + dy, plane.yScale), valueAt(y1 + dy, plane.yScale)};
    }
    setXRange(valueAt(x0 + dx, plane.xScale), valueAt(x1 + dx, plane.xScale));
    return true;
}

bool LineChart::mousePressed(const QMouseEvent& mouse) {
    if (mouse.button() != Qt::LeftButton || !view_->plotArea().contains(mouse.localPos())) {
        return false;
    }
    setFocus(Qt::MouseFocusReason);
    const PlaneView& plane = view_->plane();
    view_->grabbed = mouse.localPos();
    view_->grabbedX = {plane.x0, plane.x1};
    view_->grabbedY = {plane.y0, plane.y1};
    return true;
}

void LineChart::mouseReleased(const QPointF& position, bool onView) {
    const bool still = view_->grabbed && (position - *view_->grabbed).manhattanLength() < 4;
    view_->grabbed.reset();
    if (still && onView) {
        click(position, kClickReach);
    }
}

bool LineChart::wheelTurned(const QWheelEvent& wheel) {
    if (!view_->plotArea().contains(wheel.position())) {
        return false;
    }
    const PlaneView& plane = view_->plane();
    const QPointF at = view_->valueOf(wheel.position());
    const bool vertical = wheel.modifiers().testFlag(Qt::ControlModifier);
    zoom(vertical, vertical ? alongAxis(at.y(), plane.yScale) : alongAxis(at.x(), plane.xScale),
         std::pow(0.998, wheel.angleDelta().y()));
    return true;
}

/// `at`: what stays where it is, along the axis.
void LineChart::zoom(bool vertical, double at, double factor) {
    const PlaneView& plane = view_->plane();
    const double from = vertical ? plane.y0 : plane.x0, to = vertical ? plane.y1 : plane.x1;
    const Scale scale = vertical ? plane.yScale : plane.xScale;
    const double span = (to - from) * factor;
    // Beyond this, differences drown in rounding.
    if (!(span > 1e-9 * std::max(std::abs(from), std::abs(to))) || span > 1e15) {
        return;
    }
    const double low = at - (at - from) * factor;
    const double a = valueAt(low, scale), b = valueAt(low + span, scale);
    vertical ? setYRange(a, b) : setXRange(a, b);
}

bool LineChart::keyPressed(const QKeyEvent& key) {
    const PlaneView& plane = view_->plane();
    const double centre =
        view_->cursor ? alongAxis(*view_->cursor, plane.xScale) : (plane.x0 + plane.x1) / 2;
    switch (key.key()) {
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            zoom(false, centre, 0.7);
            return true;
        case Qt::Key_Minus:
            zoom(false, centre, 1 / 0.7);
            return true;
        case Qt::Key_Home:
            resetView();
            return true;
        case Qt::Key_X:
        case Qt::Key_Y:
            if (key.modifiers() != Qt::NoModifier) {
                return false;
            }
            Q_EMIT scaleRequested(key.key() == Qt::Key_X ? Qt::Horizontal : Qt::Vertical);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter: {
            if (!view_->cursor) {
                return false;
            }
            const QRectF plot = view_->plotArea();
            click({view_->map(*view_->cursor, 1).x(), plot.center().y()}, plot.height());
            return true;
        }
        case Qt::Key_Left:
        case Qt::Key_Right:
            stepCursor(key.key() == Qt::Key_Right);
            return true;
        default:
            return false;
    }
}

// The nearest mark of a curve; among thousands of points none is one.
void LineChart::click(const QPointF& at, double reach) {
    double nearest = reach;
    const Series* chosen = nullptr;
    double x = 0;
    for (const Series& series : spec().series) {
        if (series.marker == Marker::none) {
            continue;
        }
        for (const ChartPoint& point : series.points) {
            const QPointF there = view_->map(point.x, point.y);
            const double distance = std::hypot(there.x() - at.x(), there.y() - at.y());
            if (distance <= nearest) {
                nearest = distance;
                chosen = &series;
                x = point.x;
            }
        }
    }
    if (chosen != nullptr) {
        Q_EMIT pointClicked(chosen->key, x);
    }
}

void LineChart::stepCursor(bool forward) {
    const std::vector<double> steps = view_->steps();
    if (steps.empty()) {
        return;
    }
    auto next = steps.begin();
    if (!view_->cursor) {
        next = forward ? steps.begin() : steps.end() - 1;
    } else if (forward) {
        next = std::upper_bound(steps.begin(), steps.end(), *view_->cursor);
        next -= next == steps.end();
    } else {
        next = std::lower_bound(steps.begin(), steps.end(), *view_->cursor);
        next -= next != steps.begin();
    }
    setCursor(*next);
    QStringList values{view_->xText(*next)};
    for (std::size_t s = 0; s < spec().series.size(); ++s) {
        if (const ChartPoint* point = view_->readOut(s)) {
            values << QStringLiteral("%1 %2").arg(spec().series[s].label, view_->yText(point->y));
        }
    }
    setAccessibleDescription(values.join(QStringLiteral(", ")));
    QAccessibleEvent told(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&told);
}

}  // namespace shearbench::widgets

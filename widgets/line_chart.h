// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QString>
#include <QWidget>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "widgets/figure.h"
#include "widgets/theme.h"

class QPushButton;

// The one class for every line chart: time or ratio against batch size, loss against epochs, speed.

namespace shearbench::widgets {

enum class Marker { none, circle, square, diamond };
enum class LineStyle { solid, dashed };  ///< measured here; published (markers are then hollow)
enum class Scale { linear, log };

/// A series has the colour of a meaning or of a device.
using SeriesColour = std::variant<Colour, DeviceColour>;

/// A point and, if finite, the interval of its y (say, an interquartile range).
struct ChartPoint {
    double x = 0, y = 0;
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = std::numeric_limits<double>::quiet_NaN();
    bool operator==(const ChartPoint&) const = default;
};

/// A curve. Points come in order of x. Every point is kept; where y cannot be drawn (NaN, infinite,
/// not positive on a log axis), the curve is split and a small cross on the x axis marks the place.
struct Series {
    QString key;    ///< the same from update to update
    QString label;  ///< stands at the curve's end
    QString note;   ///< second line beneath it, may be empty
    SeriesColour colour = Colour::accent;
    std::vector<ChartPoint> points;
    LineStyle style = LineStyle::solid;
    Marker marker = Marker::none;
    double width = 0;  ///< px; 0: 2.2 solid, 1.6 dashed
};

struct ChartAxis {
    QString title;  ///< with the unit; ", log scale" is added by the chart
    Scale scale = Scale::linear;
    /// Ends of the range; what is not given follows the data. Points above a given maximum are cut
    /// at the edge and an arrow says so.
    std::optional<double> minimum, maximum;
    std::vector<double> ticks;              ///< own ticks (batch sizes); empty: 1-2-5
    double leastStep = 0;                   ///< between those: 1 for what is counted, as epochs
    std::function<QString(double)> format;  ///< of values read out; unset: four digits
};

/// A vertical dotted line with words on a chip at its top: "best, epoch 55".
struct ChartMark {
    double x = 0;
    QString text;
};
/// A shaded range of x with words at its bottom: "warm-up".
struct ChartSpan {
    double from = 0, to = 0;
    QString text;
};
/// A horizontal line with words at its right: "R = 1, equal speed".
struct ChartLevel {
    double y = 0;
    QString text;
    Colour colour = Colour::ratioOne;
};
/// A tinted range of y with words in its right corner, at the top or bottom: "B faster". Ends may
/// be infinite.
struct ChartZone {
    double from = 0, to = 0;
    QString text;
    Colour colour = Colour::accent;
    bool textAtTop = true;
};
/// A cross where something ended, and why: "NaN, stopped".
struct ChartFailure {
    double x = 0, y = 0;
    QString text;
};
/// A dashed ring where a value is being measured now; words stand beside it.
struct ChartPending {
    double x = 0, y = 0;
    SeriesColour colour = Colour::accent;
    QString label, note;
};

struct ChartSpec {
    QString title;  ///< accessible name and title of exports; not drawn
    ChartAxis x, y;
    std::vector<Series> series;
    std::vector<ChartMark> marks;
    std::vector<ChartSpan> spans;
    std::vector<ChartLevel> levels;
    std::vector<ChartZone> zones;
    std::optional<ChartFailure> failure;
    std::optional<ChartPending> pending;
};

/// Shows a ChartSpec. Give it a new one as often as ten times a second; for drawing, curves are
/// reduced to the extremes of each pixel column, so that no spike is lost and a million points are
/// possible.
///
/// Mouse: the values at the nearest x stand beside the curves; the wheel zooms x about the pointer
/// and y follows what is in view, with Ctrl it zooms y; dragging moves; double-click, or the button
/// that a zoomed chart has, shows all.
/// Keys: Left and Right step through the points, + and - zoom, Home shows all, Return tells of the
/// points at the cursor as a click would.
/// Screen readers get the title and a summary in words; the table has every point.
class LineChart : public QWidget, public Figure {
    Q_OBJECT
  public:
    explicit LineChart(const Theme& theme, QWidget* parent = nullptr);
    ~LineChart() override;

    void setSpec(ChartSpec spec);
    const ChartSpec& spec() const;

    /// Without titles, axes, labels and margins: a line in the size of a word.
    void setSparkline(bool on);

    /// The ranges in view.
    std::pair<double, double> xRange() const;
    std::pair<double, double> yRange() const;
    /// Zooms; `resetView` shows all again and follows the data.
    void setXRange(double from, double to);
    void setYRange(double from, double to);
    void resetView();
    bool isZoomed() const;
    /// What was zoomed to; unset: follows the data.
    std::optional<std::pair<double, double>> zoomedX() const;
    std::optional<std::pair<double, double>> zoomedY() const;

    /// Where a point lies, in px of this widget.
    QPointF mapToWidget(double x, double y) const;
    QRectF plotArea() const;

    /// The x at which values are read out; none: nothing is. Also set by mouse and keys.
    void setCursor(std::optional<double> x);
    std::optional<double> cursorX() const;

    /// One sentence a series: first, last, lowest and highest value.
    QString summary() const;

    QString figureTitle() const override;
    QAbstractItemModel* figureTable() override;
    void paintFigure(QPainter& painter, const QSizeF& size, const Theme& theme) const override;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    /// The read-out moved to this x, or (NaN) went away.
    void cursorMoved(double x);
    void viewChanged();
    /// A point was clicked: its series' key and its x.
    void pointClicked(const QString& key, double x);
    /// X or Y was pressed: that axis is wanted logarithmic, or linear again.
    void scaleRequested(Qt::Orientation axis);

  protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    class View;
    bool mouseMoved(const QPointF& position);
    bool mousePressed(const QMouseEvent& mouse);
    void mouseReleased(const QPointF& position, bool onView);
    bool wheelTurned(const QWheelEvent& wheel);
    bool keyPressed(const QKeyEvent& key);
    void zoom(bool vertical, double at, double factor);
    void placeReset();
    void stepCursor(bool forward);
    void click(const QPointF& at, double reach);

    View* view_;
    QPushButton* reset_;
};

}  // namespace shearbench::widgets

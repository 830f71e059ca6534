// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCharts/QChartView>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>
#include <optional>
#include <span>
#include <vector>

#include "widgets/chart_curves.h"
#include "widgets/chart_scale.h"
#include "widgets/line_chart.h"

namespace shearbench::widgets {

/// What LineChart draws with. Qt Charts draws the curves; everything else is drawn in
/// drawBackground and drawForeground from the same plot area and range, which Qt Charts' own axes,
/// labels and scatter series would not keep to. Curves are handed over along the axes (log10 taken
/// here), already cut and reduced, because Qt Charts drops a whole series for one NaN or, on its
/// log axis, one zero, and needs quadratic time for points appended one at a time.
class ChartView : public QtCharts::QChartView {
    Q_OBJECT
  public:
    ChartView(const Theme& theme, QWidget* parent);

    void setSpec(ChartSpec spec);
    const ChartSpec& spec() const { return spec_; }
    void setSparkline(bool on);
    bool isSparkline() const { return sparkline_; }
    /// Lays out for this size, whether the widget has it or not, and draws.
    void layOut(const QSizeF& size);
    void paint(QPainter& painter);
    void restyle();

    const PlaneView& plane() const { return plane_; }
    QRectF plotArea() const { return plot_; }
    QPointF map(double x, double y) const;         ///< values -> px
    QPointF mapAlong(const QPointF& along) const;  ///< along the axes -> px
    QPointF valueOf(const QPointF& position) const;

    /// Ranges as values; unset follow the data.
    std::optional<std::pair<double, double>> xView, yView;
    std::optional<double> cursor;
    void refresh();

    /// The x of a point near this px, of the series with the fewest points among those near.
    std::optional<double> nearestX(double px) const;
    std::vector<double> steps() const;  ///< where the keyboard's cursor can stand
    /// The point of series `index` that is read out at the cursor, if one is near.
    const ChartPoint* readOut(std::size_t index) const;
    QString xText(double x) const;
    QString yText(double y) const;

  protected:
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    struct EndLabel {
        QString text, note;
        QColor colour;
        QPointF at;                        ///< end of the curve
        QStringList textLines, noteLines;  ///< in the room there is

        int lineCount() const { return int(textLines.size() + noteLines.size()); }
    };

    /// Those with a finite x, ascending.
    std::span<const ChartPoint> pointsOf(std::size_t series) const;
    QColor line(const SeriesColour& colour) const;
    QColor ink(const SeriesColour& colour) const;
    void findRanges();
    std::pair<double, double> dataX() const;
    std::pair<double, double> dataY() const;
    std::pair<double, double> withRoomForWords(double low, double high) const;
    void findMargins();
    void updateCurves();
    std::vector<EndLabel> endLabels() const;
    void breakLines(EndLabel& label) const;
    double labelHeight(const EndLabel& label) const;

    void drawZones(QPainter& p) const;
    bool isClear(const QRectF& area) const;
    QRectF areaOf(const ChartZone& zone) const;
    QRectF areaOf(const ChartSpan& span) const;
    QRectF clearPlace(const QRectF& place, const QRectF& area) const;
    void drawZoneWords(QPainter& p) const;
    void drawGrid(QPainter& p) const;
    void drawAxes(QPainter& p) const;
    void drawPoints(QPainter& p) const;
    void drawInterval(QPainter& p, const ChartPoint& point, const Series& series) const;
    void drawPending(QPainter& p) const;
    void drawMarker(QPainter& p, const QPointF& at, const Series& series) const;
    void drawMisfits(QPainter& p) const;
    void drawMarks(QPainter& p) const;
    void drawEndLabels(QPainter& p) const;
    void drawReadOut(QPainter& p) const;
    void drawChip(QPainter& p, double x, const QString& text) const;
    void drawHaloText(QPainter& p, const QPointF& baseline, const QString& text, const QFont& font,
                      const QColor& colour) const;
    void drawCross(QPainter& p, const QPointF& at, double half, double width) const;

    const Theme& theme_;
    ChartSpec spec_;
    std::vector<std::size_t> drawable_;  // points with a finite x, a series
    std::vector<bool> bare_;             // neither markers nor intervals, a series
    std::vector<Curves> curves_;
    std::vector<QtCharts::QLineSeries*> lines_;
    QtCharts::QValueAxis *xAxis_, *yAxis_;
    PlaneView plane_;
    QRectF plot_;
    QSizeF size_;
    std::vector<Tick> xTicks_, yTicks_;
    bool sparkline_ = false;
};

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainter>
#include <QPainterPath>
#include <QPointF>
#include <QRectF>
#include <map>
#include <vector>

#include "widgets/posterior.h"
#include "widgets/theme.h"

// How posteriors are drawn, on the screen and in figures. Sizes in px of the theme.

namespace shearbench::widgets {

/// The part of the (e1, e2) plane in a square of the painter: e1 to the right, e2 upwards, both
/// with the same scale.
struct EllipsePlane {
    QRectF area;            ///< square
    double e1 = 0, e2 = 0;  ///< at its centre
    double half = 0.5;      ///< half of the range

    double pixels() const { return area.width() / (2 * half); }  ///< of one unit of ellipticity
    QPointF toPixel(double x, double y) const;
    QPointF toValue(const QPointF& pixel) const;
    /// The contour of Mahalanobis radius `radius` around a point of the plane.
    QPainterPath contour(double x, double y, const analysis::Covariance2& covariance,
                         double radius) const;
};

/// Half the range that shows what is drawn of the scene with a little room, at most 1.05.
double rangeOf(const PosteriorScene& scene);

struct EllipsePlotState {
    qint64 selected = -1, hovered = -1;  ///< rows; with none selected all stand out alike
    bool focus = false;
    /// Place at which each galaxy's letter stood last; keeps letters from jumping.
    std::map<qint64, int>* corners = nullptr;
};

/// Where the square lies in a plot of this size.
QRectF ellipsePlotArea(const QRectF& whole, const Theme& theme);
/// The galaxies' contours of 1, 2 and 3 sigma. Where they overlap into a blot, galaxies that are
/// not chosen have that of 1 sigma alone; a posterior whose contour of 1 sigma is wider than the
/// plot is not filled. The plot says both.
void paintEllipsePlot(QPainter& painter, const QRectF& whole, const EllipsePlane& plane,
                      const PosteriorScene& scene, const EllipsePlotState& state,
                      const Theme& theme);

/// Smallest card and its natural height.
QSizeF smallestCard(const Theme& theme);
void paintGalaxyCard(QPainter& painter, const QRectF& area, const PosteriorScene& scene, int index,
                     bool selected, const Theme& theme);

/// Height that the legend needs in this width; paints at its top. `cards`: whether there are
/// pictures whose outlines are to be explained.
double legendHeight(const PosteriorScene& scene, double width, bool cards, const Theme& theme);
void paintLegend(QPainter& painter, const QRectF& area, const PosteriorScene& scene, bool cards,
                 const Theme& theme);
/// The legend in words, one sentence a line.
QStringList legendLines(const PosteriorScene& scene);

/// Where everything lies: plot, cards, legend. Cards that would be smaller than smallestCard are
/// left out; `first` is the galaxy of the first card, chosen so that the selected one has a card.
struct PosteriorArrangement {
    QRectF plot, legend;
    std::vector<QRectF> cards;
    int first = 0;
};
PosteriorArrangement arrangePosterior(const QSizeF& size, const PosteriorScene& scene, int selected,
                                      const Theme& theme);

}  // namespace shearbench::widgets

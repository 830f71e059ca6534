// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/posterior_paint.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/chart_scale.h"
#include "widgets/number_text.h"

namespace shearbench::widgets {
namespace {

QString text(const char* source) {
    return QCoreApplication::translate("shearbench::widgets::Posterior", source);
}

double crisp(double v) {
    return std::floor(v) + 0.5;
}

/// Badges beyond this many galaxies would cover what they name.
constexpr int kMostBadges = 26;
constexpr double kBadge = 7.5;

void paintBadge(QPainter& p, const QPointF& centre, int index, bool selected, const Theme& theme) {
    const QFont font = theme.font(TextSize::caption, QFont::DemiBold);
    const double r = theme.scaled(kBadge);
    p.setPen(Qt::NoPen);
    p.setBrush(theme.colour(selected ? Colour::accent : Colour::text2));
    p.drawEllipse(centre, r, r);
    p.setFont(font);
    p.setPen(theme.colour(selected ? Colour::onAccent : Colour::surface));
    p.drawText(QRectF(centre.x() - 2 * r, centre.y() - 2 * r, 4 * r, 4 * r), Qt::AlignCenter,
               galaxyLetter(index));
}

void paintTruth(QPainter& p, const QPointF& at, const Theme& theme, bool halo) {
    const double half = theme.scaled(4.6);
    for (const bool under : {true, false}) {
        if (under && !halo) {
            continue;
        }
        p.setPen(QPen(theme.colour(under ? Colour::halo : Colour::truth),
                      theme.scaled(under ? 4.5 : 1.7), Qt::SolidLine, Qt::RoundCap));
        p.drawLine(at + QPointF(-half, 0), at + QPointF(half, 0));
        p.drawLine(at + QPointF(0, -half), at + QPointF(0, half));
    }
}

QString definitionText(EllipticityDefinition definition) {
    switch (definition) {
        case EllipticityDefinition::reducedShear:
            return text("|e| = (1−q)/(1+q)");
        case EllipticityDefinition::distortion:
            return text("|e| = (1−q²)/(1+q²)");
        case EllipticityDefinition::notStated:
            break;
    }
    return text("definition of |e| not stated");
}

/// Axes, grid, ticks and titles.
void paintFrame(QPainter& p, const QRectF& whole, const EllipsePlane& plane,
                const PosteriorScene& scene, const Theme& theme) {
    const QRectF& a = plane.area;
    const QFont font = theme.font(TextSize::caption);
    const QFontMetricsF metrics(font);
    p.setFont(font);
    const double line = std::max(1.0, std::floor(theme.scaled(1)));
    const int most = std::clamp(int(a.width() / theme.scaled(34)), 2, 8);
    const double step = niceStep(2 * plane.half, most);
    const int decimals = std::clamp(int(-std::floor(std::log10(step) + 1e-9)), 0, 9);
    const auto ticks = [&](double centre, auto&& draw) {
        for (double i = std::ceil((centre - plane.half) / step - 1e-9);
             i <= std::floor((centre + plane.half) / step + 1e-9); ++i) {
            draw(i * step, i == 0);
        }
    };
    const double height = metrics.height();
    p.setRenderHint(QPainter::Antialiasing, false);
    const auto pen = [&](bool zero) {
        p.setPen(QPen(theme.colour(zero ? Colour::axis : Colour::grid), line));
    };
    // Zero lines last, over the grid.
    for (const bool zeros : {false, true}) {
        ticks(plane.e1, [&](double v, bool zero) {
            if (zero == zeros) {
                const double x = crisp(plane.toPixel(v, 0).x());
                pen(zero);
                p.drawLine(QPointF(x, a.top()), QPointF(x, a.bottom()));
            }
        });
        ticks(plane.e2, [&](double v, bool zero) {
            if (zero == zeros) {
                const double y = crisp(plane.toPixel(0, v).y());
                pen(zero);
                p.drawLine(QPointF(a.left(), y), QPointF(a.right(), y));
            }
        });
    }
    p.setRenderHint(QPainter::Antialiasing, true);
    p.setPen(theme.colour(Colour::text3));
    const auto number = [&](double v, bool zero) {
        return zero ? QStringLiteral("0") : signedText(v, decimals);
    };
    ticks(plane.e1, [&](double v, bool zero) {
        const double x = plane.toPixel(v, 0).x();
        p.drawText(
            QRectF(x - theme.scaled(30), a.bottom() + theme.scaled(4), theme.scaled(60), height),
            Qt::AlignCenter, number(v, zero));
    });
    ticks(plane.e2, [&](double v, bool zero) {
        const double y = plane.toPixel(0, v).y();
        p.drawText(
            QRectF(whole.left(), y - height / 2, a.left() - theme.scaled(6) - whole.left(), height),
            Qt::AlignRight | Qt::AlignVCenter, number(v, zero));
    });

    const bool plain = theme.isPresentation();
    const QString up = plain ? text("leaning to the upper right  ↑")
                             : text("e₂  leans to upper right when positive");
    QString across = plain ? text("lying flat  →") : text("e₁  along x when positive");
    const double left = whole.left() + theme.scaled(12);
    const QRectF top(left, whole.top() + theme.scaled(4), whole.right() - left, theme.scaled(16));
    p.drawText(top, Qt::AlignLeft | Qt::AlignVCenter,
               metrics.elidedText(up, Qt::ElideRight, top.width()));
    const QRectF bottom(left, a.bottom() + theme.scaled(21), a.right() - left, theme.scaled(16));
    if (!plain) {
        const QString definition = definitionText(scene.definition);
        const double gap = theme.scaled(8);
        if (metrics.horizontalAdvance(definition + across) + gap > bottom.width()) {
            across = text("e₁");
        }
        p.drawText(bottom, Qt::AlignLeft | Qt::AlignVCenter, definition);
    }
    p.drawText(bottom, Qt::AlignRight | Qt::AlignVCenter, across);
}

/// The contour of 1 sigma of every weight draw, faint where there are many.
void paintDraws(QPainter& p, const EllipsePlane& plane, const PosteriorEstimate& estimate,
                bool strong, const Theme& theme) {
    const double count = double(estimate.draws.size());
    const double alpha = std::clamp(8 / std::max(1.0, count), 0.05, 0.3) * (strong ? 1.6 : 0.8);
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen(theme.colour(Colour::accent, alpha), theme.scaled(0.8)));
    for (const DrawnShape& draw : estimate.draws) {
        p.drawPath(plane.contour(draw.e1, draw.e2, draw.covariance, 1));
    }
}

QPen comparedPen(const Theme& theme, bool strong) {
    QPen pen(theme.colour(Colour::text2, strong ? 1 : 0.6), theme.scaled(1.3), Qt::SolidLine,
             Qt::RoundCap);
    pen.setDashPattern({0.1, 2.4});
    return pen;
}

/// Another run's posterior: dotted outlines of 1 and 3 sigma.
void paintCompared(QPainter& p, const EllipsePlane& plane, const PosteriorEstimate& estimate,
                   bool strong, const Theme& theme) {
    p.setBrush(Qt::NoBrush);
    p.setPen(comparedPen(theme, strong));
    for (const int level : {1, 3}) {
        p.drawPath(
            plane.contour(estimate.mean[0], estimate.mean[1], shapeBlock(estimate.total), level));
    }
}

/// Whether not even the contour of 1 sigma fits into the plot; a filling would only colour all of
/// it.
bool isWiderThan(const EllipsePlane& plane, const PosteriorEstimate& estimate) {
    return analysis::contour(shapeBlock(estimate.total), 1).major > plane.half;
}

/// Whether the contours lie over each other so much that all of them together would be a blot.
bool isCrowded(const PosteriorScene& scene) {
    constexpr double kMostLayers = 1.5;
    double areas = 0, left = 1e300, right = -1e300, low = 1e300, high = -1e300;
    for (const GalaxyPosterior& galaxy : scene.galaxies) {
        if (!galaxy.posterior || !canBeDrawn(*galaxy.posterior)) {
            continue;
        }
        const auto& q = *galaxy.posterior;
        const analysis::Ellipse ellipse = analysis::contour(shapeBlock(q.total), 3);
        const double dx = 3 * std::sqrt(q.total[0][0]), dy = 3 * std::sqrt(q.total[1][1]);
        areas += M_PI * ellipse.major * ellipse.minor;
        left = std::min(left, q.mean[0] - dx);
        right = std::max(right, q.mean[0] + dx);
        low = std::min(low, q.mean[1] - dy);
        high = std::max(high, q.mean[1] + dy);
    }
    return areas > kMostLayers * (right - left) * (high - low);
}

/// One contour of 1 sigma, for a galaxy that is not chosen among many that overlap.
void paintOutlineAlone(QPainter& p, const EllipsePlane& plane, const PosteriorEstimate& estimate,
                       const Theme& theme) {
    const double e1 = estimate.mean[0], e2 = estimate.mean[1];
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen(theme.colour(Colour::accent, 0.62), theme.scaled(1)));
    p.drawPath(plane.contour(e1, e2, shapeBlock(estimate.total), 1));
    p.setPen(Qt::NoPen);
    p.setBrush(theme.colour(Colour::accent, 0.62));
    p.drawEllipse(plane.toPixel(e1, e2), theme.scaled(1.6), theme.scaled(1.6));
}

/// What is not drawn, in words on the plot.
void paintRemarks(QPainter& p, const EllipsePlane& plane, int wide, bool others,
                  const Theme& theme) {
    const bool plain = theme.isPresentation();
    QStringList words;
    if (wide > 0) {
        words << (plain ? text("%1 too unsure to fit in") : text("%1 wider than the plot"))
                     .arg(countText(wide));
    }
    if (others && !plain) {
        words << text("not chosen: 1 σ alone");
    }
    const QFont font = theme.font(TextSize::caption);
    const QFontMetricsF metrics(font);
    const double line = metrics.height() + theme.scaled(2);
    double y = plane.area.bottom() - theme.scaled(3) - line * words.size();
    p.setFont(font);
    for (const QString& sentence : words) {
        const QString shown =
            metrics.elidedText(sentence, Qt::ElideRight, plane.area.width() - theme.scaled(12));
        const QRectF place(plane.area.left() + theme.scaled(4), y,
                           metrics.horizontalAdvance(shown) + theme.scaled(6), line);
        p.fillRect(place, theme.colour(Colour::surface, 0.85));
        p.setPen(theme.colour(Colour::text2));
        p.drawText(place, Qt::AlignCenter, shown);
        y += line;
    }
}

void paintPosterior(QPainter& p, const EllipsePlane& plane, const PosteriorEstimate& estimate,
                    bool strong, const Theme& theme) {
    const double e1 = estimate.mean[0], e2 = estimate.mean[1];
    const QColor accent = theme.colour(Colour::accent);
    const bool wide = isWiderThan(plane, estimate);
    const auto total = shapeBlock(estimate.total);
    const auto filled = estimate.aleatoric ? shapeBlock(*estimate.aleatoric) : total;
    // Where the inner contours would merge into a blot, the outer ones say it.
    const double narrow = analysis::contour(total, 1).minor * plane.pixels();
    const int innermost = strong || narrow > theme.scaled(2.5) ? 1
                          : narrow > theme.scaled(1.2)         ? 2
                                                               : 3;
    for (int level = 3; level >= innermost && !wide; --level) {
        QColor fill = accent;
        fill.setAlphaF((theme.isDark() ? 0.17 : 0.15) * (strong ? 1 : 0.62) *
                       (level == 1 ? 1.3 : 1));
        p.fillPath(plane.contour(e1, e2, filled, level), fill);
    }
    p.setBrush(Qt::NoBrush);
    if (estimate.epistemic) {
        const auto dashed = shapeBlock(*estimate.epistemic);
        for (int level = 1; level <= 3; ++level) {
            if (analysis::contour(dashed, level).major * plane.pixels() <
                theme.scaled(strong ? 3 : 5)) {
                continue;
            }
            QPen pen(theme.colour(Colour::text, strong ? 0.8 : 0.5), theme.scaled(1));
            pen.setDashPattern({3, 2.4});
            p.setPen(pen);
            p.drawPath(plane.contour(e1, e2, dashed, level));
        }
    }
    for (int level = innermost; level <= 3; ++level) {
        QColor line = accent;
        line.setAlphaF(strong ? 1 : 0.72);
        p.setPen(QPen(line, theme.scaled(level == 1 ? 1.6 : level == 2 ? 1.2 : 1)));
        p.drawPath(plane.contour(e1, e2, total, level));
    }
    p.setPen(Qt::NoPen);
    p.setBrush(accent);
    p.drawEllipse(plane.toPixel(e1, e2), theme.scaled(2), theme.scaled(2));
}

struct Placed {
    int index;
    QPointF centre;               ///< mean, or the label where there is no posterior
    analysis::Covariance2 shape;  ///< of the contour of 3 sigma, px^2, y downwards

    double extent() const { return std::sqrt(std::max(shape.xx, shape.yy)); }
    /// Distance from the centre to the contour in the direction of a unit vector.
    double reach(const QPointF& unit) const {
        const double d2 = analysis::mahalanobisSquared(shape, unit.x(), unit.y());
        return d2 > 0 && std::isfinite(d2) ? 1 / std::sqrt(d2) : 0;
    }
};

/// Where a letter may stand: first the four corners, then between them, then farther out.
constexpr std::array<double, 12> kBadgeAngles{-135, -45, 135,  45,  -90, 90,
                                              180,  0,   -112, -68, 112, 68};
constexpr std::array<double, 3> kBadgeDistances{0.9, 2.6, 4.4};  // in radii of a badge
constexpr int kBadgePlaces = int(kBadgeAngles.size() * kBadgeDistances.size());

/// Letters stand at their ellipse where they cover least; a line leads to those farther out.
void paintBadges(QPainter& p, const EllipsePlane& plane, const std::vector<Placed>& placed,
                 const PosteriorScene& scene, const EllipsePlotState& state, const Theme& theme) {
    const double r = theme.scaled(kBadge);
    std::vector<QPointF> taken;
    for (const Placed& item : placed) {
        const GalaxyPosterior& galaxy = scene.galaxies[std::size_t(item.index)];
        const auto corner = [&](int c) {
            const std::size_t place = std::size_t(c);
            const double angle = kBadgeAngles[place % kBadgeAngles.size()] * M_PI / 180;
            const QPointF unit(std::cos(angle), std::sin(angle));
            QPointF at = item.centre + unit * (item.reach(unit) +
                                               kBadgeDistances[place / kBadgeAngles.size()] * r);
            at.setX(std::clamp(at.x(), plane.area.left() + r, plane.area.right() - r));
            at.setY(std::clamp(at.y(), plane.area.top() + r, plane.area.bottom() - r));
            return at;
        };
        const auto cost = [&](int c) {
            const QPointF at = corner(c);
            const auto near = [&](const QPointF& other, double reach) {
                const QPointF d = at - other;
                return std::max(0.0, 1 - std::hypot(d.x(), d.y()) / reach);
            };
            double sum = 0.01 * c;
            for (const QPointF& other : taken) {
                sum += 4 * near(other, 2.2 * r) + (near(other, 2.1 * r) > 0 ? 3 : 0);
            }
            for (const Placed& other : placed) {
                sum += (other.index == item.index ? 2 : 1) *
                       near(other.centre, r + 0.8 * other.extent());
                const auto& truth = scene.galaxies[std::size_t(other.index)].truth;
                if (std::isfinite(truth[0]) && std::isfinite(truth[1])) {
                    sum += 2 * near(plane.toPixel(truth[0], truth[1]), r + theme.scaled(6));
                }
            }
            if (state.corners != nullptr) {
                const auto before = state.corners->find(galaxy.row);
                sum -= before != state.corners->end() && before->second == c ? 0.25 : 0;
            }
            return sum;
        };
        int best = 0;
        double least = cost(0);
        for (int c = 1; c < kBadgePlaces; ++c) {
            if (const double next = cost(c); next < least) {
                least = next;
                best = c;
            }
        }
        if (state.corners != nullptr) {
            (*state.corners)[galaxy.row] = best;
        }
        taken.push_back(corner(best));
        if (best >= int(kBadgeAngles.size())) {
            p.setPen(QPen(theme.colour(Colour::text3), theme.scaled(1)));
            p.drawLine(corner(best % int(kBadgeAngles.size())), corner(best));
        }
        paintBadge(p, corner(best), item.index, galaxy.row == state.selected, theme);
    }
}

}  // namespace

QPointF EllipsePlane::toPixel(double x, double y) const {
    return {area.center().x() + (x - e1) * pixels(), area.center().y() - (y - e2) * pixels()};
}

QPointF EllipsePlane::toValue(const QPointF& pixel) const {
    return {e1 + (pixel.x() - area.center().x()) / pixels(),
            e2 - (pixel.y() - area.center().y()) / pixels()};
}

QPainterPath EllipsePlane::contour(double x, double y, const analysis::Covariance2& covariance,
                                   double radius) const {
    const analysis::Ellipse ellipse = analysis::contour(covariance, radius);
    QPainterPath path;
    path.addEllipse(QPointF(0, 0), ellipse.major * pixels(), ellipse.minor * pixels());
    QTransform turn;
    const QPointF centre = toPixel(x, y);
    turn.translate(centre.x(), centre.y());
    turn.rotateRadians(-ellipse.angle);  // the painter's y points down
    return turn.map(path);
}

double rangeOf(const PosteriorScene& scene) {
    constexpr double kSmallest = 0.3, kLargest = 1.05;
    double reach = 0;
    for (const GalaxyPosterior& galaxy : scene.galaxies) {
        for (std::size_t i = 0; i < 2; ++i) {
            if (std::isfinite(galaxy.truth[i])) {
                reach = std::max(reach, std::abs(galaxy.truth[i]) + 0.08);
            }
            if (galaxy.posterior && canBeDrawn(*galaxy.posterior)) {
                const auto& q = *galaxy.posterior;
                reach = std::max(reach, std::abs(q.mean[i]) + 3 * std::sqrt(q.total[i][i]));
            }
        }
    }
    return reach == 0 ? 0.5
                      : std::clamp(std::ceil(reach * 1.02 / 0.02) * 0.02, kSmallest, kLargest);
}

QRectF ellipsePlotArea(const QRectF& whole, const Theme& theme) {
    const double left = theme.scaled(44), right = theme.scaled(10);
    const double top = theme.scaled(26), bottom = theme.scaled(40);
    const double side =
        std::max(8.0, std::min(whole.width() - left - right, whole.height() - top - bottom));
    return {whole.left() + left, whole.top() + top, side, side};
}

void paintEllipsePlot(QPainter& p, const QRectF& whole, const EllipsePlane& plane,
                      const PosteriorScene& scene, const EllipsePlotState& state,
                      const Theme& theme) {
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    paintFrame(p, whole, plane, scene, theme);
    p.save();
    p.setClipRect(plane.area);
    QPainterPath unit;
    unit.addEllipse(plane.toPixel(0, 0), plane.pixels(), plane.pixels());
    p.setPen(QPen(theme.colour(Colour::axis), theme.scaled(1)));
    p.setBrush(Qt::NoBrush);
    p.drawPath(unit);

    // The chosen galaxy is drawn last.
    std::vector<int> order;
    const int count = int(scene.galaxies.size());
    for (int i = 0; i < count; ++i) {
        order.push_back(i);
    }
    std::stable_partition(order.begin(), order.end(), [&](int i) {
        const qint64 row = scene.galaxies[std::size_t(i)].row;
        return row != state.selected && row != state.hovered;
    });
    std::vector<Placed> placed;
    const bool crowded = isCrowded(scene);
    bool others = false;
    int wide = 0;
    for (const int i : order) {
        const GalaxyPosterior& galaxy = scene.galaxies[std::size_t(i)];
        const bool strong =
            state.selected < 0 || galaxy.row == state.selected || galaxy.row == state.hovered;
        const bool truth = std::isfinite(galaxy.truth[0]) && std::isfinite(galaxy.truth[1]);
        const bool drawn = galaxy.posterior && canBeDrawn(*galaxy.posterior);
        const bool alone = drawn && !strong && (crowded || isWiderThan(plane, *galaxy.posterior));
        wide += drawn && isWiderThan(plane, *galaxy.posterior) ? 1 : 0;
        others = others || alone;
        if (alone) {
            paintOutlineAlone(p, plane, *galaxy.posterior, theme);
        } else if (drawn) {
            if (!isWiderThan(plane, *galaxy.posterior)) {
                paintDraws(p, plane, *galaxy.posterior, strong, theme);
            }
            paintPosterior(p, plane, *galaxy.posterior, strong, theme);
        }
        if (galaxy.compared && canBeDrawn(*galaxy.compared)) {
            paintCompared(p, plane, *galaxy.compared, strong, theme);
        }
        const QPointF at = truth ? plane.toPixel(galaxy.truth[0], galaxy.truth[1]) : QPointF();
        if (truth) {
            paintTruth(p, at, theme, true);
        }
        if (drawn) {
            const auto& q = *galaxy.posterior;
            const double k = (alone ? 1 : 9) * plane.pixels() * plane.pixels();
            const auto shape = shapeBlock(q.total);
            placed.push_back({i,
                              plane.toPixel(q.mean[0], q.mean[1]),
                              {k * shape.xx, -k * shape.xy, k * shape.yy}});
        } else if (truth) {
            const double cross = theme.scaled(6) * theme.scaled(6);
            placed.push_back({i, at, {cross, 0, cross}});
        }
    }
    p.restore();
    if (count <= kMostBadges) {
        placed.erase(
            std::remove_if(placed.begin(), placed.end(),
                           [&](const Placed& item) { return !plane.area.contains(item.centre); }),
            placed.end());
        paintBadges(p, plane, placed, scene, state, theme);
    }
    paintRemarks(p, plane, wide, others, theme);
    if (state.focus) {
        p.setPen(QPen(theme.colour(Colour::focus), theme.scaled(2)));
        p.setBrush(Qt::NoBrush);
        p.drawRect(plane.area);
    }
    p.restore();
}

}  // namespace shearbench::widgets

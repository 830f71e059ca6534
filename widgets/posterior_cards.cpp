// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

#include "widgets/number_text.h"
#include "widgets/posterior_paint.h"

// Cards, legend and arrangement of the view of posteriors.

namespace shearbench::widgets {
namespace {

QString text(const char* source) {
    return QCoreApplication::translate("shearbench::widgets::Posterior", source);
}

// Colours on pictures of the night sky, which are dark in every theme.
const QColor kMeanOnSky(0xA9, 0xA7, 0xFF), kLabelOnSky(255, 255, 255, 215), kSky(0, 0, 0);

QPen meanPen(const Theme& theme) {
    return QPen(kMeanOnSky, theme.scaled(1.5));
}

QPen labelPen(const Theme& theme) {
    QPen pen(kLabelOnSky, theme.scaled(1.1));
    pen.setDashPattern({3, 2.5});
    return pen;
}

void paintShape(QPainter& p, const QRectF& picture, double e1, double e2, double radius,
                EllipticityDefinition definition, const QPen& pen) {
    const auto shape = shapeOf(definition, e1, e2);
    if (!shape || !(shape->axisRatio > 0.01)) {
        return;
    }
    p.save();
    p.translate(picture.center());
    p.rotate(-shape->angle * 180 / M_PI);
    p.setPen(pen);
    p.setBrush(Qt::NoBrush);
    p.drawEllipse(QPointF(0, 0), radius / std::sqrt(shape->axisRatio),
                  radius * std::sqrt(shape->axisRatio));
    p.restore();
}

void paintPicture(QPainter& p, const QRectF& area, const GalaxyPosterior& galaxy,
                  EllipticityDefinition definition, const Theme& theme) {
    p.save();
    QPainterPath rounded;
    rounded.addRoundedRect(area, theme.scaled(3), theme.scaled(3));
    p.setClipPath(rounded);
    p.setRenderHint(QPainter::SmoothPixmapTransform);
    if (galaxy.picture.isNull()) {
        p.fillRect(area, theme.colour(Colour::raised));
    } else {
        p.drawImage(area, galaxy.picture);
        const double radius = galaxy.outlineRadius * area.width();
        if (galaxy.posterior) {
            paintShape(p, area, galaxy.posterior->mean[0], galaxy.posterior->mean[1], radius,
                       definition, meanPen(theme));
        }
        paintShape(p, area, galaxy.truth[0], galaxy.truth[1], radius, definition, labelPen(theme));
    }
    p.restore();
}

struct Entry {
    enum Kind {
        posterior,
        aleatoric,
        epistemic,
        total,
        truth,
        compared,
        meanOnPicture,
        labelOnPicture
    } kind;
    QString words;
};

std::vector<Entry> entries(const PosteriorScene& scene, bool cards, const Theme& theme) {
    const bool plain = theme.isPresentation();
    std::vector<Entry> list;
    if (scene.splitsUncertainty()) {
        list = {{Entry::aleatoric, plain ? text("noise in the picture") : text("aleatoric")},
                {Entry::epistemic, plain ? text("not yet learned") : text("epistemic")},
                {Entry::total, plain ? text("both together") : text("total")}};
    } else if (scene.anyPosterior()) {
        list = {{Entry::posterior,
                 plain ? text("what the network believes") : text("aleatoric = total")}};
    }
    if (scene.anyCompared()) {
        list.push_back({Entry::compared, scene.comparedRun});
    }
    list.push_back({Entry::truth, plain ? text("the true shape") : text("truth")});
    const bool pictures = std::any_of(scene.galaxies.begin(), scene.galaxies.end(),
                                      [](const GalaxyPosterior& g) { return !g.picture.isNull(); });
    if (cards && pictures && !plain && scene.definition != EllipticityDefinition::notStated) {
        if (scene.anyPosterior()) {
            list.push_back({Entry::meanOnPicture, text("mean")});
        }
        list.push_back({Entry::labelOnPicture, text("label")});
    }
    return list;
}

QString percentages(const std::array<double, 3>& fractions) {
    return QStringLiteral("%1, %2, %3 %")
        .arg(fixedText(100 * fractions[0], 1), fixedText(100 * fractions[1], 1),
             fixedText(100 * fractions[2], 1));
}

/// Sentences on enclosed mass; `brief` for where there is little room.
QStringList sentences(const PosteriorScene& scene, bool brief = false) {
    if (!scene.anyPosterior()) {
        return {};
    }
    const std::array<double, 3> mass{analysis::enclosedMass(1), analysis::enclosedMass(2),
                                     analysis::enclosedMass(3)};
    QStringList lines{
        (brief ? text("1–3 σ: %1") : text("1, 2, 3 σ enclose %1")).arg(percentages(mass))};
    if (scene.coverage) {
        lines << text("measured %1").arg(percentages(scene.coverage->fraction))
              << text("of %1 galaxies").arg(countText(scene.coverage->galaxies));
    }
    return lines;
}

constexpr double kSwatch = 22, kGap = 14, kLine = 18;
// Beside the picture of a card.
constexpr double kNumbersWidth = 100;

void paintSwatch(QPainter& p, const QPointF& centre, Entry::Kind kind, const Theme& theme) {
    const double rx = theme.scaled(8), ry = theme.scaled(5);
    const QColor accent = theme.colour(Colour::accent);
    if (kind == Entry::truth) {
        p.setPen(QPen(theme.colour(Colour::truth), theme.scaled(1.7), Qt::SolidLine, Qt::RoundCap));
        const double half = theme.scaled(4.5);
        p.drawLine(centre + QPointF(-half, 0), centre + QPointF(half, 0));
        p.drawLine(centre + QPointF(0, -half), centre + QPointF(0, half));
        return;
    }
    if (kind == Entry::meanOnPicture || kind == Entry::labelOnPicture) {
        p.setPen(Qt::NoPen);
        p.setBrush(kSky);
        p.drawRoundedRect(QRectF(centre.x() - rx - 1, centre.y() - rx + 1, 2 * rx + 2, 2 * rx - 2),
                          theme.scaled(2), theme.scaled(2));
        p.setPen(kind == Entry::meanOnPicture ? meanPen(theme) : labelPen(theme));
        p.setBrush(Qt::NoBrush);
        p.drawEllipse(centre, theme.scaled(6), theme.scaled(3.8));
        return;
    }
    QColor fill = accent;
    fill.setAlphaF(0.3);
    const bool filled = kind == Entry::aleatoric || kind == Entry::posterior;
    p.setBrush(filled ? QBrush(fill) : QBrush(Qt::NoBrush));
    QPen pen(Qt::NoPen);
    if (kind == Entry::compared) {
        pen = QPen(theme.colour(Colour::text2), theme.scaled(1.3), Qt::SolidLine, Qt::RoundCap);
        pen.setDashPattern({0.1, 2.4});
    } else if (kind == Entry::epistemic) {
        pen = QPen(theme.colour(Colour::text), theme.scaled(1));
        pen.setDashPattern({3, 2.4});
    } else if (kind != Entry::aleatoric) {
        pen = QPen(accent, theme.scaled(1.6));
    }
    p.setPen(pen);
    p.drawEllipse(centre, rx, ry);
}

/// Goes through the legend's parts where they stand; returns its height. `visit(position, entry or
/// null, words)`.
template <class Visit>
double walkLegend(const PosteriorScene& scene, double width, bool cards, const Theme& theme,
                  Visit visit) {
    const QFontMetricsF metrics(theme.font(TextSize::caption));
    double x = 0, y = 0;
    for (const Entry& entry : entries(scene, cards, theme)) {
        const double needed = theme.scaled(kSwatch) + metrics.horizontalAdvance(entry.words);
        if (entry.kind == Entry::meanOnPicture && x + 2 * needed + theme.scaled(kGap) > width) {
            break;  // both outlines on pictures or none; nearly plain, and the tooltip says it
        }
        if (x > 0 && x + needed > width) {
            x = 0;
            y += theme.scaled(kLine);
        }
        visit(QPointF(x, y), &entry, entry.words);
        x += needed + theme.scaled(kGap);
    }
    y += theme.scaled(kLine);
    QStringList words = theme.isPresentation() ? QStringList() : sentences(scene);
    if (!words.isEmpty() && metrics.horizontalAdvance(words.first()) > width) {
        words = sentences(scene, true);
    }
    x = 0;
    for (int i = 0; i < words.size(); ++i) {
        const double needed = metrics.horizontalAdvance(words[i]);
        if (x > 0 && x + needed > width) {
            if (i + 1 == words.size()) {
                break;  // how many were measured is worth no line of its own; the tooltip says it
            }
            x = 0;
            y += theme.scaled(kLine);
        }
        visit(QPointF(x, y), nullptr, words[i]);
        x += needed + theme.scaled(i + 2 == words.size() ? 4 : kGap);
    }
    return words.isEmpty() ? y : y + theme.scaled(kLine);
}

}  // namespace

QSizeF smallestCard(const Theme& theme) {
    return {theme.scaled(160), theme.scaled(72)};
}

void paintGalaxyCard(QPainter& p, const QRectF& area, const PosteriorScene& scene, int index,
                     bool selected, const Theme& theme) {
    const GalaxyPosterior& galaxy = scene.galaxies[std::size_t(index)];
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    const double pad = theme.scaled(4);
    // Room for the numbers beside the picture comes first.
    const double side =
        std::max(theme.scaled(24),
                 std::min({area.height() - 2 * pad, area.width() - theme.scaled(kNumbersWidth),
                           theme.scaled(240)}));
    const QRectF picture(area.left() + pad, area.top() + (area.height() - side) / 2, side, side);
    if (selected) {
        p.setPen(Qt::NoPen);
        p.setBrush(theme.colour(Colour::accentSoft));
        p.drawRoundedRect(QRectF(area.left(), picture.top() - pad, area.width(), side + 2 * pad),
                          pad, pad);
    }
    paintPicture(p, picture, galaxy, scene.definition, theme);

    const QPointF badge = picture.topLeft() + QPointF(1, 1) * theme.scaled(10);
    const double r = theme.scaled(7.5);
    p.setPen(Qt::NoPen);
    p.setBrush(theme.colour(selected ? Colour::accent : Colour::text2));
    p.drawEllipse(badge, r, r);
    p.setFont(theme.font(TextSize::caption, QFont::DemiBold));
    p.setPen(theme.colour(selected ? Colour::onAccent : Colour::surface));
    p.drawText(QRectF(badge.x() - 2 * r, badge.y() - 2 * r, 4 * r, 4 * r), Qt::AlignCenter,
               galaxyLetter(index));

    const QFontMetricsF metrics(theme.font(TextSize::caption));
    const double line = std::clamp(side / 5, metrics.height() * 0.98, theme.scaled(18));
    const double left = picture.right() + theme.scaled(8), right = area.right() - theme.scaled(2);
    double y = picture.center().y() - 2.5 * line;
    const auto write = [&](double from, double to, Qt::Alignment how, const QString& words,
                           Colour colour, int weight = QFont::Normal) {
        const QFont font = theme.font(TextSize::caption, weight);
        p.setFont(font);
        p.setPen(theme.colour(colour));
        p.drawText(QRectF(from, y, to - from, line), int(how | Qt::AlignVCenter),
                   QFontMetricsF(font).elidedText(words, Qt::ElideRight, to - from));
    };
    write(left, right, Qt::AlignLeft, galaxy.name, Colour::text2, QFont::DemiBold);
    if (theme.isPresentation()) {
        const auto say = [&](const QString& words, Colour colour) {
            y += line;
            write(left, right, Qt::AlignLeft, words, colour);
        };
        if (galaxy.posterior) {
            const Covariance3& total = galaxy.posterior->total;
            say(text("shape to %1")
                    .arg(plusMinusText(std::sqrt((total[0][0] + total[1][1]) / 2), 2)),
                Colour::text);
            say(text("redshift %1").arg(fixedText(galaxy.posterior->mean[2], 1)), Colour::text2);
        }
        p.restore();
        return;
    }
    static const char* const names[] = {"e₁", "e₂", "z"};
    for (std::size_t i = 0; i < 3; ++i) {
        y += line;
        const bool known = galaxy.posterior.has_value();
        const double value = known ? galaxy.posterior->mean[i] : galaxy.truth[i];
        if (!known && !std::isfinite(value)) {
            continue;
        }
        write(left, left + theme.scaled(16), Qt::AlignLeft, QString::fromUtf8(names[i]),
              Colour::text3);
        write(left + theme.scaled(14), left + theme.scaled(48), Qt::AlignRight,
              i < 2 ? signedText(value, 2) : fixedText(value, 2),
              known ? Colour::text : Colour::text2, known ? QFont::Medium : QFont::Normal);
        if (known) {
            const double variance = galaxy.posterior->total[i][i];
            write(left + theme.scaled(53), right, Qt::AlignLeft,
                  plusMinusText(std::sqrt(variance), 2), Colour::text2);
        } else if (i == 0) {
            write(left + theme.scaled(53), right, Qt::AlignLeft, text("label"), Colour::text3);
        }
    }
    y += line;
    if (std::isfinite(galaxy.snr)) {
        write(left, right, Qt::AlignLeft, text("SNR %1").arg(fixedText(galaxy.snr, 0)),
              Colour::text3);
    }
    p.restore();
}

double legendHeight(const PosteriorScene& scene, double width, bool cards, const Theme& theme) {
    return walkLegend(scene, width, cards, theme,
                      [](const QPointF&, const Entry*, const QString&) {});
}

void paintLegend(QPainter& p, const QRectF& area, const PosteriorScene& scene, bool cards,
                 const Theme& theme) {
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    const QFont font = theme.font(TextSize::caption);
    const double line = theme.scaled(kLine);
    walkLegend(
        scene, area.width(), cards, theme,
        [&](const QPointF& at, const Entry* entry, const QString& words) {
            const QPointF start = area.topLeft() + at;
            double x = start.x();
            if (entry != nullptr) {
                paintSwatch(p, start + QPointF(theme.scaled(9), line / 2), entry->kind, theme);
                x += theme.scaled(kSwatch);
            }
            p.setFont(font);
            p.setPen(theme.colour(entry != nullptr ? Colour::text2 : Colour::text3));
            p.drawText(QRectF(x, start.y(), std::max(1.0, area.right() - x), line),
                       Qt::AlignLeft | Qt::AlignVCenter,
                       QFontMetricsF(font).elidedText(words, Qt::ElideRight, area.right() - x));
        });
    p.restore();
}

QStringList legendLines(const PosteriorScene& scene) {
    QStringList lines;
    if (scene.splitsUncertainty()) {
        lines
            << text(
                   "Filled: aleatoric; dashed: epistemic, of %1 weight draws, which stand faintly "
                   "behind; solid: total; cross: truth.")
                   .arg(countText(scene.weightDraws));
    } else if (scene.anyPosterior()) {
        lines << text(
            "Filled and solid: the total posterior of one network, which is aleatoric alone; "
            "cross: truth.");
    } else {
        lines << text("Crosses: labels. Posteriors appear when training begins.");
    }
    if (scene.anyCompared()) {
        lines << text("Dotted: 1 and 3 σ of %1.").arg(scene.comparedRun);
    }
    if (scene.definition == EllipticityDefinition::notStated) {
        lines << text(
            "The file does not say how |e| is defined, so the pictures have no outlines.");
    } else {
        lines << text("On the pictures, solid: shape of the posterior mean; dashed: label.");
    }
    lines << sentences(scene);
    return lines;
}

PosteriorArrangement arrangePosterior(const QSizeF& size, const PosteriorScene& scene, int selected,
                                      const Theme& theme) {
    PosteriorArrangement result;
    const double pad = theme.scaled(12), gap = theme.scaled(6);
    const QSizeF least = smallestCard(theme);
    const int count = int(scene.galaxies.size());
    const double frameX = theme.scaled(44 + 10), frameY = theme.scaled(26 + 40);
    double bottom = size.height() - theme.scaled(6);

    // The square takes the height there is, but leaves a column of cards its width.
    const double plotWidth = std::min(
        {bottom - frameY + frameX, 0.53 * size.width(), size.width() - pad - least.width() - gap});
    if (count == 0 || plotWidth < theme.scaled(150) || bottom < least.height() + theme.scaled(40)) {
        const double below = legendHeight(scene, size.width() - 2 * pad, false, theme);
        const bool fits = bottom - below > theme.scaled(150);
        result.plot = QRectF(0, 0, size.width(), fits ? bottom - below - gap / 2 : bottom);
        result.legend =
            fits ? QRectF(pad, bottom - below, size.width() - 2 * pad, below) : QRectF();
        return result;
    }
    // Not beyond the plot, unless only that shows every galaxy.
    const double plotBottom = plotWidth - frameX + frameY + theme.scaled(40);
    const double inAColumn = (count + 1) * (least.height() + gap) + theme.scaled(kLine);
    bottom = std::min(bottom, std::max(plotBottom, inAColumn));
    result.plot = QRectF(0, 0, plotWidth, std::min(bottom, plotBottom));
    const double left = plotWidth + gap, right = size.width() - pad;
    const double below = legendHeight(scene, right - left - theme.scaled(4), true, theme);
    result.legend =
        QRectF(left + theme.scaled(4), bottom - below, right - left - theme.scaled(4), below);
    const double top = theme.scaled(2), height = result.legend.top() - theme.scaled(4) - top;

    // As many cards as there is room for; of several ways, the one with the largest pictures, or
    // one of more rows whose pictures are nearly as large: it leaves no empty band below.
    constexpr double kNearlyAsLarge = 0.75;
    int columns = 1, rows = 1, shown = 0;
    double largest = 0;
    const int mostColumns = std::max(1, int((right - left + gap) / (least.width() + gap)));
    const int mostRows = std::max(1, int((height + gap) / (least.height() + gap)));
    for (int c = 1; c <= std::min(mostColumns, count); ++c) {
        const int r = std::min((count + c - 1) / c, mostRows);
        const double side =
            std::min((height - gap * (r - 1)) / r - gap,
                     (right - left - gap * (c - 1)) / c - theme.scaled(kNumbersWidth));
        const int fitting = std::min(count, r * c);
        const bool larger = r < rows ? kNearlyAsLarge * side > largest : side > largest;
        if (fitting > shown || (fitting == shown && larger)) {
            columns = c;
            rows = r;
            shown = fitting;
            largest = side;
        }
    }
    // Whole px, so that every card looks the same.
    const double cardWidth = std::floor((right - left - gap * (columns - 1)) / columns);
    const double cardHeight =
        std::floor(std::min((height - gap * (rows - 1)) / rows, theme.scaled(250)));
    // By whole pages, so that moving the choice does not shift every card each time.
    result.first = selected < 0 ? 0 : std::min(selected / shown * shown, count - shown);
    for (int i = 0; i < shown; ++i) {
        result.cards.emplace_back(std::floor(left) + i % columns * (cardWidth + gap),
                                  top + i / columns * (cardHeight + gap), cardWidth, cardHeight);
    }
    return result;
}

}  // namespace shearbench::widgets

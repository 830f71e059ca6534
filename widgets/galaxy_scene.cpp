// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/galaxy_scene.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

#include "widgets/number_text.h"

namespace shearbench::widgets {

namespace {

constexpr double kMargin = 12, kBetween = 24, kHeading = 24, kGap = 2;
// Device pixels a figure's picture has for each px.
constexpr double kFigureDetail = 3;
constexpr int kLargestPicture = 512;

/// Columns for which `count` squares fill the area best.
int bestColumns(double width, double height, int count) {
    int best = 1;
    double side = 0;
    for (int columns = 1; columns <= std::max(1, count); ++columns) {
        const int rows = (count + columns - 1) / columns;
        const double possible = std::min(width / columns, height / rows);
        if (possible > side) {
            side = possible;
            best = columns;
        }
    }
    return best;
}

}  // namespace

QString GalaxyGroup::name(std::size_t index) const {
    return index < names.size() ? names[index]
                                : QStringLiteral("%1 %2").arg(noun, countText(number(index)));
}

bool GalaxyScene::isEmpty() const {
    return std::all_of(groups.begin(), groups.end(),
                       [](const GalaxyGroup& group) { return group.pixels.empty(); });
}

QRectF GroupArea::picture(int index) const {
    return {origin.x() + index % columns * pitch, origin.y() + index / columns * pitch, side, side};
}

std::vector<GroupArea> arrangeGalaxies(const QSizeF& size, const GalaxyScene& scene,
                                       double leastSide, const Theme& theme) {
    std::vector<GroupArea> areas;
    if (scene.groups.empty()) {
        return areas;
    }
    const double margin = theme.scaled(kMargin), between = theme.scaled(kBetween),
                 heading = theme.scaled(kHeading), gap = theme.scaled(kGap);
    const auto groups = double(scene.groups.size());
    const double width =
        std::max(1.0, (size.width() - 2 * margin - (groups - 1) * between) / groups);
    const double height = std::max(1.0, size.height() - heading - theme.scaled(8));
    int most = 1;
    for (const GalaxyGroup& group : scene.groups) {
        most = std::max(most, int(group.pixels.size()));
    }
    int columns = scene.groups.front().columns > 0 ? scene.groups.front().columns
                                                   : bestColumns(width + gap, height + gap, most);
    const auto pitchOf = [&](int count) { return (width + gap) / count; };
    double pitch = std::min(pitchOf(columns), (height + gap) / ((most + columns - 1) / columns));
    if (pitch - gap < leastSide && scene.groups.front().columns == 0) {
        columns = std::max(1, int((width + gap) / (leastSide + gap)));
        pitch = pitchOf(columns);
    }
    const double wide = columns * pitch - gap;
    for (std::size_t i = 0; i < scene.groups.size(); ++i) {
        GroupArea area;
        const double left = margin + double(i) * (wide + between);
        area.columns = columns;
        area.count = int(scene.groups[i].pixels.size());
        area.pitch = pitch;
        area.side = std::max(1.0, pitch - gap);
        area.heading = QRectF(left, 0, wide, heading);
        area.origin = QPointF(left, heading);
        areas.push_back(area);
    }
    return areas;
}

namespace {

void paintHeading(QPainter& painter, const QRectF& area, const GalaxyGroup& group,
                  const Theme& theme) {
    const QFont strong = theme.font(TextSize::caption, QFont::DemiBold);
    painter.setFont(strong);
    painter.setPen(theme.colour(group.made ? Colour::accent : Colour::text2));
    painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter, group.title);
    const double room =
        area.width() - QFontMetricsF(strong).horizontalAdvance(group.title) - theme.scaled(12);
    const QFont quiet = theme.font(TextSize::caption);
    painter.setFont(quiet);
    painter.setPen(theme.colour(Colour::text3));
    painter.drawText(area, Qt::AlignRight | Qt::AlignVCenter,
                     QFontMetricsF(quiet).elidedText(group.remark, Qt::ElideRight, room));
}

}  // namespace

void paintGalaxies(QPainter& painter, const std::vector<GroupArea>& areas, const GalaxyScene& scene,
                   const QRectF& clip, double pixelRatio, const PictureOf& picture,
                   const Theme& theme) {
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    for (std::size_t g = 0; g < areas.size(); ++g) {
        paintHeading(painter, areas[g].heading, scene.groups[g], theme);
        const int size =
            std::clamp(int(std::lround(areas[g].side * pixelRatio)), 1, kLargestPicture);
        for (int i = 0; i < areas[g].count; ++i) {
            const QRectF area = areas[g].picture(i);
            if (!area.intersects(clip)) {
                continue;
            }
            const QImage image = picture({int(g), i}, size);
            if (image.isNull()) {
                painter.fillRect(area, theme.colour(Colour::raised));
            } else {
                painter.drawImage(area, image);
            }
        }
    }
}

void paintGalaxies(QPainter& painter, const QSizeF& size, const GalaxyScene& scene,
                   const Theme& theme) {
    const auto areas = arrangeGalaxies(size, scene, 0, theme);
    const auto picture = [&scene](const GalaxyPlace& place, int pixels) {
        const CutoutPixels& of =
            scene.groups[std::size_t(place.group)].pixels[std::size_t(place.index)];
        return of ? cutoutImage(scene.format, *of, scene.display, pixels) : QImage();
    };
    paintGalaxies(painter, areas, scene, QRectF(QPointF(), size), kFigureDetail, picture, theme);
}

}  // namespace shearbench::widgets

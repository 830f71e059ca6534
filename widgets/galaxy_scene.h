// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QPainter>
#include <QRectF>
#include <QString>
#include <functional>
#include <vector>

#include "widgets/cutout_image.h"
#include "widgets/theme.h"

// Sets of galaxies beside each other, and how they are drawn on the screen and in figures. Sizes in
// px of the theme.

namespace shearbench::widgets {

/// One set: "Test set", "Generated".
struct GalaxyGroup {
    QString title, remark;  ///< above its pictures, left and right
    QString noun;           ///< what one of them is called, a number follows: "generated galaxy"
    bool made = false;      ///< by the network
    std::vector<CutoutPixels> pixels;
    /// Their numbers, one each; empty: 1, 2, ...
    std::vector<qint64> numbers;
    std::vector<QString> names;  ///< instead of noun and number; may be empty
    int columns = 0;             ///< 0: as many as let the pictures be large

    qint64 number(std::size_t index) const {
        return index < numbers.size() ? numbers[index] : qint64(index) + 1;
    }
    QString name(std::size_t index) const;  ///< "generated galaxy 7"
};

/// All of them at the same stretch.
struct GalaxyScene {
    QString title;  ///< of figures
    CutoutFormat format;
    CutoutDisplay display;
    std::vector<GalaxyGroup> groups;
    /// Galaxies at the same place belong together: a galaxy and its reconstruction.
    bool paired = false;

    bool isEmpty() const;
};

/// Where one of them is: group and place in it.
struct GalaxyPlace {
    int group = -1, index = -1;
    bool isValid() const { return group >= 0; }
    bool operator==(const GalaxyPlace&) const = default;
};

/// Where a group lies.
struct GroupArea {
    QRectF heading;
    QPointF origin;  ///< of the first picture
    int columns = 1, count = 0;
    double side = 1, pitch = 1;  ///< of a picture; from one to the next

    QRectF picture(int index) const;
    int rows() const { return (count + columns - 1) / columns; }
    double bottom() const { return origin.y() + rows() * pitch; }
};
/// Groups side by side, pictures as large as lets all of them be seen, but not smaller than
/// `leastSide`: then they go beyond the height.
std::vector<GroupArea> arrangeGalaxies(const QSizeF& size, const GalaxyScene& scene,
                                       double leastSide, const Theme& theme);

/// Paints headings and pictures that lie in `clip`. `picture` gives one of that many device pixels.
using PictureOf = std::function<QImage(const GalaxyPlace& place, int size)>;
void paintGalaxies(QPainter& painter, const std::vector<GroupArea>& areas, const GalaxyScene& scene,
                   const QRectF& clip, double pixelRatio, const PictureOf& picture,
                   const Theme& theme);
/// All of a scene in an area of that size, drawn finely.
void paintGalaxies(QPainter& painter, const QSizeF& size, const GalaxyScene& scene,
                   const Theme& theme);

}  // namespace shearbench::widgets

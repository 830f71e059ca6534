// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QPixmap>
#include <QString>
#include <QStringList>

#include "widgets/theme.h"

// Icons: the line drawings of resources/icons in a colour of the theme, drawn at the size and
// device pixel ratio asked for. Sizes in use: 16 (small), 20 (tool bar), 32 (empty panes).

namespace shearbench::widgets {

/// An icon that follows the theme by itself: it never needs to be made again. Disabled it takes
/// Colour::disabled. `checked` is the colour when on. An unknown name throws Error.
QIcon themeIcon(const Theme& theme, const QString& name, Colour colour = Colour::text2);
QIcon themeIcon(const Theme& theme, const QString& name, Colour colour, Colour checked);

/// One picture of `px` logical pixels for a device of that pixel ratio.
QPixmap iconPixmap(const QString& name, double px, const QColor& colour, double devicePixelRatio);

/// Draws into `area`, as vectors where the painter's device keeps them.
void paintIcon(QPainter& painter, const QRectF& area, const QString& name, const QColor& colour);

QStringList iconNames();

}  // namespace shearbench::widgets

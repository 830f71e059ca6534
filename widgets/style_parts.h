// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainter>
#include <QStyleOption>

#include "widgets/style.h"

// The families of controls that Style hands out painting and measuring to. Lengths are logical
// pixels; every rectangle is the option's.

namespace shearbench::widgets::parts {

// Sizes at 96 dpi, to be scaled by the theme.
constexpr double kFieldHeight = 26, kButtonHeight = 28, kFieldPadding = 8, kRadius = 4,
                 kArrowWidth = 22, kSpinWidth = 18, kIndicator = 16, kIcon = 16;
// Borders keep their width at every size.
constexpr double kBorder = 1, kRing = 2;

/// The option a control is painted with, by what Qt promises for that control.
template <class Option>
const Option& as(const QStyleOption* option) {
    return *static_cast<const Option*>(option);
}

inline bool isEnabled(const QStyleOption& option) {
    return (option.state & QStyle::State_Enabled) != 0;
}
inline bool isHovered(const QStyleOption& option) {
    return isEnabled(option) && (option.state & QStyle::State_MouseOver) != 0;
}
inline bool isPressed(const QStyleOption& option) {
    return isEnabled(option) && (option.state & QStyle::State_Sunken) != 0;
}
inline bool hasFocus(const QStyleOption& option) {
    return isEnabled(option) && (option.state & QStyle::State_HasFocus) != 0;
}

/// A rounded box with its border inside `area`.
void paintBox(QPainter& painter, const QRectF& area, const QColor& fill, const QColor& border,
              double width, double radius);
/// The frame around what has the keyboard.
void paintRing(QPainter& painter, const QRectF& area, const QColor& colour, double radius);
/// An icon of `px` at 96 dpi in the middle of `area`.
void paintIconIn(QPainter& painter, const QRectF& area, const char* name, double px,
                 const QColor& colour, const Theme& theme);

// style_buttons.cpp
void paintPushButton(QPainter& painter, const QStyleOptionButton& option, const QWidget* widget,
                     const Theme& theme);
QSize pushButtonSize(const QStyleOptionButton& option, QSize contents, const QWidget* widget,
                     const Theme& theme);
/// The ground under the icon and words of a tool button; returns the colour for its words.
QColor paintToolGround(QPainter& painter, const QStyleOptionToolButton& option, Role role,
                       const Theme& theme);
/// Whether an arrow at its right says that it opens a menu: of choices without an icon of their
/// own.
bool hasToolArrow(const QStyleOptionToolButton& option, const QWidget* widget);
void paintToolArrow(QPainter& painter, const QStyleOptionToolButton& option, const QColor& colour,
                    const Theme& theme);
/// Room around the icon and words.
QMargins toolMargins(const QStyleOptionToolButton& option, const QWidget* widget,
                     const Theme& theme);
void paintCheck(QPainter& painter, const QStyleOption& option, const Theme& theme);
void paintRadio(QPainter& painter, const QStyleOption& option, const Theme& theme);

// style_fields.cpp
/// Frame and ground of a line to write in, a list to open or a number to step.
void paintField(QPainter& painter, const QStyleOption& option, const QWidget* widget,
                const Theme& theme);
void paintComboBox(QPainter& painter, const QStyleOptionComboBox& option, const QWidget* widget,
                   const Theme& theme);
void paintComboLabel(QPainter& painter, const QStyleOptionComboBox& option, const Theme& theme);
QRect comboRect(const QStyleOptionComboBox& option, QStyle::SubControl part, const Theme& theme);
void paintSpinBox(QPainter& painter, const QStyleOptionSpinBox& option, const QWidget* widget,
                  const Theme& theme);
QRect spinRect(const QStyleOptionSpinBox& option, QStyle::SubControl part, const Theme& theme);
void paintSlider(QPainter& painter, const QStyleOptionSlider& option, const QRectF& handle,
                 const Theme& theme);
void paintProgress(QPainter& painter, const QStyleOptionProgressBar& option, const Theme& theme);

// style_bars.cpp
void paintHeaderSection(QPainter& painter, const QStyleOptionHeader& option, const Theme& theme);
void paintTab(QPainter& painter, const QStyleOptionTab& option, const Theme& theme);
void paintTabLabel(QPainter& painter, const QStyleOptionTab& option, const Theme& theme);
QSize tabSize(const QStyleOptionTab& option, const QWidget* widget, const Theme& theme);
void paintScrollBar(QPainter& painter, const QStyleOptionSlider& option, const QRectF& slider,
                    const Theme& theme);
QRect scrollBarRect(const QStyleOptionSlider& option, QStyle::SubControl part, const Theme& theme);
/// Frames by role, and those of Qt's views.
void paintFrame(QPainter& painter, const QStyleOptionFrame& option, const QWidget* widget,
                const Theme& theme);

// style_menus.cpp
void paintMenuBarItem(QPainter& painter, const QStyleOptionMenuItem& option, const Theme& theme);
void paintMenuItem(QPainter& painter, const QStyleOptionMenuItem& option, const Theme& theme);
QSize menuItemSize(const QStyleOptionMenuItem& option, QSize contents, const Theme& theme);

}  // namespace shearbench::widgets::parts

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

#include "widgets/theme.h"

// How every control looks, painted from the theme's tokens of the moment over Qt's Fusion style.
//
// A new widget: controls of Qt need nothing at all. A variant of one is named by
// setRole(widget, Role::primary). A label says what its words are, setRole(label, Role::caption),
// and so gets size and colour. What is painted by hand asks the theme while it paints. Style sheets
// are never set, not on a single widget: Qt then looks up rules for everything below it, and a
// change of colours is felt. Nor is a palette given a theme's colour: it would stay behind when the
// colours change; a palette role, QWidget::setForegroundRole(), follows.

namespace shearbench::widgets {

/// What a widget is for, where its class does not say it.
enum class Role {
    none,
    // Buttons.
    primary,  ///< QPushButton, QToolButton: filled, the one thing to do here
    mini,     ///< QToolButton: an icon alone, of a pane's header
    pick,     ///< QToolButton: opens a menu of choices; without an icon it gets an arrow
    segment,  ///< QPushButton in a QButtonGroup: one of several side by side
    link,     ///< QPushButton: words alone, in the accent
    // Words: size, weight and colour of a QLabel.
    title,    ///< of a pane or a page
    caption,  ///< small and quiet
    remark,   ///< small, less quiet
    field,    ///< names the field beside it
    quiet,    ///< body size, as quiet as a caption
    value,    ///< body
    strong,   ///< body, heavier
    problem,  ///< small, what is wrong with the field above
    keycap,   ///< a key of the keyboard
    // Frames.
    pane,        ///< a surface with a border, round corners
    line,        ///< hairline across
    strongLine,  ///< hairline across, darker, above totals
    upright      ///< hairline down
};

void setRole(QWidget* widget, Role role);
Role roleOf(const QWidget* widget);

/// Marks a field whose value cannot be used: its border turns red.
void setBad(QWidget* field, bool bad);

class Style : public QProxyStyle {
    Q_OBJECT
  public:
    /// The theme must outlive the style, or at least its use.
    explicit Style(const Theme& theme);

    /// To be called after the theme's sizes changed, once the application has its new font.
    void resize();

    using QProxyStyle::polish;
    void polish(QWidget* widget) override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                            QPainter* painter, const QWidget* widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption* option,
                         const QWidget* widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                         const QWidget* widget) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& contents,
                           const QWidget* widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option,
                    const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* result) const override;
    QIcon standardIcon(StandardPixmap standard, const QStyleOption* option,
                       const QWidget* widget) const override;

  private:
    void applyRole(QWidget* widget) const;

    const Theme& theme_;
};

}  // namespace shearbench::widgets

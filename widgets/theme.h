// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>
#include <QPointer>
#include <QString>

// The visual language: colours, sizes and fonts, read from resources/theme_tokens.json. Nothing
// else in the program names a colour or a font size.
//
// A widget takes `const Theme&` in its constructor, keeps the reference (the theme outlives every
// widget), asks it while painting, and connects Theme::changed to whatever it has stored (sizes,
// fonts set on children). Icons follow by themselves (widgets/icon.h), and so do Qt's controls and
// everything with a role (widgets/style.h): no widget has a style sheet.

namespace shearbench::widgets {

/// A colour by its meaning. Names are those of the tokens.
enum class Colour {
    window,
    surface,
    raised,
    field,
    hover,
    pressed,
    border,
    borderStrong,
    text,
    text2,
    text3,
    disabled,
    accent,
    accentHover,
    accentPressed,
    accentSoft,
    onAccent,
    focus,
    ok,
    okSoft,
    warn,
    warnSoft,
    fail,
    failSoft,
    grid,
    axis,
    ratioOne,
    halo,
    truth
};

/// The colours that belong to devices, in the order they are given out (widgets/device_colours.h).
enum class DeviceColour { blue, green, purple, orange, sky, vermillion, ink };

/// Roles of text, by size: caption 11, body 12, title 14, display 18, hero 32 px at 96 dpi.
enum class TextSize { caption, body, title, display, hero };

/// The palette's roles for quieter words and for errors: QWidget::setForegroundRole(). Qt has no
/// names for them; nothing else here uses these.
constexpr QPalette::ColorRole kSecondaryText = QPalette::Shadow,
                              kTertiaryText = QPalette::PlaceholderText,
                              kFailText = QPalette::BrightText;

class Style;

class Theme : public QObject {
    Q_OBJECT
  public:
    /// What a theme is made for. `screen` uses point sizes and the screen's logical dpi. `figure`
    /// is independent of the screen: one px is exactly one unit of the painter (times the factor),
    /// light.
    enum class Medium { screen, figure };

    /// Registers the bundled fonts on first use. Requires a QGuiApplication. Throws Error when the
    /// embedded tokens cannot be read.
    explicit Theme(Medium medium = Medium::screen, QObject* parent = nullptr);
    ~Theme() override;

    /// Style, palette and font for the whole application, and again at every later change of this
    /// theme, until it ends. The one call a program makes.
    void applyToApplication();

    bool isDark() const { return dark_; }
    void setDark(bool dark);
    /// For people at a distance: type and everything measured with px() grows by the token's factor
    /// (1.6), and widgets that have plainer words use them.
    bool isPresentation() const { return presentation_; }
    void setPresentation(bool on) { setPresentation(on, factor_); }
    /// The same together with setFactor(): restyling the application twice would be felt.
    void setPresentation(bool on, double factor);
    /// A further factor on type and sizes (1); used by figure export to set the type size.
    void setFactor(double factor);

    QColor colour(Colour name) const;
    QColor colour(Colour name, double alpha) const;
    /// A device's colour for lines and marks (contrast >= 3) and for words (>= 4.5).
    QColor line(DeviceColour name) const;
    QColor text(DeviceColour name) const;
    /// Rubin's colour of band 0..5 (u g r i z y); bands beyond repeat.
    QColor band(int index) const;
    static constexpr int kBands = 6;

    /// Length in logical pixels of `px` at 96 dpi: px * factor * logical dpi / 96.
    double scaled(double px) const { return px * scale_; }
    int px(double px) const { return qRound(px * scale_); }

    /// `weight` as QFont::Weight; -1: the role's own.
    QFont font(TextSize size, int weight = -1) const;
    QFont monoFont(TextSize size = TextSize::caption) const;

    QPalette palette() const;

  Q_SIGNALS:
    /// Colours or sizes are others now. Sent after the application has its new palette and font.
    void changed();

  private:
    struct Tokens;
    static const Tokens& tokens();
    void update();
    void updateApplication();

    Medium medium_;
    bool dark_ = false, presentation_ = false;
    double factor_ = 1, scale_ = 1, type_ = 1, appliedScale_ = 0;
    QPointer<Style> style_;  ///< the application's, once applied
};

}  // namespace shearbench::widgets

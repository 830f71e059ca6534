// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QFontInfo>
#include <QFontMetricsF>
#include <QImage>
#include <QLabel>
#include <QSignalSpy>
#include <QToolButton>
#include <cmath>

#include "core/error.h"
#include "widgets/device_colours.h"
#include "widgets/icon.h"

namespace shearbench::widgets {
namespace {

double luminance(const QColor& colour) {
    const auto linear = [](double v) {
        return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

double contrast(const QColor& a, const QColor& b) {
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

TEST(Theme, EveryColourIsThereAndReadable) {
    Theme theme;
    for (const bool dark : {false, true}) {
        theme.setDark(dark);
        for (int i = 0; i <= int(Colour::truth); ++i) {
            EXPECT_TRUE(theme.colour(Colour(i)).isValid()) << i;
        }
        const QColor surface = theme.colour(Colour::surface);
        for (const Colour name : {Colour::text, Colour::text2, Colour::text3, Colour::accent,
                                  Colour::ok, Colour::warn, Colour::fail, Colour::ratioOne}) {
            EXPECT_GE(contrast(theme.colour(name), surface), 4.5) << int(name) << dark;
        }
        for (int i = 0; i <= int(DeviceColour::ink); ++i) {
            EXPECT_GE(contrast(theme.line(DeviceColour(i)), surface), 2.95) << i << dark;
            EXPECT_GE(contrast(theme.text(DeviceColour(i)), surface), 4.5) << i << dark;
        }
        for (int band = 0; band < Theme::kBands; ++band) {
            EXPECT_TRUE(theme.band(band).isValid());
        }
    }
}

TEST(Theme, BundledFontIsUsedAndFiguresAreTabular) {
    Theme theme;
    const QFont font = theme.font(TextSize::body);
    EXPECT_EQ(QFontInfo(font).family(), QStringLiteral("Shearbench Sans"));
    const QFontMetricsF metrics(font);
    EXPECT_DOUBLE_EQ(metrics.horizontalAdvance(QStringLiteral("1111")),
                     metrics.horizontalAdvance(QStringLiteral("8888")));
    EXPECT_GT(QFontMetricsF(theme.font(TextSize::body, QFont::Bold)).horizontalAdvance("Galaxy"),
              metrics.horizontalAdvance("Galaxy"));
}

TEST(Theme, SizesFollowTheFactor) {
    Theme theme;
    EXPECT_EQ(theme.px(10), 10);  // the tests run at 96 dpi
    EXPECT_DOUBLE_EQ(theme.font(TextSize::caption).pointSizeF(), 8.25);
    QSignalSpy changes(&theme, &Theme::changed);
    theme.setPresentation(true);
    EXPECT_EQ(changes.count(), 1);
    EXPECT_EQ(theme.px(10), 16);
    EXPECT_DOUBLE_EQ(theme.font(TextSize::caption).pointSizeF(), 8.25 * 1.6);
    theme.setPresentation(true);
    EXPECT_EQ(changes.count(), 1);
}

TEST(Theme, SwitchingReachesWidgetsAndIcons) {
    Theme theme;
    theme.applyToApplication();
    QLabel label(QStringLiteral("Posterior"));
    QToolButton button;
    button.setIcon(themeIcon(theme, "train", Colour::text));
    const auto shown = [&] { return button.icon().pixmap(16, 16).toImage(); };
    const QImage light = shown();
    EXPECT_EQ(label.palette().color(QPalette::WindowText), theme.colour(Colour::text));
    theme.setDark(true);
    EXPECT_NE(light, shown());
    EXPECT_EQ(QApplication::palette().color(QPalette::Window), theme.colour(Colour::window));
    theme.setDark(false);
    EXPECT_EQ(light, shown());
}

TEST(Icon, EveryDrawingHasInkAtEveryRatio) {
    EXPECT_GE(iconNames().size(), 32);
    for (const QString& name : iconNames()) {
        for (const double ratio : {1.0, 2.0}) {
            const QImage image = iconPixmap(name, 16, Qt::red, ratio).toImage();
            ASSERT_EQ(image.width(), qRound(16 * ratio));
            int inked = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    const QColor pixel = image.pixelColor(x, y);
                    inked += pixel.alpha() > 100 && pixel.red() > 200;
                }
            }
            EXPECT_GT(inked, 4) << name.toStdString();
        }
    }
    Theme theme;
    EXPECT_THROW(themeIcon(theme, "no such icon"), Error);
}

TEST(DeviceColours, AreKeptAndComeInOrder) {
    DeviceColours colours;
    EXPECT_EQ(colours.colourOf(DeviceColours::kPublishedV100), DeviceColour::ink);
    EXPECT_EQ(colours.colourOf(DeviceColours::kPublishedGc2), DeviceColour::blue);
    EXPECT_EQ(colours.colourOf("gpu:0", DeviceColours::Kind::gpu), DeviceColour::purple);
    EXPECT_EQ(colours.colourOf("cpu:0", DeviceColours::Kind::cpu), DeviceColour::green);
    EXPECT_EQ(colours.colourOf("cpu:1", DeviceColours::Kind::cpu), DeviceColour::orange);
    EXPECT_EQ(colours.colourOf("gpu:1", DeviceColours::Kind::gpu), DeviceColour::sky);
    EXPECT_EQ(colours.colourOf("x", DeviceColours::Kind::other), DeviceColour::vermillion);

    auto map = colours.toMap();
    map.insert("odd", "no colour");
    DeviceColours again = DeviceColours::fromMap(map);
    EXPECT_EQ(again.colourOf("cpu:1", DeviceColours::Kind::cpu), DeviceColour::orange);
    EXPECT_EQ(again.toMap(), colours.toMap());
}

}  // namespace
}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_text.h"

#include <gtest/gtest.h>

#include <QLocale>
#include <cmath>
#include <limits>

namespace shearbench::widgets {
namespace {

std::string s(const QString& text) {
    return text.toStdString();
}

TEST(NumberText, IsThatOfTheFieldInAnyLocale) {
    QLocale::setDefault(QLocale(QLocale::German));
    EXPECT_EQ(s(fixedText(1778, 0)), "1,778");
    EXPECT_EQ(s(fixedText(-2.6, 2)), "−2.60");
    EXPECT_EQ(s(fixedText(-0.0004, 2)), "0.00");
    EXPECT_EQ(s(signedText(0.34, 2)), "+0.34");
    EXPECT_EQ(s(signedText(-0.09, 2)), "−0.09");
    EXPECT_EQ(s(signedText(0.001, 2)), "0.00");
    EXPECT_EQ(s(signedText(1234.5, 1)), "+1,234.5");
    EXPECT_EQ(s(countText(1517217)), "1,517,217");
    EXPECT_EQ(s(briefCountText(9999)), "9,999");
    EXPECT_EQ(s(briefCountText(162760)), "163k");
    EXPECT_EQ(s(briefCountText(1517217)), "1.52M");
    EXPECT_EQ(s(plusMinusText(0.03, 2)), "±0.03");
    QLocale::setDefault(QLocale::c());
}

TEST(NumberText, ShortTextRoundsToDigits) {
    EXPECT_EQ(s(shortText(0)), "0");
    EXPECT_EQ(s(shortText(1778)), "1,778");
    EXPECT_EQ(s(shortText(40.62)), "40.6");
    EXPECT_EQ(s(shortText(0.5)), "0.5");
    EXPECT_EQ(s(shortText(9.996)), "10");
    EXPECT_EQ(s(shortText(0.00032)), "0.00032");
    EXPECT_EQ(s(shortText(-3.2e-7)), "−3.2 × 10⁻⁷");
    EXPECT_EQ(s(shortText(1e300)), "1 × 10³⁰⁰");
    EXPECT_EQ(s(shortText(std::nan(""))), "NaN");
    EXPECT_EQ(s(shortText(-std::numeric_limits<double>::infinity())), "−∞");
}

TEST(NumberText, BytesAndDurations) {
    EXPECT_EQ(s(bytesText(0)), "0 B");
    EXPECT_EQ(s(bytesText(999)), "999 B");
    EXPECT_EQ(s(bytesText(97'000'000)), "97 MB");
    EXPECT_EQ(s(bytesText(15'600'000'000)), "15.6 GB");
    EXPECT_EQ(s(bytesText(999'999)), "1 MB");
    EXPECT_EQ(s(bytesText(std::numeric_limits<quint64>::max())), "18.4 EB");
    EXPECT_EQ(s(durationText(3.42)), "3.4 s");
    EXPECT_EQ(s(durationText(40)), "40 s");
    EXPECT_EQ(s(durationText(59.8)), "1 min");
    EXPECT_EQ(s(durationText(660)), "11 min");
    EXPECT_EQ(s(durationText(7500)), "2 h 5 min");
    EXPECT_EQ(s(durationText(90000)), "1 d 1 h");
    EXPECT_EQ(s(durationText(std::nan(""))), "NaN");
}

}  // namespace
}  // namespace shearbench::widgets

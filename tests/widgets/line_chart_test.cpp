// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/line_chart.h"

#include <gtest/gtest.h>

#include <QAbstractItemModel>
#include <QApplication>
#include <QBuffer>
#include <QPainter>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSvgGenerator>
#include <QTest>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "tests/widgets/pictures.h"
#include "widgets/loss_chart.h"
#include "widgets/speed_chart.h"

namespace shearbench::widgets {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

class LineChartTest : public testing::Test {
  protected:
    Theme theme;
    LineChart chart{theme};

    static ChartSpec spec(std::vector<ChartPoint> points, Scale scale = Scale::linear) {
        ChartSpec result;
        result.title = "Test";
        result.x.title = "images per batch";
        result.y.title = "seconds";
        result.y.scale = scale;
        result.series.push_back({"a", "device A", {}, DeviceColour::blue, std::move(points)});
        return result;
    }

    QColor colour() const { return theme.line(DeviceColour::blue); }
    QWidget* viewport() { return chart.findChild<QWidget*>("chartViewport"); }
};

TEST_F(LineChartTest, CurvesLieWhereTheAxesSay) {
    for (const Scale scale : {Scale::linear, Scale::log}) {
        std::vector<ChartPoint> points;
        for (int i = 1; i <= 9; ++i) {
            points.push_back({double(i), 10.0 * i * i});
        }
        chart.setSpec(spec(points, scale));
        // Every size anew, for the plot area changes with it.
        for (const QSize size : {QSize(500, 300), QSize(800, 240), QSize(360, 420)}) {
            const QImage image = pictureOf(chart, size);
            for (const ChartPoint& p : points) {
                const QPointF at = chart.mapToWidget(p.x, p.y);
                ASSERT_TRUE(chart.plotArea().adjusted(-1, -1, 1, 1).contains(at));
                EXPECT_GE(pixelsOf(image, colour(), around(at, 2), 0.25), 3) << p.x;
            }
        }
    }
}

TEST_F(LineChartTest, TopOfTheRangeIsATickAndTheRangeFollowsTheData) {
    chart.setSpec(spec({{0, 3}, {1, 47}}));
    pictureOf(chart, {500, 300});
    EXPECT_DOUBLE_EQ(chart.yRange().second, 50);
    chart.setSpec(spec({{0, 3}, {1, 47}, {2, 470}}));
    EXPECT_DOUBLE_EQ(chart.yRange().second, 500);
    EXPECT_DOUBLE_EQ(chart.xRange().second, 2);
}

TEST_F(LineChartTest, NothingVanishesForOneBadValue) {
    for (const Scale scale : {Scale::linear, Scale::log}) {
        chart.setSpec(spec(
            {{1, 5}, {2, 6}, {3, kNaN}, {4, 6}, {5, kInfinity}, {6, 7}, {7, 0}, {8, 4}, {9, 5}},
            scale));
        const QImage image = pictureOf(chart, {500, 300});
        EXPECT_GT(pixelsOf(image, colour(), chart.plotArea().toRect(), 0.3), 40);
        EXPECT_GE(pixelsOf(image, colour(), around(chart.mapToWidget(4, 6), 2), 0.35), 2);  // alone
        const QPointF cross(chart.mapToWidget(3, 5).x(), chart.plotArea().bottom() - 5);
        EXPECT_GE(pixelsOf(image, theme.colour(Colour::fail), around(cross, 4), 0.4), 4);
    }
    EXPECT_TRUE(chart.summary().contains("3 that cannot be drawn"));
}

TEST_F(LineChartTest, EmptyOneAndAHundredThousandPoints) {
    chart.setSpec({});
    pictureOf(chart, {400, 240});
    EXPECT_EQ(chart.summary(), "No values yet.");
    chart.setSpec(spec({}));
    pictureOf(chart, {400, 240});
    chart.setSpec(spec({{kNaN, kNaN}}));
    pictureOf(chart, {400, 240});
    chart.setSpec(spec({{3, -1e-300}}));
    const QImage one = pictureOf(chart, {400, 240});
    EXPECT_GE(pixelsOf(one, colour(), around(chart.mapToWidget(3, -1e-300), 3), 0.3), 4);
    std::vector<ChartPoint> many(100'000);
    for (std::size_t i = 0; i < many.size(); ++i) {
        many[i] = {double(i), std::sin(0.01 * double(i))};
    }
    many[77'777].y = 40;
    chart.setSpec(spec(many));
    const QImage image = pictureOf(chart, {400, 240});
    EXPECT_GE(pixelsOf(image, colour(), around(chart.mapToWidget(77'777, 38), 3), 0.4), 2);
    EXPECT_EQ(chart.figureTable()->rowCount(), 100'000);
    // Tiny sizes draw nothing wrong.
    for (const QSize size : {QSize(1, 1), QSize(20, 20), QSize(90, 60), QSize(3000, 20)}) {
        pictureOf(chart, size);
    }
}

TEST_F(LineChartTest, ASpikeAmongAMillionStaysExactWhateverIsInView) {
    constexpr std::size_t kCount = 1'000'000, kSpike = 333'333;
    constexpr double kHeight = 54'321.0625;
    for (const Scale scale : {Scale::linear, Scale::log}) {
        std::vector<ChartPoint> many(kCount);
        for (std::size_t i = 0; i < kCount; ++i) {
            many[i] = {double(i), 10 + std::sin(0.001 * double(i))};
        }
        many[kSpike].y = kHeight;
        chart.setSpec(spec(many, scale));
        // All of it, a third, a thousandth, five points; the spike at an edge, and out of view.
        for (const auto& [from, to] : std::vector<std::pair<double, double>>{{0, kCount - 1},
                                                                             {2e5, 5e5},
                                                                             {333'000, 334'000},
                                                                             {333'331, 333'335},
                                                                             {kSpike, 4e5},
                                                                             {2e5, kSpike}}) {
            chart.setXRange(from, to);
            const QImage image = pictureOf(chart, {640, 300});
            EXPECT_GE(chart.yRange().second, kHeight);
            const QPointF top = chart.mapToWidget(kSpike, kHeight);
            EXPECT_GE(pixelsOf(image, colour(), around(top + QPointF(0, 4), 3), 0.45), 2)
                << from << " to " << to;
        }
        chart.setXRange(kSpike + 1, 5e5);
        pictureOf(chart, {640, 300});
        EXPECT_LT(chart.yRange().second, 100);
        chart.resetView();
        QAbstractItemModel* table = chart.figureTable();
        ASSERT_EQ(table->rowCount(), int(kCount));
        EXPECT_EQ(table->index(kSpike, 1).data(Figure::kRawValueRole).toDouble(), kHeight);
        EXPECT_EQ(table->index(kSpike - 1, 1).data(Figure::kRawValueRole).toDouble(),
                  many[kSpike - 1].y);
    }
}

TEST_F(LineChartTest, SeveralPointsAtOneXAreAllInTheTable) {
    ChartSpec two = spec({{1, 1}, {1, 2}, {1, 3}, {kNaN, 7}, {2, 4}, {kNaN, 8}, {kInfinity, 9}});
    two.series.push_back({"b", "device B", {}, DeviceColour::green, {{1, 5}, {2, 6}}});
    chart.setSpec(two);
    QAbstractItemModel* table = chart.figureTable();
    ASSERT_EQ(table->rowCount(), 7);
    std::multiset<double> values;
    for (int row = 0; row < 7; ++row) {
        values.insert(table->index(row, 1).data(Figure::kRawValueRole).toDouble());
    }
    EXPECT_EQ(values, (std::multiset<double>{1, 2, 3, 4, 7, 8, 9}));
    EXPECT_EQ(table->index(0, 2).data(Figure::kRawValueRole).toDouble(), 5);
    EXPECT_FALSE(table->index(1, 2).data().isValid());
}

TEST_F(LineChartTest, AZoomedChartOffersToShowAll) {
    chart.setSpec(spec({{0, 1}, {10, 2}}));
    chart.resize(500, 300);
    auto* all = chart.findChild<QPushButton*>();
    ASSERT_TRUE(all);
    EXPECT_TRUE(all->isHidden());
    chart.setXRange(2, 3);
    EXPECT_FALSE(all->isHidden());
    EXPECT_TRUE(chart.rect().contains(all->geometry()));
    all->click();
    EXPECT_FALSE(chart.isZoomed());
    EXPECT_TRUE(all->isHidden());
}

TEST_F(LineChartTest, LongNamesGoOnInTheNextLine) {
    ChartSpec wordy = spec({{1, 1}, {2, 2}});
    wordy.series[0].label = "B = A device with a name as long as this one, 2 cores";
    wordy.series[0].note = "and a note that is no shorter";
    chart.setSpec(wordy);
    QByteArray svg;
    QBuffer buffer(&svg);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    QPainter painter(&generator);
    chart.paintFigure(painter, {340, 240}, Theme(Theme::Medium::figure));
    painter.end();
    static const QRegularExpression element("<text[^>]*>([^<]*)</text>");
    QStringList lines;
    auto found = element.globalMatch(QString::fromUtf8(svg));
    while (found.hasNext()) {
        lines << found.next().captured(1).trimmed();
    }
    const QString all = lines.join(' ');
    EXPECT_TRUE(all.contains(wordy.series[0].label)) << all.toStdString();
    EXPECT_TRUE(all.contains(wordy.series[0].note)) << all.toStdString();
    EXPECT_TRUE(std::any_of(lines.begin(), lines.end(),
                            [](const QString& line) { return line.contains("2 cores"); }));
}

TEST_F(LineChartTest, ExtremeRanges) {
    for (const auto& points : std::vector<std::vector<ChartPoint>>{{{0, 1e308}, {1, -1e308}},
                                                                   {{0, 5e-324}, {1, 1e-300}},
                                                                   {{-1e300, 1}, {1e300, 2}},
                                                                   {{1, 7}, {1, 7}, {1, 7}},
                                                                   {{0, 1e15}, {1, 1e15 + 1}}}) {
        for (const Scale scale : {Scale::linear, Scale::log}) {
            chart.setSpec(spec(points, scale));
            pictureOf(chart, {400, 240});
            EXPECT_LT(chart.yRange().first, chart.yRange().second);
        }
    }
}

TEST_F(LineChartTest, TableKeepsEveryPointAndGrowsInPlace) {
    ChartSpec two = spec({{1, 0.1}, {2, 0.2}});
    two.series.push_back({"b", "device B", {}, DeviceColour::green, {{2, 5, 4, 6}, {3, kNaN}}});
    chart.setSpec(two);
    QAbstractItemModel* table = chart.figureTable();
    ASSERT_EQ(table->rowCount(), 3);
    ASSERT_EQ(table->columnCount(), 5);
    EXPECT_EQ(table->headerData(3, Qt::Horizontal).toString(), "device B, low");
    EXPECT_EQ(table->index(1, 1).data(Figure::kRawValueRole).toDouble(), 0.2);
    EXPECT_FALSE(table->index(0, 2).data().isValid());                                   // no value
    EXPECT_TRUE(std::isnan(table->index(2, 2).data(Figure::kRawValueRole).toDouble()));  // a NaN
    QSignalSpy resets(table, &QAbstractItemModel::modelReset);
    two.series[0].points.push_back({4, 0.4});
    chart.setSpec(two);
    EXPECT_EQ(table->rowCount(), 4);
    EXPECT_EQ(resets.count(), 0);
}

TEST_F(LineChartTest, ZoomPanAndReset) {
    std::vector<ChartPoint> points;
    for (int i = 0; i <= 100; ++i) {
        points.push_back({double(i), double(i)});
    }
    chart.setSpec(spec(points));
    pictureOf(chart, {500, 300});
    const QPointF middle = chart.plotArea().center();
    const auto wheel = [&](int delta, Qt::KeyboardModifiers keys) {
        QWheelEvent event(middle, chart.mapToGlobal(middle.toPoint()), {}, {0, delta}, Qt::NoButton,
                          keys, Qt::NoScrollPhase, false);
        QApplication::sendEvent(viewport(), &event);
    };
    wheel(240, Qt::NoModifier);
    EXPECT_TRUE(chart.isZoomed());
    const auto [x0, x1] = chart.xRange();
    EXPECT_GT(x0, 10);
    EXPECT_LT(x1, 90);
    EXPECT_NEAR((x0 + x1) / 2, 50, 1);
    EXPECT_GT(chart.yRange().first, 5);  // y follows what is in view
    QTest::mousePress(viewport(), Qt::LeftButton, {}, middle.toPoint());
    moveMouse(viewport(), middle.toPoint() + QPoint(30, 0), true);
    QTest::mouseRelease(viewport(), Qt::LeftButton, {}, middle.toPoint() + QPoint(30, 0));
    EXPECT_LT(chart.xRange().first, x0);
    EXPECT_NEAR(chart.xRange().second - chart.xRange().first, x1 - x0, 1e-9);
    // New data leaves the view alone.
    points.push_back({101, 500});
    const auto before = chart.xRange();
    chart.setSpec(spec(points));
    EXPECT_EQ(chart.xRange(), before);
    QTest::mouseDClick(viewport(), Qt::LeftButton, {}, middle.toPoint());
    EXPECT_FALSE(chart.isZoomed());
    EXPECT_EQ(chart.xRange().second, 101);
    QTest::mouseRelease(viewport(), Qt::LeftButton, {}, middle.toPoint());
    wheel(240, Qt::ControlModifier);
    EXPECT_EQ(chart.xRange().first, 0);
    EXPECT_TRUE(chart.isZoomed());
    for (int i = 0; i < 500; ++i) {
        wheel(1200, i % 2 == 0 ? Qt::NoModifier : Qt::ControlModifier);
    }
    EXPECT_LT(chart.xRange().first, chart.xRange().second);
    for (int i = 0; i < 500; ++i) {
        wheel(-1200, i % 2 == 0 ? Qt::NoModifier : Qt::ControlModifier);
    }
    pictureOf(chart, {500, 300});
    QTest::keyClick(&chart, Qt::Key_Home);
    EXPECT_FALSE(chart.isZoomed());
}

TEST_F(LineChartTest, CursorByMouseAndKeys) {
    ChartSpec both = spec({{0.5, 1}, {1, 2}, {1.5, 3}, {2, 4}, {2.5, 5}, {3, 6}});
    both.series.push_back({"b", "sparse", {}, DeviceColour::green, {{1, 10}, {2, 20}, {3, 30}}});
    chart.setSpec(both);
    pictureOf(chart, {500, 300});
    QSignalSpy moves(&chart, &LineChart::cursorMoved);
    moveMouse(viewport(), chart.mapToWidget(2.03, 10).toPoint());
    ASSERT_TRUE(chart.cursorX());
    EXPECT_EQ(*chart.cursorX(), 2);
    const QImage with = pictureOf(chart, {500, 300});
    EXPECT_GT(pixelsOf(with, theme.colour(Colour::text2),
                       around({chart.mapToWidget(2, 0).x(), chart.plotArea().top()}, 8), 0.05),
              20);
    chart.setCursor(std::nullopt);
    QTest::keyClick(&chart, Qt::Key_Right);
    EXPECT_EQ(*chart.cursorX(), 0.5);
    QTest::keyClick(&chart, Qt::Key_Right);
    EXPECT_EQ(*chart.cursorX(), 1);
    EXPECT_TRUE(chart.accessibleDescription().contains("sparse 10"));
    QTest::keyClick(&chart, Qt::Key_Left);
    QTest::keyClick(&chart, Qt::Key_Left);
    EXPECT_EQ(*chart.cursorX(), 0.5);
    EXPECT_GE(moves.count(), 4);
}

TEST_F(LineChartTest, FollowsTheTheme) {
    chart.setSpec(spec({{0, 1}, {1, 2}}));
    const QImage light = pictureOf(chart, {500, 300});
    const double margin = chart.plotArea().left();
    theme.setDark(true);
    const QImage dark = pictureOf(chart, {500, 300});
    EXPECT_GT(pixelsOf(dark, theme.line(DeviceColour::blue), {}, 0.1), 100);
    EXPECT_NE(light, dark);
    theme.setDark(false);
    EXPECT_EQ(light, pictureOf(chart, {500, 300}));
    theme.setPresentation(true);
    EXPECT_GT(chart.plotArea().left(), 1.4 * margin);
}

TEST(LossChart, ShowsBestFailureAndTheFirstStepsByAnArrow) {
    Theme theme;
    LossChart chart(theme);
    LossCurve curve;
    curve.epochs = 20;
    for (int i = 1; i <= 100; ++i) {
        curve.training.push_back({0.1 * i, i < 3 ? 5000.0 : 3 * std::exp(-0.05 * i)});
    }
    curve.training.push_back({10.1, kNaN});
    curve.validation = {{1, 2}, {2, 1}, {3, 0.5}};
    curve.bestEpoch = 3;
    curve.failure = "NaN, stopped";
    chart.setCurve(curve);
    const QImage image = pictureOf(chart, {700, 260});
    EXPECT_EQ(chart.xRange(), (std::pair<double, double>(0, 20)));
    EXPECT_LT(chart.yRange().second, 10);  // not 5,000
    ASSERT_TRUE(chart.spec().failure);
    EXPECT_DOUBLE_EQ(chart.spec().failure->x, 10);
    const QPointF cross = chart.mapToWidget(chart.spec().failure->x, chart.spec().failure->y);
    EXPECT_GE(pixelsOf(image, theme.colour(Colour::fail), around(cross, 5), 0.3), 8);
    EXPECT_TRUE(chart.summary().contains("best, epoch 3"));
    EXPECT_EQ(chart.figureTable()->rowCount(), 101);  // nothing left out; 1, 2, 3 are shared
    chart.setCurve({});
    EXPECT_FALSE(chart.spec().failure);
}

TEST(SpeedChart, BeginsAtZeroAndShrinksToALine) {
    Theme theme;
    SpeedChart chart(theme);
    chart.setCurve(
        {"minutes", "this computer", DeviceColour::green, {{0, 450}, {1, 460}, {2, 455}}});
    pictureOf(chart, {400, 240});
    EXPECT_EQ(chart.yRange().first, 0);
    EXPECT_EQ(chart.yRange().second, 500);
    chart.setSparkline(true);
    const QImage line = pictureOf(chart, {160, 16});
    EXPECT_GT(pixelsOf(line, theme.line(DeviceColour::green), {}, 0.3), 80);
    EXPECT_GT(chart.plotArea().width(), 150);
}

}  // namespace
}  // namespace shearbench::widgets

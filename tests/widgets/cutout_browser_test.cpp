// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cutout_browser.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <set>

#include "widgets/cutout_grid.h"

namespace shearbench::widgets {
namespace {

std::shared_ptr<CutoutCatalogue> catalogue(qint64 rows, int bands = 3) {
    auto result = std::make_shared<CutoutCatalogue>();
    result->format.channels = bands;
    result->format.height = result->format.width = 8;
    if (bands >= 3) {
        result->format.colour = analysis::ColourChannels{{0, 1, 2}, {1, 1, 1}};
    }
    result->table.rows = rows;
    result->table.columns.push_back(
        {QStringLiteral("snr"), std::vector<double>(std::size_t(rows))});
    for (qint64 row = 0; row < rows; ++row) {
        result->table.columns[0].values[std::size_t(row)] = double(row * 7919 % rows);
        result->table.split.push_back(std::uint8_t(row % 3));
    }
    result->snr = 0;
    return result;
}

CutoutPixels pixels(const CutoutFormat& format, float value = 1) {
    return std::make_shared<std::vector<float>>(format.pixels(), value);
}

class Browser : public testing::Test {
  protected:
    Browser() {
        browser.resize(900, 400);
        browser.show();
        QObject::connect(&browser, &CutoutBrowser::pixelsWanted,
                         [this](const QVector<qint64>& rows) {
                             asked.insert(asked.end(), rows.begin(), rows.end());
                             ++requests;
                         });
    }
    void settle() {
        for (int i = 0; i < 5; ++i) {
            QApplication::processEvents(QEventLoop::AllEvents, 10);
        }
    }

    Theme theme;
    CutoutBrowser browser{theme};
    std::vector<qint64> asked;
    int requests = 0;
};

TEST_F(Browser, AMillionCutoutsCostNoMoreThanWhatIsSeen) {
    const auto large = catalogue(1'000'000);
    browser.setCatalogue(large);
    settle();
    ASSERT_EQ(browser.model()->rowCount(), 1'000'000);
    const auto [first, last] = browser.grid()->visiblePlaces();
    EXPECT_EQ(first, 0);
    EXPECT_GT(last, 5);
    EXPECT_LT(last, 200);
    EXPECT_EQ(int(asked.size()), 2 * last);
    for (int place = 0; place < last; ++place) {
        EXPECT_EQ(asked[std::size_t(place)], place);
    }

    asked.clear();
    requests = 0;
    QScrollBar* bar = browser.grid()->verticalScrollBar();
    for (int step = 1; step <= 100; ++step) {
        bar->setValue(int(double(step) / 100 * bar->maximum()));
    }
    settle();
    const auto [from, to] = browser.grid()->visiblePlaces();
    EXPECT_EQ(to, 1'000'000);
    EXPECT_LE(requests, 2);
    EXPECT_LE(int(asked.size()), 3 * (to - from) * 2);
    EXPECT_EQ(asked.front(), from);
}

TEST_F(Browser, AsksAgainOnlyForWhatHasNotCome) {
    const auto small = catalogue(12);
    browser.setCatalogue(small);
    settle();
    ASSERT_EQ(asked.size(), 12U);
    EXPECT_EQ(requests, 1);
    for (qint64 row = 0; row < 12; ++row) {
        browser.setPixels(row, pixels(small->format));
    }
    settle();
    EXPECT_EQ(requests, 1);
    EXPECT_FALSE(browser.model()->thumbnail(3, 40).isNull());
}

TEST_F(Browser, ScrollsOnlyWhereThereIsMore) {
    const QScrollBar* bar = browser.grid()->verticalScrollBar();
    settle();
    EXPECT_FALSE(bar->isVisible()) << "nothing is open";
    browser.setCatalogue(catalogue(5));
    settle();
    EXPECT_FALSE(bar->isVisible());
    browser.setCatalogue(catalogue(1000));
    settle();
    EXPECT_TRUE(bar->isVisible());
    EXPECT_GT(bar->maximum(), 0);
    browser.setFilter(QStringLiteral("snr < 5"));
    settle();
    EXPECT_FALSE(bar->isVisible());
    EXPECT_EQ(browser.grid()->visiblePlaces(), (std::pair{0, 5}));
}

TEST_F(Browser, ForgetsWhatWasSeenLongAgo) {
    const auto some = catalogue(1000);
    browser.model()->setCacheLimits(int(some->format.pixels() * sizeof(float)) * 100, 40000);
    browser.setCatalogue(some);
    for (qint64 row = 0; row < 1000; ++row) {
        browser.setPixels(row, pixels(some->format));
    }
    int kept = 0;
    for (qint64 row = 0; row < 1000; ++row) {
        kept += browser.model()->pixels(row) != nullptr ? 1 : 0;
    }
    EXPECT_EQ(kept, 100);
    EXPECT_TRUE(browser.model()->pixels(999));
}

TEST_F(Browser, IgnoresPixelsThatDoNotBelong) {
    const auto some = catalogue(10);
    browser.setCatalogue(some);
    browser.setPixels(3, std::make_shared<std::vector<float>>(5, 1.0F));
    browser.setPixels(10, pixels(some->format));
    browser.setPixels(-1, pixels(some->format));
    browser.setPixels(4, nullptr);
    for (qint64 row = 0; row < 10; ++row) {
        EXPECT_FALSE(browser.model()->pixels(row));
    }
    browser.setCatalogue(nullptr);
    browser.setPixels(0, pixels(some->format));
    settle();
    EXPECT_EQ(browser.model()->rowCount(), 0);
}

TEST_F(Browser, SortsWithNaNLast) {
    const auto some = catalogue(10);
    some->table.columns[0].values = {5, std::nan(""), 3, 9, 1, std::nan(""), 7, 2, 8, 4};
    browser.setCatalogue(some);
    browser.setSort(QStringLiteral("snr"), true);
    std::vector<qint64> order;
    for (int place = 0; place < 10; ++place) {
        order.push_back(browser.model()->row(place));
    }
    EXPECT_EQ(order, (std::vector<qint64>{3, 8, 6, 0, 9, 2, 7, 4, 1, 5}));
    browser.setSort(QStringLiteral("snr"), false);
    EXPECT_EQ(browser.model()->row(0), 4);
    EXPECT_EQ(browser.model()->row(9), 5);
    browser.setSort(QString(), false);
    EXPECT_EQ(browser.model()->row(7), 7);
}

TEST_F(Browser, FiltersAndSaysWhatIsWrong) {
    browser.setCatalogue(catalogue(100));
    browser.setFilter(QStringLiteral("snr < 10"));
    EXPECT_EQ(browser.model()->rowCount(), 10);
    EXPECT_TRUE(browser.filterProblem().isEmpty());
    browser.setFilter(QStringLiteral("snr < "));
    EXPECT_FALSE(browser.filterProblem().isEmpty());
    EXPECT_EQ(browser.model()->rowCount(), 10);
    auto* field = browser.findChild<QLineEdit*>();
    EXPECT_TRUE(field->property("bad").toBool());
    EXPECT_EQ(field->accessibleDescription(), browser.filterProblem());
    browser.setFilter(QString());
    EXPECT_FALSE(field->property("bad").toBool());
    EXPECT_EQ(browser.model()->rowCount(), 100);
}

TEST_F(Browser, ShowsOnePartOfTheSplit) {
    browser.setCatalogue(catalogue(99));
    for (auto* box : browser.findChildren<QComboBox*>()) {
        if (box->accessibleName() == QStringLiteral("Part of the split")) {
            EXPECT_TRUE(box->isVisible());
            box->setCurrentIndex(3);
        }
    }
    EXPECT_EQ(browser.model()->rowCount(), 33);
    EXPECT_EQ(browser.model()->row(0), 2);
    browser.setFilter(QStringLiteral("split = train"));
    EXPECT_EQ(browser.model()->rowCount(), 0);
}

TEST_F(Browser, KeepsTheChosenRowWhateverItsPlace) {
    browser.setCatalogue(catalogue(1000));
    QSignalSpy changed(&browser, &CutoutBrowser::selectionChanged);
    browser.select(500);
    EXPECT_EQ(browser.selected(), 500);
    EXPECT_EQ(browser.placeText(), QStringLiteral("501 of 1,000 in this order"));
    const auto [first, last] = browser.grid()->visiblePlaces();
    EXPECT_TRUE(first <= 500 && 500 < last);
    browser.setSort(QStringLiteral("snr"), true);
    EXPECT_EQ(browser.selected(), 500);
    EXPECT_EQ(browser.grid()->currentIndex().row(), browser.model()->place(500));
    browser.setFilter(QStringLiteral("snr < 0"));
    EXPECT_EQ(browser.selected(), 500);
    EXPECT_TRUE(browser.placeText().isEmpty());
    browser.setFilter(QString());
    EXPECT_EQ(browser.grid()->currentIndex().row(), browser.model()->place(500));
    browser.select(5000);
    EXPECT_EQ(browser.selected(), -1);
    EXPECT_EQ(changed.count(), 0);
}

TEST_F(Browser, KeysMoveTheChosenOne) {
    browser.setCatalogue(catalogue(1000));
    settle();
    browser.select(0);
    QSignalSpy changed(&browser, &CutoutBrowser::selectionChanged);
    QSignalSpy activated(&browser, &CutoutBrowser::activated);
    CutoutGrid* grid = browser.grid();
    int columns = 1;
    while (grid->visualRect(browser.model()->index(columns)).top() ==
           grid->visualRect(browser.model()->index(0)).top()) {
        ++columns;
    }
    QTest::keyClick(grid, Qt::Key_Right);
    EXPECT_EQ(browser.selected(), 1);
    QTest::keyClick(grid, Qt::Key_Down);
    EXPECT_EQ(browser.selected(), 1 + columns);
    QTest::keyClick(grid, Qt::Key_Up);
    QTest::keyClick(grid, Qt::Key_Left);
    QTest::keyClick(grid, Qt::Key_Left);
    EXPECT_EQ(browser.selected(), 0);
    QTest::keyClick(grid, Qt::Key_End);
    EXPECT_EQ(browser.selected(), 999);
    const auto [first, last] = grid->visiblePlaces();
    EXPECT_EQ(last, 1000);
    EXPECT_GT(first, 0);
    QTest::keyClick(grid, Qt::Key_Home);
    QTest::keyClick(grid, Qt::Key_PageDown);
    EXPECT_GT(browser.selected(), columns);
    QTest::keyClick(grid, Qt::Key_Return);
    EXPECT_EQ(activated.count(), 1);
    EXPECT_GE(changed.count(), 6);
    EXPECT_EQ(changed.last().at(0).toLongLong(), browser.selected());
}

TEST_F(Browser, ClicksChoose) {
    browser.setCatalogue(catalogue(1000));
    settle();
    CutoutGrid* grid = browser.grid();
    const QRect cell = grid->visualRect(browser.model()->index(4));
    QTest::mouseClick(grid->viewport(), Qt::LeftButton, {}, cell.center());
    EXPECT_EQ(browser.selected(), 4);
    EXPECT_EQ(grid->indexAt(cell.center()).row(), 4);
    EXPECT_FALSE(grid->indexAt({-5, 10}).isValid());
}

TEST_F(Browser, NarrowWindowsKeepAllButtons) {
    browser.setCatalogue(catalogue(50, 6));
    for (int width : {1200, 700, 500, 1200}) {
        browser.resize(width, 400);
        settle();
        for (auto* child : browser.findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
            if (child->isVisible() && child->width() > 0) {
                EXPECT_LE(child->geometry().right(), browser.width()) << width;
            }
        }
    }
}

TEST_F(Browser, FilesOfOneBandHaveNoColour) {
    browser.setCatalogue(catalogue(10, 1));
    EXPECT_EQ(browser.display().band, 0);
    browser.setCatalogue(catalogue(10, 3));
    EXPECT_EQ(browser.display().band, -1);
}

TEST(CutoutImage, TheLastRowIsOnTop) {
    CutoutFormat format;
    format.channels = 1;
    format.height = format.width = 8;
    std::vector<float> plane(64, 0.0F);
    plane[0] = 100;  // lower left
    CutoutDisplay display;
    display.limits = Limits::minMax;
    display.crop = 8;
    const QImage image = cutoutImage(format, plane, display, 8);
    ASSERT_EQ(image.size(), QSize(8, 8));
    EXPECT_GT(qGray(image.pixel(0, 7)), 200);
    EXPECT_LT(qGray(image.pixel(0, 0)), 50);
    EXPECT_TRUE(cutoutImage(format, std::vector<float>(3), display, 8).isNull());
    EXPECT_TRUE(cutoutImage({}, {}, display, 8).isNull());
}

TEST(CutoutImage, HatchesWhatHoldsNoNumber) {
    CutoutFormat format;
    format.channels = 2;
    format.height = format.width = 8;
    std::vector<float> pixels(128, 1.0F);
    pixels[64] = 5;
    CutoutDisplay display;
    display.limits = Limits::minMax;
    display.crop = 8;
    display.band = 1;
    const QImage whole = cutoutImage(format, pixels, display, 32);
    EXPECT_TRUE(isWhole(format, pixels, display));
    pixels[64 + 63] = std::nanf("");  // of the second band, upper right
    EXPECT_FALSE(isWhole(format, pixels, display));
    const QImage holed = cutoutImage(format, pixels, display, 32);
    EXPECT_NE(holed.pixel(30, 1), whole.pixel(30, 1));
    EXPECT_NE(qRed(holed.pixel(30, 1)), qGreen(holed.pixel(30, 1))) << "not a grey of the picture";
    EXPECT_EQ(holed.pixel(2, 29), whole.pixel(2, 29));
    display.band = 0;
    EXPECT_TRUE(isWhole(format, pixels, display)) << "the other band";
}

TEST(CutoutImage, StretchMakesFaintPartsBrighter) {
    CutoutFormat format;
    format.channels = 1;
    format.height = format.width = 8;
    std::vector<float> plane(64, 0.0F);
    plane[27] = 10;
    plane[36] = 100;
    CutoutDisplay display;
    display.limits = Limits::minMax;
    display.crop = 8;
    const QImage plain = cutoutImage(format, plane, display, 8);
    display.stretch = 1;
    const QImage bright = cutoutImage(format, plane, display, 8);
    EXPECT_GT(qGray(bright.pixel(3, 4)), qGray(plain.pixel(3, 4)));
}

}  // namespace
}  // namespace shearbench::widgets

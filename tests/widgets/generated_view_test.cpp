// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/generated_view.h"

#include <gtest/gtest.h>

#include <QAbstractItemModel>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QTableView>
#include <QTest>
#include <cmath>

#include "tests/widgets/pictures.h"
#include "widgets/figure_export.h"
#include "widgets/galaxy_grid.h"
#include "widgets/generation_bar.h"
#include "widgets/latent_walk.h"
#include "widgets/line_chart.h"
#include "widgets/number_edit.h"
#include "widgets/quality_view.h"

namespace shearbench::widgets {
namespace {

constexpr int kSize = 16;

CutoutFormat format() {
    CutoutFormat format;
    format.channels = 3;
    format.height = format.width = kSize;
    format.bands = QStringList{"g", "r", "i"};
    format.units = QStringLiteral("e-");
    format.colour = analysis::ColourChannels{{0, 1, 2}, {1, 1, 1}};
    return format;
}

/// As bright everywhere.
CutoutPixels flat(float value) {
    return std::make_shared<std::vector<float>>(format().pixels(), value);
}

GalaxyGroup group(const QString& title, int count, float first) {
    GalaxyGroup group;
    group.title = title;
    group.noun = title.toLower();
    for (int i = 0; i < count; ++i) {
        group.pixels.push_back(flat(first + float(i)));
    }
    return group;
}

GalaxyScene scene(int real, int made) {
    GalaxyScene scene;
    scene.title = QStringLiteral("Real and generated");
    scene.format = format();
    scene.groups = {group("Real", real, 1), group("Made", made, 100)};
    scene.groups[1].made = true;
    return scene;
}

TEST(GalaxyScene, PicturesFillTheRoomAndDoNotOverlap) {
    const Theme theme(Theme::Medium::figure);
    for (const QSizeF size : {QSizeF(660, 260), QSizeF(1340, 260), QSizeF(300, 600)}) {
        for (const int count : {1, 7, 40, 300}) {
            const auto areas = arrangeGalaxies(size, scene(count, count), 0, theme);
            ASSERT_EQ(areas.size(), 2u);
            EXPECT_LE(areas[0].picture(areas[0].columns - 1).right(), areas[1].origin.x());
            EXPECT_LE(areas[1].picture(areas[1].columns - 1).right(), size.width());
            EXPECT_LE(areas[1].picture(count - 1).bottom(), size.height());
            EXPECT_FALSE(count > 1 && areas[0].picture(0).intersects(areas[0].picture(1)));
        }
    }
    const auto many = arrangeGalaxies({400, 200}, scene(500, 500), 30, theme);
    EXPECT_GE(many[0].side, 30);
    EXPECT_GT(many[0].bottom(), 200);
}

TEST(GalaxyGrid, MouseAndKeyboardOpenTheSame) {
    const Theme theme;
    GalaxyGrid grid(theme);
    grid.setScene(scene(12, 12));
    pictureOf(grid, {700, 260});
    std::vector<GalaxyPlace> opened;
    QObject::connect(&grid, &GalaxyGrid::opened,
                     [&](const GalaxyPlace& place) { opened.push_back(place); });
    const GalaxyPlace third{1, 2};
    QTest::mouseClick(grid.viewport(), Qt::LeftButton, {}, grid.rectOf(third).center());
    ASSERT_EQ(opened.size(), 1u);
    EXPECT_EQ(opened[0], third);
    QTest::keyClick(&grid, Qt::Key_Home);
    EXPECT_EQ(grid.current(), (GalaxyPlace{1, 0}));
    QTest::keyClick(&grid, Qt::Key_Left);
    EXPECT_EQ(grid.current().group, 0);
    QTest::keyClick(&grid, Qt::Key_Right);
    EXPECT_EQ(grid.current(), (GalaxyPlace{1, 0}));
    QTest::keyClick(&grid, Qt::Key_Right);
    QTest::keyClick(&grid, Qt::Key_Return);
    ASSERT_EQ(opened.size(), 2u);
    EXPECT_EQ(opened[1], (GalaxyPlace{1, 1}));
    EXPECT_TRUE(grid.accessibleDescription().contains(QStringLiteral("made 2")));
    // Outside the pictures nothing happens, and a smaller scene forgets what is gone.
    QTest::mouseClick(grid.viewport(), Qt::LeftButton, {}, QPoint(2, 2));
    EXPECT_EQ(opened.size(), 2u);
    grid.setScene(scene(1, 1));
    EXPECT_FALSE(grid.current().isValid());
    grid.setScene({});
    QTest::keyClick(&grid, Qt::Key_Right);
    EXPECT_FALSE(grid.current().isValid());
}

TEST(GalaxyGrid, ScrollsWhereThereAreTooMany) {
    const Theme theme;
    GalaxyGrid grid(theme);
    grid.setScene(scene(600, 600));
    pictureOf(grid, {400, 200});
    EXPECT_GT(grid.verticalScrollBar()->maximum(), 0);
    grid.setCurrent({1, 599});
    EXPECT_TRUE(grid.viewport()->rect().contains(grid.rectOf({1, 599}).center()));
    EXPECT_EQ(grid.placeAt(grid.rectOf({1, 599}).center()), (GalaxyPlace{1, 599}));
}

TEST(GeneratedView, TellsFluxesInElectrons) {
    const Theme theme;
    GeneratedView view(theme);
    view.setScene(scene(2, 1));
    QAbstractItemModel* table = view.figureTable();
    ASSERT_EQ(table->rowCount(), 3);
    EXPECT_EQ(table->headerData(2, Qt::Horizontal, Qt::DisplayRole), "flux g in e-");
    EXPECT_EQ(table->index(2, 0).data(), "Made");
    const double flux = table->index(0, 2).data(Figure::kRawValueRole).toDouble();
    // As many pixels as a circle of a fifth of the width has.
    EXPECT_NEAR(flux, M_PI * std::pow(kSize / 5.0, 2), 6);
    EXPECT_NEAR(table->index(1, 3).data(Figure::kRawValueRole).toDouble(), 2 * flux, 1e-6);
    view.setScene(scene(1, 1));
    EXPECT_EQ(table->rowCount(), 2);
}

TEST(GeneratedView, ShowsOneLargeAndComesBack) {
    const Theme theme;
    GeneratedView view(theme);
    view.setScene(scene(3, 3));
    CloseUp closeUp;
    closeUp.galaxies = {{"Made 2", true, flat(3)}};
    closeUp.lines = {{"flux g", {"12"}}};
    closeUp.canWalk = true;
    view.showCloseUp(closeUp);
    pictureOf(view, {660, 260});
    EXPECT_EQ(view.page(), GeneratedView::Page::closeUp);
    bool walk = false;
    QObject::connect(view.closeUp(), &GalaxyCloseUp::walkRequested, [&] { walk = true; });
    for (auto* button : view.closeUp()->findChildren<QPushButton*>()) {
        if (button->text() == QStringLiteral("Walk from here")) {
            button->click();
        }
    }
    EXPECT_TRUE(walk);
    QTest::keyClick(view.closeUp(), Qt::Key_Escape);
    EXPECT_EQ(view.page(), GeneratedView::Page::galaxies);
}

TEST(GeneratedView, FitsSmallAndLargePanes) {
    Theme theme;
    GeneratedView view(theme);
    view.setScene(scene(40, 40));
    for (const QSize size : {QSize(400, 160), QSize(660, 260), QSize(1340, 700)}) {
        EXPECT_EQ(pictureOf(view, size).size(), size);
    }
    EXPECT_FALSE(view.bar()->isHidden());
    theme.setPresentation(true);
    EXPECT_TRUE(view.bar()->isHidden());
    theme.setPresentation(false);
    EXPECT_FALSE(view.bar()->isHidden());
}

TEST(GenerationBar, TellsWhatWasTyped) {
    const Theme theme;
    GenerationBar bar(theme);
    GenerationChoice choice;
    choice.seed = 20240;
    choice.count = 12;
    bar.setChoice(choice);
    QSignalSpy edited(&bar, &GenerationBar::choiceEdited);
    auto* seed = bar.findChild<SeedEdit*>();
    ASSERT_NE(seed, nullptr);
    EXPECT_EQ(seed->text(), "20240");
    seed->selectAll();
    QTest::keyClicks(seed, "7");
    EXPECT_EQ(bar.choice().seed, 7u);
    EXPECT_EQ(bar.choice().count, 12);
    EXPECT_EQ(edited.count(), 1);
    bar.setGenerating(false);
    EXPECT_FALSE(seed->isEnabled());
}

LatentSpace space() {
    LatentSpace space;
    space.galaxies = group("Galaxy", 3, 1);
    space.latents = {{0, 0, 0}, {1, 2, 3}, {-1, 0, 5}};
    space.deviations = {0.5, 3, 1};
    return space;
}

struct LatentWalkTest : testing::Test {
    LatentWalkTest() {
        QObject::connect(
            &walk, &LatentWalk::wanted,
            [this](const std::vector<std::vector<float>>& latents) { wanted = latents; });
        walk.setSpace(space(), format());
    }

    const Theme theme;
    LatentWalk walk{theme};
    std::vector<std::vector<float>> wanted;  ///< of whom pictures were asked for last
};

TEST_F(LatentWalkTest, SlidersMoveTheFeaturesThatVaryMost) {
    ASSERT_EQ(wanted.size(), 1u);
    EXPECT_EQ(wanted[0], (std::vector<float>{0, 0, 0}));
    // The first slider belongs to the second feature, whose deviation is 3.
    walk.findChildren<QSlider*>().first()->setValue(10);
    EXPECT_EQ(wanted[0], (std::vector<float>{0, 3, 0}));
    walk.moveFeature(2, -2);
    EXPECT_EQ(wanted[0], (std::vector<float>{0, 3, -2}));
    walk.setStart(1);
    EXPECT_EQ(walk.start(), 1);
    EXPECT_EQ(wanted[0], (std::vector<float>{1, 2, 3}));
    walk.setPictures({flat(9)});
    ASSERT_EQ(walk.scene().groups.size(), 2u);
    EXPECT_EQ(walk.scene().groups[1].pixels.size(), 1u);
}

TEST_F(LatentWalkTest, LeadsFromOneGalaxyToAnother) {
    walk.setBetween(true);
    walk.setStart(1);
    walk.setEnd(2);
    ASSERT_EQ(wanted.size(), std::size_t(LatentWalk::kSteps));
    EXPECT_EQ(wanted.front(), (std::vector<float>{1, 2, 3}));
    EXPECT_EQ(wanted.back(), (std::vector<float>{-1, 0, 5}));
    EXPECT_NEAR(wanted[3][0], 1 - 2 * 3.0 / 9, 1e-6);
    // Nothing to walk through: nothing is wanted.
    wanted.clear();
    walk.setSpace({}, format());
    EXPECT_TRUE(wanted.empty());
}

QualityScene qualityScene() {
    QualityScene scene;
    scene.format = format();
    QualityQuantity flux{"flux r", "e-", {}, false, 10, 12, 35};
    QualityQuantity spectrum{"power spectrum", {}, {}, true, 0.1, 0.2, std::nan("")};
    for (std::size_t set = 0; set < kQualitySets; ++set) {
        for (int i = 1; i <= 500; ++i) {
            flux.values[set].push_back(std::exp(0.01 * i) * double(set + 1));
        }
        spectrum.values[set] = {0.7, 0.2, 0.1};
    }
    scene.quantities = {flux, spectrum};
    scene.neighbours.push_back({flat(1), 1, {flat(2), flat(3)}, {17, 18}, {0.5, 0.75}});
    return scene;
}

TEST(QualityView, PrintsDistancesAndDrawsDistributions) {
    const Theme theme;
    QualityView view(theme);
    view.setScene(qualityScene());
    pictureOf(view, {1300, 260});
    const QAbstractItemModel* model = view.table()->model();
    ASSERT_EQ(model->rowCount(), 2);
    EXPECT_EQ(model->index(0, 0).data(), "flux r, e-");
    EXPECT_EQ(model->index(0, 1).data(), "10");
    EXPECT_EQ(model->index(0, 3).data(), "35");
    EXPECT_EQ(model->index(0, 4).data(), "3.5");
    EXPECT_EQ(model->index(1, 3).data(), QString(QChar(0x2013)));
    EXPECT_EQ(view.chosen(), 0);
    ASSERT_EQ(view.chart()->spec().series.size(), 3u);
    EXPECT_EQ(view.chart()->spec().x.scale, Scale::log);
    double percent = 0;
    for (const ChartPoint& point : view.chart()->spec().series[0].points) {
        percent += point.y;
    }
    EXPECT_NEAR(percent, 100, 3);
    QTest::keyClick(view.table(), Qt::Key_Down);
    EXPECT_EQ(view.chosen(), 1);
    EXPECT_EQ(view.chart()->spec().series[0].points.size(), 2u);
    EXPECT_EQ(view.neighbours()->scene().groups[0].names[2],
              QStringLiteral("training galaxy 18, distance 0.75"));
    view.setScene({});
    EXPECT_TRUE(view.chart()->spec().series.empty());
}

}  // namespace
}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/posterior_view.h"

#include <gtest/gtest.h>

#include <QAbstractButton>
#include <QAbstractItemModel>
#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <cmath>
#include <limits>

#include "tests/widgets/gallery.h"
#include "tests/widgets/pictures.h"

namespace shearbench::widgets {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Covariance3 diagonal(double a, double b, double c, double ab = 0) {
    return {{{a, ab, 0}, {ab, b, 0}, {0, 0, c}}};
}

GalaxyPosterior galaxy(qint64 row, double e1, double e2, const Covariance3& total) {
    GalaxyPosterior g;
    g.row = row;
    g.name = QStringLiteral("galaxy %1").arg(row);
    g.truth = {e1, e2, 0.5};
    PosteriorEstimate q;
    q.mean = {e1, e2, 0.5};
    q.total = total;
    g.posterior = q;
    return g;
}

TEST(EllipsePlane, HasOneScaleAndE2Upwards) {
    EllipsePlane plane;
    plane.area = QRectF(40, 20, 300, 300);
    plane.half = 0.6;
    const QPointF o = plane.toPixel(0, 0), x = plane.toPixel(0.1, 0), y = plane.toPixel(0, 0.1);
    EXPECT_EQ(o, plane.area.center());
    EXPECT_GT(x.x(), o.x());
    EXPECT_LT(y.y(), o.y());  // up
    EXPECT_NEAR(x.x() - o.x(), o.y() - y.y(), 1e-9);
    const QPointF back = plane.toValue(plane.toPixel(0.23, -0.41));
    EXPECT_NEAR(back.x(), 0.23, 1e-12);
    EXPECT_NEAR(back.y(), -0.41, 1e-12);
}

TEST(EllipsePlane, ContoursAreThoseOfTheCovariance) {
    EllipsePlane plane;
    plane.area = QRectF(0, 0, 400, 400);
    plane.half = 0.5;
    const analysis::Covariance2 s{0.01, 0.006, 0.0064};
    const QPainterPath path = plane.contour(0.1, -0.2, s, 2);
    // The bounding box of the contour of radius 2 is 2 sigma to each side.
    const QRectF box = path.boundingRect();
    EXPECT_NEAR(box.width(), 4 * 0.1 * 400, 0.5);
    EXPECT_NEAR(box.height(), 4 * 0.08 * 400, 0.5);
    EXPECT_NEAR(box.center().x(), plane.toPixel(0.1, -0.2).x(), 0.1);
    EXPECT_NEAR(box.center().y(), plane.toPixel(0.1, -0.2).y(), 0.1);
    for (int i = 0; i < 40; ++i) {
        const QPointF value = plane.toValue(path.pointAtPercent(i / 40.0));
        const double d2 = analysis::mahalanobisSquared(s, value.x() - 0.1, value.y() + 0.2);
        EXPECT_NEAR(std::sqrt(d2), 2, 0.02);
    }
}

TEST(EllipsePlot, PositiveCorrelationLeansToTheUpperRight) {
    Theme theme;
    EllipsePlot plot(theme);
    auto scene = std::make_shared<PosteriorScene>();
    scene->galaxies.push_back(galaxy(7, 0, 0, diagonal(0.01, 0.01, 0.01, 0.0097)));
    plot.setScene(scene);
    const QImage image = pictureOf(plot, {400, 420});
    const EllipsePlane plane = plot.plane();
    const QColor accent = theme.colour(Colour::accent);
    const QColor background = image.pixelColor(plane.toPixel(0.17, -0.23).toPoint());
    const auto inked = [&](double e1, double e2) {
        return pixelsOf(image, background, around(plane.toPixel(e1, e2), 3), 0.02) < 40;
    };
    EXPECT_TRUE(inked(0.12, 0.12));
    EXPECT_TRUE(inked(-0.12, -0.12));
    EXPECT_FALSE(inked(0.12, -0.12));
    EXPECT_FALSE(inked(-0.12, 0.12));
    EXPECT_GT(pixelsOf(image, accent, {}, 0.35), 50);
}

TEST(EllipsePlot, APosteriorWiderThanThePlotIsNotFilled) {
    Theme theme;
    EllipsePlot plot(theme);
    auto scene = std::make_shared<PosteriorScene>();
    scene->galaxies.push_back(galaxy(7, 0.1, 0.1, diagonal(25, 25, 1)));
    plot.setScene(scene);
    plot.setSelected(7);
    const QImage image = pictureOf(plot, {400, 420});
    const QPoint within = plot.plane().toPixel(0.63, 0.43).toPoint();
    int bare = 0;  // a line of the grid may pass
    for (int x = -4; x <= 4; ++x)
        for (int y = -4; y <= 4; ++y)
            bare += image.pixelColor(within + QPoint(x, y)) == image.pixelColor(1, 1);
    EXPECT_GT(bare, 40);
    // Far enough out it is drawn.
    for (int i = 0; i < 20; ++i) {
        QTest::keyClick(&plot, Qt::Key_Minus);
    }
    EXPECT_GT(plot.plane().half, 15);
    const QImage all = pictureOf(plot, {400, 420});
    EXPECT_NE(all.pixelColor(plot.plane().toPixel(1.7, 3.1).toPoint()), all.pixelColor(1, 1));
}

TEST(EllipsePlot, AmongManyThatOverlapOnlyTheChosenIsFilled) {
    Theme theme;
    auto scene = std::make_shared<PosteriorScene>();
    scene->galaxies.push_back(galaxy(0, 0, 0, diagonal(0.0625, 0.0625, 1)));
    const auto colour = [&](const std::shared_ptr<PosteriorScene>& shown) {
        EllipsePlot plot(theme);
        plot.setScene(shown);
        plot.setSelected(0);
        const QImage image = pictureOf(plot, {400, 420});
        // Between the contours of 2 and 3 sigma, off the grid.
        return image.pixelColor(plot.plane().toPixel(0.07, 0.63).toPoint());
    };
    const QColor alone = colour(scene);
    auto many = std::make_shared<PosteriorScene>(*scene);
    for (int i = 1; i < 6; ++i) {
        many->galaxies.push_back(galaxy(i, 0, 0, diagonal(0.0625, 0.0625, 1)));
    }
    EXPECT_EQ(colour(many), alone);
}

TEST(Ellipticity, WithoutADefinitionNothingIsOutlined) {
    EXPECT_FALSE(shapeOf(EllipticityDefinition::notStated, 0.1, 0.1));
    EXPECT_FALSE(shapeOf(EllipticityDefinition::distortion, 0.8, 0.7));
    EXPECT_FALSE(shapeOf(EllipticityDefinition::distortion, kNaN, 0));
    ASSERT_TRUE(shapeOf(EllipticityDefinition::reducedShear, 0.5, 0));
    EXPECT_NEAR(shapeOf(EllipticityDefinition::reducedShear, 0.5, 0)->axisRatio, 1.0 / 3, 1e-12);
    PosteriorScene scene;
    scene.definition = EllipticityDefinition::notStated;
    EXPECT_TRUE(legendLines(scene).join(' ').contains("does not say how |e| is defined"));
}

TEST(GalaxyCard, PositiveE2LeansToTheUpperRightOnThePicture) {
    Theme theme;
    PosteriorScene scene;
    scene.galaxies.push_back(galaxy(1, 0, 0.5, diagonal(1e-4, 1e-4, 1e-4)));
    scene.galaxies[0].truth = {kNaN, kNaN, kNaN};
    scene.galaxies[0].picture = QImage(64, 64, QImage::Format_RGB32);
    scene.galaxies[0].picture.fill(Qt::black);
    QImage image(300, 160, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    paintGalaxyCard(painter, QRectF(0, 0, 300, 160), scene, 0, false, theme);
    painter.end();
    const QColor outline(0xA9, 0xA7, 0xFF);
    // The picture is the square of 152 px at (4, 4).
    const QRect upperRight(80, 4, 76, 76), lowerRight(80, 80, 76, 76);
    int reachUp = 0, reachDown = 0;
    for (int i = 0; i < 76; ++i) {
        const QPoint up(80 + i, 80 - i), down(80 + i, 80 + i);
        reachUp = distance(image.pixelColor(up), outline) < 0.4 ? i : reachUp;
        reachDown = distance(image.pixelColor(down), outline) < 0.4 ? i : reachDown;
    }
    EXPECT_GT(reachUp, reachDown + 10);
    // |g| = 0.5: axis ratio 1/3.
    EXPECT_NEAR(double(reachUp) / reachDown, 3, 0.35);
    EXPECT_GT(pixelsOf(image, outline, upperRight, 0.3), pixelsOf(image, outline, lowerRight, 0.3));
}

TEST(EllipsePlot, ClickHoverAndKeysChoose) {
    Theme theme;
    PosteriorView view(theme);
    PosteriorScene scene = gallery::sampleScene(gallery::Stage::bayesian);
    // A legend in two lines leaves room for all cards.
    for (GalaxyPosterior& galaxy : scene.galaxies)
        galaxy.compared.reset();
    view.setScene(scene);
    pictureOf(view, {660, 290});
    EllipsePlot* plot = view.plot();
    QSignalSpy chosen(&view, &PosteriorView::galaxySelected);
    const QPointF mean = plot->plane().toPixel(-0.33, -0.04);
    QTest::mouseClick(plot, Qt::LeftButton, {}, mean.toPoint());
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen.takeFirst().at(0).toLongLong(), 1242);
    EXPECT_EQ(view.selectedRow(), 1242);
    QTest::keyClick(plot, Qt::Key_Right);
    EXPECT_EQ(view.selectedRow(), 104);
    QTest::keyClick(plot, Qt::Key_Left);
    QTest::keyClick(plot, Qt::Key_Left);
    EXPECT_EQ(view.selectedRow(), 361);
    // Nothing there: nothing chosen.
    chosen.clear();
    QTest::mouseClick(plot, Qt::LeftButton, {}, plot->plane().toPixel(0.45, 0.45).toPoint());
    EXPECT_EQ(chosen.count(), 0);
    // The cards are buttons.
    const auto cards = view.findChildren<QAbstractButton*>();
    ASSERT_EQ(cards.size(), 6);
    QTest::mouseClick(cards[4], Qt::LeftButton);
    EXPECT_EQ(view.selectedRow(), 1664);
    EXPECT_TRUE(cards[4]->isChecked());
    EXPECT_FALSE(cards[1]->isChecked());
    EXPECT_TRUE(plot->accessibleDescription().startsWith("E, galaxy 1664"));
}

TEST(EllipsePlot, ZoomsAboutThePointerAndMoves) {
    Theme theme;
    EllipsePlot plot(theme);
    plot.setScene(
        std::make_shared<PosteriorScene>(gallery::sampleScene(gallery::Stage::deterministic)));
    pictureOf(plot, {400, 420});
    const QPointF at = plot.plane().toPixel(0.3, 0.15);
    QWheelEvent wheel(at, plot.mapToGlobal(at.toPoint()), {}, {0, 480}, Qt::NoButton, {},
                      Qt::NoScrollPhase, false);
    const double before = plot.plane().half;
    QApplication::sendEvent(&plot, &wheel);
    EXPECT_LT(plot.plane().half, 0.6 * before);
    EXPECT_NEAR(plot.plane().toPixel(0.3, 0.15).x(), at.x(), 1e-6);
    EXPECT_NEAR(plot.plane().toPixel(0.3, 0.15).y(), at.y(), 1e-6);
    QTest::mousePress(&plot, Qt::LeftButton, {}, QPoint(200, 200));
    moveMouse(&plot, QPoint(240, 180), true);
    QTest::mouseRelease(&plot, Qt::LeftButton, {}, QPoint(240, 180));
    EXPECT_NEAR(plot.plane().toPixel(0.3, 0.15).x(), at.x() + 40, 1);
    EXPECT_NEAR(plot.plane().toPixel(0.3, 0.15).y(), at.y() - 20, 1);
    QTest::keyClick(&plot, Qt::Key_Home);
    EXPECT_FALSE(plot.isZoomed());
}

TEST(PosteriorView, DrawsWhatItCanOfBadValues) {
    Theme theme;
    PosteriorView view(theme);
    PosteriorScene scene;
    scene.galaxies.push_back(galaxy(1, 0.1, 0.1, diagonal(kNaN, 1, 1)));
    scene.galaxies.push_back(galaxy(2, 0.2, -0.2, diagonal(0, 0, 0)));
    scene.galaxies.push_back(galaxy(3, 1e300, 0, diagonal(1e300, 1e300, 1)));
    scene.galaxies.push_back(galaxy(4, -0.2, 0.2, diagonal(-1, 0.01, 0.01)));
    scene.galaxies.push_back(galaxy(5, 0.3, 0.3, diagonal(0.01, 0.01, 0.01, 0.5)));
    scene.galaxies.push_back(galaxy(6, 0.9, 0.9, diagonal(0.01, 0.01, 0.01)));
    EXPECT_FALSE(canBeDrawn(*scene.galaxies[0].posterior));
    EXPECT_TRUE(canBeDrawn(*scene.galaxies[1].posterior));
    EXPECT_FALSE(canBeDrawn(*scene.galaxies[3].posterior));
    EXPECT_FALSE(canBeDrawn(*scene.galaxies[4].posterior));
    view.setScene(scene);
    const QImage image = pictureOf(view, {660, 290});
    const EllipsePlane plane = view.plot()->plane();
    EXPECT_LE(plane.half, 1.05);
    // The label stays although the posterior cannot be drawn.
    EXPECT_GE(pixelsOf(image, theme.colour(Colour::truth), around(plane.toPixel(0.1, 0.1), 5), 0.2),
              5);
    view.setScene({});
    pictureOf(view, {660, 290});
    for (const QSize size : {QSize(1, 1), QSize(60, 40), QSize(300, 60), QSize(90, 700)}) {
        view.setScene(scene);
        pictureOf(view, size);
    }
}

TEST(PosteriorView, CardsFollowTheRoomAndTheChoice) {
    Theme theme;
    PosteriorScene scene = gallery::sampleScene(gallery::Stage::deterministic);
    for (int i = 0; i < 20; ++i) {
        scene.galaxies.push_back(galaxy(10'000 + i, 0.01 * i, 0, diagonal(1e-3, 1e-3, 1e-3)));
    }
    for (int width = 150; width < 1600; width += 97) {
        for (int height = 120; height < 1000; height += 83) {
            for (const int selected : {-1, 0, 11, 25}) {
                const auto places = arrangePosterior(QSizeF(width, height), scene, selected, theme);
                const QRectF whole(0, 0, width, height);
                for (const QRectF& card : places.cards) {
                    EXPECT_TRUE(whole.contains(card)) << width << 'x' << height;
                    EXPECT_GE(card.width() + 1, smallestCard(theme).width());
                    EXPECT_GE(card.height() + 1, smallestCard(theme).height())
                        << width << 'x' << height;
                    EXPECT_FALSE(card.intersects(places.legend));
                    EXPECT_FALSE(card.intersects(places.plot));
                }
                if (selected >= 0 && !places.cards.empty()) {
                    EXPECT_GE(selected, places.first);
                    EXPECT_LT(selected, places.first + int(places.cards.size()));
                }
                EXPECT_LE(places.first + int(places.cards.size()), int(scene.galaxies.size()));
            }
        }
    }
}

TEST(PosteriorView, LegendSaysWhatIsDrawn) {
    const auto text = [](gallery::Stage stage) {
        return legendLines(gallery::sampleScene(stage)).join(' ').toStdString();
    };
    EXPECT_NE(text(gallery::Stage::bayesian).find("epistemic, of 100 weight draws"),
              std::string::npos);
    EXPECT_NE(text(gallery::Stage::bayesian).find("39.3, 86.5, 98.9 %"), std::string::npos);
    EXPECT_NE(text(gallery::Stage::deterministic).find("aleatoric alone"), std::string::npos);
    EXPECT_NE(text(gallery::Stage::deterministic).find("measured 39.8, 86.1, 98.7 %"),
              std::string::npos);
    EXPECT_NE(text(gallery::Stage::deterministic).find("1,000 galaxies"), std::string::npos);
    EXPECT_EQ(text(gallery::Stage::before).find("enclose"), std::string::npos);
}

TEST(PosteriorView, TableHasEveryNumber) {
    Theme theme;
    PosteriorView view(theme);
    view.setScene(gallery::sampleScene(gallery::Stage::bayesian));
    QAbstractItemModel* table = view.figureTable();
    ASSERT_EQ(table->rowCount(), 6);
    const auto column = [&](const QString& head) {
        for (int i = 0; i < table->columnCount(); ++i) {
            if (table->headerData(i, Qt::Horizontal).toString() == head) {
                return i;
            }
        }
        return -1;
    };
    EXPECT_EQ(table->index(0, column("row")).data(Figure::kRawValueRole).toLongLong(), 1228);
    EXPECT_DOUBLE_EQ(table->index(0, column("e1 label")).data(Figure::kRawValueRole).toDouble(),
                     0.30);
    EXPECT_NEAR(
        table->index(0, column("e1 sigma aleatoric")).data(Figure::kRawValueRole).toDouble(), 0.056,
        1e-12);
    view.setScene(gallery::sampleScene(gallery::Stage::before));
    EXPECT_FALSE(table->index(0, column("e1 mean")).data().isValid());
}

TEST(PosteriorView, DoesNotBreatheWhilePosteriorsMove) {
    Theme theme;
    PosteriorView view(theme);
    PosteriorScene scene = gallery::sampleScene(gallery::Stage::deterministic);
    view.setScene(scene);
    const double half = view.plot()->plane().half;
    for (int i = 0; i < 10; ++i) {
        for (GalaxyPosterior& g : scene.galaxies) {
            g.posterior->total[0][0] *= 0.97;
        }
        view.setScene(scene);
        EXPECT_EQ(view.plot()->plane().half, half);
    }
}

TEST(GalaxyLetter, GoesOnAfterZ) {
    EXPECT_EQ(galaxyLetter(0), "A");
    EXPECT_EQ(galaxyLetter(25), "Z");
    EXPECT_EQ(galaxyLetter(26), "AA");
    EXPECT_EQ(galaxyLetter(701), "ZZ");
}

}  // namespace
}  // namespace shearbench::widgets

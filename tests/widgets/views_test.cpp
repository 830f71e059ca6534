// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QAbstractButton>
#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QUrl>
#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "widgets/cutout_browser.h"
#include "widgets/cutout_view.h"
#include "widgets/data_panel.h"
#include "widgets/device_panel.h"
#include "widgets/log_view.h"
#include "widgets/network_panel.h"
#include "widgets/profile_dialog.h"
#include "widgets/section.h"
#include "widgets/simulate_dialog.h"
#include "widgets/training_panel.h"
#include "widgets/welcome_page.h"

namespace shearbench::widgets {
namespace {

CutoutFormat format() {
    CutoutFormat format;
    format.channels = 3;
    format.height = format.width = 16;
    format.bands = QStringList{"g", "r", "i"};
    format.pixelScaleArcsec = 0.2;
    format.units = QStringLiteral("e-");
    format.colour = analysis::ColourChannels{{2, 1, 0}, {1, 1, 1}};
    return format;
}

/// Each pixel its own value: band * 1000 + row * 16 + column.
CutoutPixels ramp() {
    auto pixels = std::make_shared<std::vector<float>>();
    for (int band = 0; band < 3; ++band) {
        for (int i = 0; i < 256; ++i) {
            pixels->push_back(float(1000 * band + i));
        }
    }
    return pixels;
}

CutoutDetails details() {
    CutoutDetails details;
    details.row = 7;
    details.title = QStringLiteral("Galaxy 1015");
    details.pixels = ramp();
    details.outlines.label = {0.1, -0.2};
    details.values = {{"e₁", -0.033, -0.020, 0.031, 3, true}, {"z", 0.27, {}, {}, 3, false}};
    details.facts = QStringLiteral("SNR 262");
    return details;
}

TEST(CutoutView, Pulls) {
    EXPECT_NEAR(*pullOf({"e", 0.27, 0.30, 0.042, 3, false}), 0.7143, 1e-4);
    EXPECT_FALSE(pullOf({"e", 0.27, 0.30, 0.0, 3, false}));
    EXPECT_FALSE(pullOf({"e", 0.27, {}, {}, 3, false}));
    EXPECT_FALSE(pullOf({"e", {}, 0.3, 0.1, 3, false}));
}

TEST(CutoutView, CopiesItsValues) {
    Theme theme;
    CutoutView view(theme);
    view.setFormat(format());
    view.setDetails(details());
    EXPECT_EQ(view.valuesText(),
              QStringLiteral("Galaxy 1015\n\tlabel\tposterior\tpull\n"
                             "e₁\t−0.033\t−0.020 ± 0.031\t+0.4\nz\t0.270\t–\t–\nSNR 262\n"));
}

TEST(CutoutView, ReadsOutThePixelUnderTheCursor) {
    Theme theme;
    CutoutCanvas canvas(theme);
    canvas.setFormat(format());
    canvas.setPixels(ramp());
    CutoutDisplay display;
    display.band = 1;
    display.crop = 16;
    canvas.setDisplay(display);
    canvas.resize(160, 160);
    // 10 screen pixels a pixel; the lowest row of the image is at the bottom.
    EXPECT_EQ(canvas.pixelAt({5, 155}), QPoint(0, 0));
    EXPECT_EQ(canvas.pixelAt({155, 5}), QPoint(15, 15));
    EXPECT_EQ(canvas.pixelAt({45, 155}), QPoint(4, 0));
    EXPECT_FALSE(canvas.pixelAt({165, 5}));
    EXPECT_EQ(canvas.pixelText(4, 0), "x 4, y 0:  r 1,004 e-");
    display.crop = 8;
    canvas.setDisplay(display);
    EXPECT_EQ(canvas.pixelAt({5, 155}), QPoint(4, 4));
    display.band = -1;
    canvas.setDisplay(display);
    EXPECT_EQ(canvas.pixelText(1, 0), "x 1, y 0:  i 2,001  r 1,001  g 1 e-");
}

TEST(CutoutView, KeysMoveTheCursor) {
    Theme theme;
    CutoutCanvas canvas(theme);
    canvas.setFormat(format());
    canvas.setPixels(ramp());
    QSignalSpy readout(&canvas, &CutoutCanvas::readout);
    QTest::keyClick(&canvas, Qt::Key_Right);
    ASSERT_EQ(readout.count(), 1);
    EXPECT_TRUE(readout.last()[0].toString().startsWith("x 8, y 8:"));
    QTest::keyClick(&canvas, Qt::Key_Up);
    EXPECT_TRUE(readout.last()[0].toString().startsWith("x 8, y 9:"));
    EXPECT_EQ(canvas.accessibleDescription(), readout.last()[0].toString());
}

/// The violet pixels' spread along the two diagonals of the picture.
TEST(CutoutView, OutlinesLeanToTheUpperRightForPositiveE2) {
    QImage image(200, 200, QImage::Format_RGB32);
    image.fill(Qt::black);
    QPainter painter(&image);
    CutoutOutlines outlines;
    outlines.posterior = {0, 0.5};
    paintOutlines(painter, QRectF(0, 0, 200, 200), outlines, 20, 100, 1);
    painter.end();
    double rising = 0, falling = 0;
    for (int y = 0; y < 200; ++y) {
        for (int x = 0; x < 200; ++x) {
            if (qGray(image.pixel(x, y)) > 60) {
                rising = std::max(rising, std::abs((x - 100.0) - (y - 100.0)));
                falling = std::max(falling, std::abs((x - 100.0) + (y - 100.0)));
            }
        }
    }
    EXPECT_GT(rising, 2 * falling);
}

TEST(WelcomePage, CardsAreButtons) {
    Theme theme;
    WelcomePage page(theme);
    page.resize(1200, 800);
    page.show();
    QSignalSpy demo(&page, &WelcomePage::demoRequested);
    QSignalSpy open(&page, &WelcomePage::openRequested);
    QSignalSpy simulate(&page, &WelcomePage::simulateRequested);
    for (auto* button : page.findChildren<QAbstractButton*>()) {
        QTest::keyClick(button, Qt::Key_Return);
    }
    EXPECT_EQ(demo.count(), 1);
    EXPECT_EQ(open.count(), 1);
    EXPECT_EQ(simulate.count(), 1);
}

TEST(WelcomePage, OpensRecentAndDroppedFiles) {
    Theme theme;
    WelcomePage page(theme);
    page.setRecent({{"/a/b.h5", "b.h5", "yesterday"}});
    QSignalSpy recent(&page, &WelcomePage::recentChosen);
    QSignalSpy dropped(&page, &WelcomePage::fileDropped);
    for (auto* button : page.findChildren<QAbstractButton*>()) {
        if (button->text() == "b.h5") {
            button->click();
        }
    }
    ASSERT_EQ(recent.count(), 1);
    EXPECT_EQ(recent[0][0].toString(), "/a/b.h5");
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QStringLiteral("/a/c.h5"))});
    QDragEnterEvent enter({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&page, &enter);
    EXPECT_TRUE(enter.isAccepted());
    QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&page, &drop);
    ASSERT_EQ(dropped.count(), 1);
    EXPECT_EQ(dropped[0][0].toString(), "/a/c.h5");
}

TEST(ProfileDialog, AsksForWhatAFileDoesNotSay) {
    Theme theme;
    ProfileDialog dialog(theme);
    ProfileFields fields;
    fields.images = QStringLiteral("/stack");
    fields.layout = QStringLiteral("NVCHW");
    fields.variant = 1;
    fields.bandNames = QStringLiteral("g, r");
    fields.bands = QStringLiteral("r");
    fields.pixelScaleArcsec = 0.168;
    fields.stamp = 64;
    fields.labels = QStringLiteral("/a.csv");
    fields.targets = {"csv/e1", "csv/e2", "z"};
    fields.ellipticity = QStringLiteral("distortion");
    fields.shape = QStringLiteral("q:a, degrees:b");
    fields.group = QStringLiteral("none");
    QSignalSpy edited(&dialog, &ProfileDialog::edited);
    dialog.setFields(fields);
    EXPECT_EQ(dialog.fields(), fields);

    auto* use = dialog.findChild<QPushButton*>(QStringLiteral("use"));
    ProfilePreview preview;
    preview.problem = {QStringLiteral("It has 5 axes."), {}, QStringLiteral("Choose one."), {}};
    preview.imageDatasets = QStringList{"/stack", "/other"};
    preview.variants = 2;
    dialog.setPreview(preview);
    EXPECT_FALSE(use->isEnabled());
    EXPECT_EQ(dialog.fields(), fields) << "choices offered keep what was chosen";
    preview.problem = {};
    preview.format.channels = 1;
    preview.format.height = preview.format.width = 8;
    preview.format.bands = QStringList{"r"};
    preview.pixels = std::make_shared<const std::vector<float>>(64, 1.0F);
    preview.histograms = {{-1, 1, {1, 5, 2}, 0, 0.3}};
    dialog.setPreview(preview);
    EXPECT_TRUE(use->isEnabled());
    EXPECT_EQ(edited.count(), 0);
    EXPECT_TRUE(dialog.findChild<BandHistograms*>()->toolTip().contains(QLatin1String("0.30")));

    dialog.setFields({});
    EXPECT_EQ(dialog.fields(), ProfileFields{});
    dialog.findChild<QLineEdit*>()->setFocus();
    for (auto* box : dialog.findChildren<QComboBox*>()) {
        if (box->accessibleName() == QLatin1String("Variant")) {
            box->setCurrentIndex(2);
        }
    }
    EXPECT_EQ(dialog.fields().variant, 1);
    EXPECT_FALSE(use->isEnabled()) << "until its preview is there";
    EXPECT_TRUE(edited.wait(2000));
}

TEST(SimulateDialog, AsksShowsProgressAndEnds) {
    Theme theme;
    SimulateDialog dialog(theme);
    SimulateDialogState state{5000, 7, QStringLiteral("/tmp/a.h5"), true, {}};
    dialog.setState(state);
    EXPECT_TRUE(dialog.state() == state);
    QSignalSpy start(&dialog, &SimulateDialog::startRequested);
    QSignalSpy cancel(&dialog, &SimulateDialog::cancelRequested);
    QSignalSpy open(&dialog, &SimulateDialog::openRequested);
    const auto press = [&](const QString& text) {
        for (auto* button : dialog.findChildren<QAbstractButton*>()) {
            if (button->text() == text && button->isEnabled()) {
                button->click();
                return true;
            }
        }
        return false;
    };
    EXPECT_TRUE(press("Simulate"));
    EXPECT_EQ(start.count(), 1);
    dialog.setProgress(100, 5000, 95);
    EXPECT_FALSE(press("Simulate"));
    EXPECT_TRUE(press("Stop"));
    EXPECT_EQ(cancel.count(), 1);
    dialog.setFinished(0);
    EXPECT_FALSE(press("Open them")) << "there is no file";
    EXPECT_TRUE(press("Simulate"));
    dialog.setFinished(120);
    EXPECT_TRUE(press("Open them"));
    ASSERT_EQ(open.count(), 1);
    EXPECT_EQ(open[0][0].toString(), "/tmp/a.h5");
    state.file.clear();
    dialog.setState(state);
    EXPECT_FALSE(dialog.isValid());
    EXPECT_FALSE(press("Simulate"));
}

TEST(SimulateDialog, SetsTheValuesOfAKindAndTellsOthers) {
    Theme theme;
    SimulateDialog dialog(theme);
    SimulateValues crowded;
    crowded.mostGalaxies = 4;
    crowded.seeingScatter = 0.1;
    dialog.setKinds({{QStringLiteral("Deep"), QStringLiteral("deep words"), {}},
                     {QStringLiteral("Crowded"), QStringLiteral("crowded words"), crowded}});
    SimulateDialogState state{5000, 7, QStringLiteral("/tmp/a.h5"), true, {}};
    dialog.setState(state);
    auto* kind = dialog.findChild<QComboBox*>(QStringLiteral("kind"));
    ASSERT_NE(kind, nullptr);
    EXPECT_EQ(kind->currentText(), "Deep");
    kind->setCurrentIndex(1);
    Q_EMIT kind->activated(1);
    EXPECT_TRUE(dialog.state().values == crowded);
    state.values.leastSnr = 30;
    dialog.setState(state);
    EXPECT_EQ(kind->currentText(), "As set below");
    EXPECT_TRUE(dialog.state() == state);

    QSignalSpy start(&dialog, &SimulateDialog::startRequested);
    QSignalSpy use(&dialog, &SimulateDialog::useRequested);
    state.whileTraining = true;
    state.file.clear();
    dialog.setState(state);
    EXPECT_TRUE(dialog.isValid());
    for (auto* button : dialog.findChildren<QAbstractButton*>()) {
        if (button->text() == "Use them") {
            button->click();
        }
    }
    EXPECT_EQ(use.count(), 1);
    EXPECT_EQ(start.count(), 0);
}

TEST(SimulateDialog, AsksForEverythingOfARecipe) {
    Theme theme;
    SimulateDialog dialog(theme);
    SimulateDialogState state{100, 1, QStringLiteral("/tmp/a.h5"), false, {}};
    state.values.mostGalaxies = 3;
    state.values.brightest = 18.5;
    state.values.faintest = 24;
    state.values.leastSnr = 10;
    state.values.colourScatter = 0.1;
    state.values.psf = QStringLiteral("moffat");
    state.values.moffatBeta = 2.5;
    state.values.seeing = 0.8;
    state.values.seeingScatter = 0.05;
    state.values.shear1 = 0.01;
    state.values.shear2 = -0.02;
    state.values.bulges = false;
    state.values.turnedPairs = true;
    dialog.setState(state);
    EXPECT_TRUE(dialog.state() == state);
    EXPECT_TRUE(dialog.isValid());
    state.values.brightest = 24;
    dialog.setState(state);
    EXPECT_FALSE(dialog.isValid()) << "no magnitude is left";
}

TEST(LogView, FiltersCopiesAndForgets) {
    Theme theme;
    LogView log(theme);
    const QDateTime when(QDate(2026, 11, 21), QTime(9, 14, 3));
    log.append(when, LogLevel::detail, QStringLiteral("tuned"));
    log.append(when, LogLevel::information, QStringLiteral("opened a file"));
    log.append(when, LogLevel::error, QStringLiteral("lost a file"));
    EXPECT_EQ(log.lines(), 3);
    EXPECT_EQ(log.shownLines(), 2);
    log.setLevel(LogLevel::error);
    EXPECT_EQ(log.shownLines(), 1);
    log.setLevel(LogLevel::detail);
    log.setFilter(QStringLiteral("FILE"));
    EXPECT_EQ(log.shownLines(), 2);
    log.copy();
    EXPECT_EQ(QApplication::clipboard()->text(),
              QStringLiteral("2026-11-21 09:14:03  information  opened a file\n"
                             "2026-11-21 09:14:03  error        lost a file\n"));
    for (int i = 0; i < 10100; ++i) {
        log.append(when, LogLevel::information, QString::number(i));
    }
    EXPECT_EQ(log.lines(), 10000);
}

/// Everything that takes the focus has a name to be read aloud.
void expectNames(QWidget& root) {
    for (QWidget* widget : root.findChildren<QWidget*>()) {
        if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisibleTo(&root)) {
            continue;
        }
        // Parts of composed fields are named by the whole.
        if (widget->objectName().startsWith("qt_") || widget->focusProxy() != nullptr) {
            continue;
        }
        QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
        ASSERT_NE(accessible, nullptr);
        EXPECT_FALSE(accessible->text(QAccessible::Name).isEmpty())
            << widget->metaObject()->className() << " " << widget->objectName().toStdString()
            << " in " << root.metaObject()->className();
    }
}

TEST(Accessibility, EveryFieldHasAName) {
    Theme theme;
    std::vector<std::unique_ptr<QWidget>> views;
    auto* browser = new CutoutBrowser(theme);
    auto catalogue = std::make_shared<CutoutCatalogue>();
    catalogue->format = format();
    catalogue->table.rows = 3;
    catalogue->table.split = {0, 1, 2};
    browser->setCatalogue(catalogue);
    views.emplace_back(browser);
    auto* view = new CutoutView(theme);
    view->setFormat(format());
    view->setDetails(details());
    views.emplace_back(view);
    auto* data = new DataPanel(theme);
    DataPanelFacts facts;
    facts.loaded = true;
    data->setFacts(facts);
    data->setProblem(DataPanel::Field::e1, {"Wrong.", "Cause.", "Remedy.", {"Do it"}});
    views.emplace_back(data);
    auto* network = new NetworkPanel(theme);
    network->setPresets({{"a", "A", {}}});
    network->setLayers({{"conv", "6", 3, {}}}, {});
    views.emplace_back(network);
    auto* device = new DevicePanel(theme);
    device->setDevices({{}});
    views.emplace_back(device);
    auto* training = new TrainingPanel(theme);
    training->setProblem(TrainingPanel::Field::clipNorm, QStringLiteral("Wrong."));
    views.emplace_back(training);
    views.emplace_back(
        new Section(theme, QStringLiteral("data"), QStringLiteral("Data"), new QWidget));
    auto* welcome = new WelcomePage(theme);
    welcome->setRecent({{"/a", "a", "b"}});
    welcome->setDevices({{"CPU", "ready", DeviceColour::green}});
    views.emplace_back(welcome);
    views.emplace_back(new SimulateDialog(theme));
    views.emplace_back(new ProfileDialog(theme));
    views.emplace_back(new LogView(theme));
    for (const auto& each : views) {
        each->show();
        expectNames(*each);
    }
}

}  // namespace
}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFile>
#include <QFileDialog>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include "app/benchmark_dialogs.h"
#include "app/benchmark_page.h"
#include "app/device_table.h"
#include "app/figures_dialog.h"
#include "tests/app/window_test.h"
#include "tests/core/benchmark/sample_results.h"
#include "widgets/figure_dialog.h"
#include "widgets/line_chart.h"
#include "widgets/pane.h"

namespace shearbench::test {
namespace {

using benchmark::Results;
using benchmark::Status;

class BenchmarkWindowTest : public WindowTest {
  protected:
    app::BenchmarkController& controller() { return workbench->benchmark(); }
    app::BenchmarkPage& page() { return *window->findChild<app::BenchmarkPage*>(); }
    bool waitForSweep() {
        return waitUntil([this] { return !controller().active(); });
    }

    /// Two points of a small network, a moment each.
    static Experiment small() {
        Experiment experiment;
        experiment.device.threads = 1;
        experiment.benchmark.devices = {"eigen"};
        experiment.benchmark.batches = {2, 4};
        experiment.benchmark.imageSize = 16;
        experiment.benchmark.images = 64;
        experiment.benchmark.budgetSeconds = 0.6;
        experiment.benchmark.halfWidthPercent = 1e-6;
        return experiment;
    }

    /// Sample results in a file.
    QString sampleFile(const std::string& machine) {
        Results results = benchmark::sampleResults();
        results.name = results.machine.host = machine;
        const std::string file = folder / (machine + ".json");
        benchmark::writeResults(results, file);
        return QString::fromStdString(file);
    }
    bool openResults(const QString& path) {
        workbench->open(path);
        // Results of an earlier run may come at any time.
        return waitUntil([&] { return controller().sources().contains(path); });
    }

    /// Does `action`, which opens a dialog, and `look` at it; closes it if `look` did not.
    template <class Look>
    bool withDialog(const std::function<void()>& action, const Look& look) {
        bool seen = false;
        QTimer timer;
        QObject::connect(&timer, &QTimer::timeout, window.get(), [&] {
            if (auto* dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget())) {
                timer.stop();
                seen = true;
                look(*dialog);
                if (dialog->isVisible())
                    dialog->reject();
            }
        });
        timer.start(30);
        action();
        return seen;
    }
};

TEST_F(BenchmarkWindowTest, ASweepPausesStopsAndIsResumed) {
    controller().start(small(), app::SessionStore::runsFolder());
    ASSERT_TRUE(waitUntil([this] {
        return !controller().results().empty() &&
               !controller().results()[0].points[0].warmup.empty();
    }));
    EXPECT_FALSE(actions().benchmark->isEnabled());
    EXPECT_FALSE(actions().train->isEnabled());
    actions().pause->trigger();
    EXPECT_TRUE(controller().paused());
    EXPECT_EQ(actions().pause->text(), "Resume");
    actions().pause->trigger();
    EXPECT_FALSE(controller().paused());
    actions().stop->trigger();
    ASSERT_TRUE(waitForSweep());
    ASSERT_EQ(controller().results().size(), 1u);
    EXPECT_NE(controller().results()[0].points[1].status, Status::done);
    ASSERT_TRUE(actions().resumeBenchmark->isEnabled());
    actions().resumeBenchmark->trigger();
    ASSERT_TRUE(waitForSweep());
    for (const auto& point : controller().results()[0].points)
        EXPECT_EQ(point.status, Status::done) << point.sentence;
    EXPECT_FALSE(controller().canResume());
    EXPECT_TRUE(failures.empty());
    // What is drawn is what was measured.
    const auto& series = page().timeChart()->spec().series;
    ASSERT_FALSE(series.empty());
    EXPECT_EQ(series[0].key, "0/eigen");
    ASSERT_EQ(series[0].points.size(), 2u);
    const Results& results = controller().results()[0];
    EXPECT_DOUBLE_EQ(series[0].points[1].y,
                     results.estimateOf(results.points[1])->seconds *
                         benchmark::publishedScale(results.protocol, results.points[1].task));
    EXPECT_EQ(series.size(), 1u);  // the published times are for larger images
    // The run is found again at the next start.
    EXPECT_TRUE(QFile::exists(controller().directory() + "/results.json"));
    app::BenchmarkController later;
    later.openNewest(app::SessionStore::runsFolder());
    ASSERT_TRUE(waitUntil([&] { return !later.results().empty(); }));
    EXPECT_EQ(later.directory(), controller().directory());
    EXPECT_EQ(later.command(), controller().command());
}

TEST_F(BenchmarkWindowTest, WhatCannotBeMeasuredIsSaid) {
    Experiment wrong = small();
    wrong.benchmark.networks = {"nothing"};
    controller().start(wrong, app::SessionStore::runsFolder());
    ASSERT_TRUE(waitForSweep());
    ASSERT_EQ(failures.size(), 1u);
    EXPECT_TRUE(failures[0].failure.sentence.contains("nothing"));
    EXPECT_TRUE(controller().results().empty() || controller().results()[0].points.size() != 1);
}

TEST_F(BenchmarkWindowTest, AnotherMachinesFileIsSetBesideAndTakenAway) {
    ASSERT_TRUE(openResults(sampleFile("one machine")));
    ASSERT_TRUE(openResults(sampleFile("other machine")));
    EXPECT_TRUE(page().figureCommand().contains("other machine.json'"))
        << page().figureCommand().toStdString();
    int named = 0;
    for (const auto& series : page().timeChart()->spec().series)
        named += series.label.contains("machine");
    EXPECT_EQ(named, 4);
    auto* warning = page().ratioPane()->findChild<QToolButton*>("warning");
    ASSERT_TRUE(warning);
    EXPECT_FALSE(warning->isHidden());
    EXPECT_TRUE(warning->toolTip().contains("quick against paper"))
        << warning->toolTip().toStdString();
    EXPECT_TRUE(actions().closeResults->isEnabled());
    actions().closeResults->trigger();
    EXPECT_EQ(controller().results().size(), controller().directory().isEmpty() ? 0u : 1u);
    EXPECT_FALSE(actions().closeResults->isEnabled());
    workbench->open(QString::fromStdString(folder / "gone.json"));
    ASSERT_TRUE(waitUntil([this] { return !failures.empty(); }));
}

TEST_F(BenchmarkWindowTest, TheCursorRunsThroughBothPanes) {
    page().timeChart()->setCursor(4);
    ASSERT_TRUE(page().ratioChart()->cursorX());
    EXPECT_EQ(*page().ratioChart()->cursorX(), 4);
    page().ratioChart()->setCursor(std::nullopt);
    EXPECT_FALSE(page().timeChart()->cursorX());
}

TEST_F(BenchmarkWindowTest, AClickedPointTellsWhereItComesFrom) {
    ASSERT_TRUE(openResults(sampleFile("one machine")));
    const QString key = QString::number(controller().results().size() - 1) + QStringLiteral("/cpu");
    QString facts, commands, configuration;
    EXPECT_TRUE(withDialog(
        [&] { Q_EMIT page().timeChart()->pointClicked(key, 4); },
        [&](QDialog& dialog) {
            for (const auto* label : dialog.findChildren<QLabel*>())
                facts += label->text() + "\n";
            commands = dialog.findChild<QPlainTextEdit*>("Commands")->toPlainText();
            configuration = dialog.findChild<QPlainTextEdit*>("Configuration")->toPlainText();
            for (auto* button : dialog.findChildren<QPushButton*>())
                if (button->text() == "Copy commands")
                    button->click();
        }));
    for (const char* part :
         {"batch 4", "images per second", "sample processor", "one machine.json",
          "governor performance", "100 epochs of 8,000 images", "9 blocks, quick protocol"})
        EXPECT_TRUE(facts.contains(part)) << part << " in " << facts.toStdString();
    EXPECT_TRUE(commands.contains("shearbench-cli benchmark --networks deterministic\n"));
    EXPECT_TRUE(commands.contains("--devices cpu --batch 4"));
    EXPECT_TRUE(commands.contains("shearbench-cli train --network deterministic --batch 4"));
    EXPECT_TRUE(configuration.contains("\"network\""));
    EXPECT_EQ(QApplication::clipboard()->text(), commands);
    // A published point has no run.
    EXPECT_FALSE(withDialog(
        [&] {
            Q_EMIT page().timeChart()->pointClicked("published/v100", 4);
            QTest::qWait(100);
        },
        [](QDialog&) {}));
}

TEST_F(BenchmarkWindowTest, TheDialogAsksForWhatCanBeMeasured) {
    Experiment experiment = small();
    experiment.benchmark.networks = {"deterministic"};
    app::BenchmarkDialog dialog(experiment, std::nullopt);
    QPushButton* start = nullptr;
    for (auto* button : dialog.findChildren<QPushButton*>())
        start = button->text() == "Start" ? button : start;
    ASSERT_TRUE(start);
    const auto* summary = dialog.findChild<QLabel*>("summary");
    const auto* fits = dialog.findChild<QLabel*>("fits");
    auto* batches = dialog.findChild<QLineEdit*>("batches");
    EXPECT_TRUE(start->isEnabled());
    EXPECT_TRUE(summary->text().startsWith("2 points")) << summary->text().toStdString();
    EXPECT_EQ(fits->text(), "deterministic on eigen: all batch sizes");
    EXPECT_EQ(dialog.experiment().benchmark, experiment.benchmark);
    batches->setText("2, x");
    EXPECT_FALSE(start->isEnabled());
    batches->setText("2, 512");
    auto* memory = dialog.findChild<QDoubleSpinBox*>("memory");
    memory->setValue(100);
    EXPECT_EQ(fits->text(), "deterministic on eigen: up to 2 of 512");
    EXPECT_EQ(dialog.experiment().device.memoryCapMB, 100);
    memory->setValue(0.1);
    EXPECT_EQ(fits->text(), "deterministic on eigen: none");
    memory->setValue(0);
    EXPECT_EQ(dialog.experiment().benchmark.batches, (std::vector{2, 512}));
    for (auto* box : dialog.findChildren<QCheckBox*>())
        box->setChecked(box->text().startsWith("Generative") || box->text().startsWith("Eigen"));
    batches->clear();
    EXPECT_EQ(dialog.experiment().benchmark.networks, std::vector<std::string>{"generative"});
    EXPECT_TRUE(summary->text().startsWith("12 points")) << summary->text().toStdString();
    for (auto* box : dialog.findChildren<QCheckBox*>())
        box->setChecked(false);
    EXPECT_FALSE(start->isEnabled());
}

TEST_F(BenchmarkWindowTest, AllFiguresAreMadeInAFolderWhileTheWindowGoesOn) {
    ASSERT_TRUE(openResults(sampleFile("one machine")));
    actions().allFigures->trigger();
    auto* dialog = window->findChild<app::FiguresDialog*>();
    ASSERT_TRUE(dialog);
    const QString out = QString::fromStdString(folder / "figures");
    dialog->setFolder(out);
    dialog->findChild<QComboBox*>("journal")->setCurrentIndex(1);
    QStringList files;
    QObject::connect(dialog, &app::FiguresDialog::made, window.get(),
                     [&](const QStringList& written) { files = written; });
    int turns = 0;
    QTimer other;  // something else that the window does
    QObject::connect(&other, &QTimer::timeout, window.get(), [&] { ++turns; });
    other.start(0);
    dialog->make();
    ASSERT_TRUE(waitUntil([&] { return !dialog->making(); }));
    EXPECT_GT(turns, 30);
    EXPECT_TRUE(QFile::exists(out + "/figure_2_deterministic.pdf"));
    EXPECT_TRUE(QFile::exists(out + "/figure_4_generation_time.svg"));
    for (const QString& file : files)
        EXPECT_TRUE(QFile::exists(file)) << file.toStdString();
    QFile command(out + "/command.txt");
    ASSERT_TRUE(command.open(QIODevice::ReadOnly));
    const QByteArray typed = command.readAll();
    EXPECT_TRUE(typed.contains("one machine.json'")) << typed.toStdString();
    EXPECT_TRUE(typed.contains("--journal mnras --out ")) << typed.toStdString();
    EXPECT_TRUE(failures.empty());
}

TEST_F(BenchmarkWindowTest, MakingFiguresIsStoppedAndLeavesWholeFiles) {
    actions().allFigures->trigger();
    auto* dialog = window->findChild<app::FiguresDialog*>();
    const QString out = QString::fromStdString(folder / "figures");
    dialog->setFolder(out);
    dialog->make();
    ASSERT_TRUE(waitUntil([&] { return QFile::exists(out + "/figure_1_galaxies.svg"); }));
    dialog->reject();  // as closing it does
    ASSERT_TRUE(waitUntil([&] { return !dialog->making(); }));
    EXPECT_FALSE(QFile::exists(out + "/command.txt"));
    EXPECT_TRUE(dialog->findChild<QLabel*>("words")->text().startsWith("Stopped"));
    for (const QString& name : QDir(out).entryList(QDir::Files))
        EXPECT_TRUE(name.startsWith("figure_")) << name.toStdString();
    // Where nothing can be written that is said, and the next folder is tried.
    dialog->setFolder("/proc/figures");
    dialog->make();
    ASSERT_TRUE(waitUntil([&] { return !dialog->making(); }));
    EXPECT_TRUE(dialog->findChild<QLabel*>("words")->text().contains("/proc/figures"));
}

TEST_F(BenchmarkWindowTest, APanesFigureIsMadeAgainFromItsCommand) {
    ASSERT_TRUE(openResults(sampleFile("machine")));
    const std::string key = std::to_string(controller().results().size() - 1) + "/eigen";
    app::BenchmarkView view;
    view.request.quantity = benchmark::Quantity::imagesPerSecond;
    view.a = key;
    view.logX = true;
    view.logRatio = false;
    page().setView(view);
    page().timeChart()->setXRange(2, 8);
    widgets::FigureOptions options;
    options.widthMm = 84;
    options.heightMm = 60.5;
    EXPECT_EQ(app::chartOptions(page().figureOf(page().timePane()), options),
              " --chart time --quantity images-per-second --log-x --x-range 2 8 --width 84 "
              "--height 60.5");
    EXPECT_EQ(app::chartOptions(page().figureOf(page().ratioPane()), options),
              QString(" --chart ratio --a %1 --log-x --linear-y --width 84 --height 60.5")
                  .arg(QString::fromStdString(key)));
    const auto read = [](const QString& path) {
        QFile file(path);
        EXPECT_TRUE(file.open(QIODevice::ReadOnly));
        return file.readAll();
    };
    for (widgets::Pane* pane : {page().timePane(), page().ratioPane()}) {
        const QString shown = QString::fromStdString(folder / "shown.svg");
        const QString again = QString::fromStdString(folder / "again.svg");
        app::saveFigureWithSource(*pane->figure(), shown, options, {});
        app::makeChartFigure(controller().results(), page().figureOf(pane), again, options, "x");
        EXPECT_EQ(read(shown), read(again));
        EXPECT_EQ(read(QString::fromStdString(folder / "again.command.txt")), "x\n");
    }
}

TEST_F(BenchmarkWindowTest, APaneIsSavedWithWhatItComesFrom) {
    ASSERT_TRUE(openResults(sampleFile("machine")));
    const QString file = QString::fromStdString(folder / "ratio.png");
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, window.get(), [&] {
        QWidget* dialog = QApplication::activeModalWidget();
        if (auto* size = qobject_cast<widgets::FigureDialog*>(dialog)) {
            size->findChild<QComboBox*>("preset")->setCurrentIndex(3);
            size->accept();
        } else if (auto* name = qobject_cast<QFileDialog*>(dialog)) {
            name->selectFile(file);
            QMetaObject::invokeMethod(name, "accept");
        }
    });
    timer.start(30);
    Q_EMIT page().ratioPane()->saveFigureRequested();
    timer.stop();
    QFile command(QString::fromStdString(folder / "ratio.command.txt"));
    ASSERT_TRUE(waitUntil([&] { return command.exists(); }));
    EXPECT_NEAR(QImage(file).width(), 84 / 25.4 * 300, 1);
    EXPECT_TRUE(QFile::exists(QString::fromStdString(folder / "ratio.csv")));
    EXPECT_TRUE(QFile::exists(QString::fromStdString(folder / "ratio.experiment.json")));
    ASSERT_TRUE(command.open(QIODevice::ReadOnly));
    const QByteArray typed = command.readAll();
    EXPECT_TRUE(typed.startsWith("shearbench figures --results ")) << typed.toStdString();
    EXPECT_TRUE(typed.contains(" --chart ratio --width 84 ")) << typed.toStdString();
    EXPECT_TRUE(typed.endsWith("ratio.png\n")) << typed.toStdString();
    EXPECT_TRUE(failures.empty());
}

TEST_F(BenchmarkWindowTest, DevicesAreSetBesideThePublishedTwo) {
    app::DeviceTableDialog dialog({});
    const int local = dialog.table().rowCount() - 2;
    EXPECT_GE(local, 2);
    ASSERT_TRUE(waitUntil([&] { return dialog.isComplete(); }));
    ASSERT_EQ(dialog.table().rowCount(), local + 2);
    EXPECT_TRUE(dialog.table().item(0, 1)->text().startsWith("measured"));
    EXPECT_FALSE(dialog.table().item(0, 5)->text().isEmpty());
    EXPECT_EQ(dialog.table().item(local, 4)->text(), "32,000");
    EXPECT_EQ(dialog.table().item(local + 1, 7)->text(), "120");
}

}  // namespace
}  // namespace shearbench::test

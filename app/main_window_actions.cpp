// SPDX-License-Identifier: GPL-3.0-or-later
//
// MainWindow: what its actions do.
#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QDateTime>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QPixmap>
#include <QScreen>
#include <QShortcut>
#include <QSplitter>
#include <QStatusBar>
#include <QToolBar>
#include <algorithm>

#include "app/benchmark_dialogs.h"
#include "app/benchmark_page.h"
#include "app/device_table.h"
#include "app/figures.h"
#include "app/figures_dialog.h"
#include "app/generation_page.h"
#include "app/main_window.h"
#include "app/operation_dialog.h"
#include "app/presentation.h"
#include "app/profile_controller.h"
#include "app/settings_dock.h"
#include "app/simulation_dialog.h"
#include "app/training_page.h"
#include "app/tune_dialog.h"
#include "core/error.h"
#include "core/training_command.h"
#include "core/version.h"
#include "widgets/figure_dialog.h"
#include "widgets/figure_export.h"
#include "widgets/log_view.h"
#include "widgets/pane.h"
#include "widgets/welcome_page.h"

namespace shearbench::app {

void MainWindow::connectActions() {
    const auto on = [this](QAction* action, auto slot) {
        connect(action, &QAction::triggered, this, slot);
    };
    on(actions_.open, &MainWindow::askForFile);
    on(actions_.openRun, &MainWindow::askForRun);
    on(actions_.saveExperiment, &MainWindow::askForExperimentName);
    on(actions_.simulate, &MainWindow::simulate);
    on(actions_.describe, &MainWindow::describeFile);
    connect(settings_, &SettingsDock::describeRequested, this, &MainWindow::describeFile);
    connect(settings_, &SettingsDock::profileRequested, actions_.operations, &QAction::trigger);
    connect(settings_, &SettingsDock::tuneRequested, this, &MainWindow::showTuning);
    on(actions_.quit, &QWidget::close);
    on(actions_.screenshot, &MainWindow::saveScreenshot);
    on(actions_.restoreLayout, &MainWindow::restoreFirstLayout);
    on(actions_.keys, &MainWindow::showKeys);
    on(actions_.about, &MainWindow::showAbout);
    on(actions_.demo, [this] { workbench_.startDemo(0, false); });
    on(actions_.generativeDemo, [this] { workbench_.startDemo(0, false, "generative"); });
    on(actions_.closeFile, [this] {
        workbench_.closeAll();
        fillWelcomePage();
        showWorkspace(false);
        updateActions();
        updateStatus();
    });
    on(actions_.train, [this] { workbench_.train(); });
    on(actions_.resumeRun, [this] { workbench_.resumeRun(); });
    on(actions_.stop, [this] {
        workbench_.training().stop();
        workbench_.benchmark().stop();
    });
    on(actions_.pause, [this] {
        TrainingController& training = workbench_.training();
        BenchmarkController& benchmark = workbench_.benchmark();
        if (benchmark.active())
            benchmark.paused() ? benchmark.resume() : benchmark.pause();
        else
            training.paused() ? training.resume() : training.pause();
    });
    on(actions_.benchmark, &MainWindow::askForBenchmark);
    on(actions_.resumeBenchmark, [this] { workbench_.benchmark().resumeRun(); });
    on(actions_.openResults, &MainWindow::askForResults);
    on(actions_.operations, &MainWindow::showOperations);
    on(actions_.closeResults, [this] { workbench_.benchmark().closeImported(); });
    on(actions_.devices,
       [this] { DeviceTableDialog(workbench_.benchmark().results(), this).exec(); });
    on(actions_.allFigures, &MainWindow::makeAllFigures);
    on(actions_.copyCommand, [this] { QApplication::clipboard()->setText(workbench_.command()); });
    on(actions_.saveFigure, [this] {
        for (widgets::Pane* pane : panes_)
            if (pane->isAncestorOf(QApplication::focusWidget())) {
                saveFigure(pane);
                return;
            }
        saveFigure(panes_.front());
    });
    actions_.dark->setChecked(theme_.isDark());
    connect(actions_.dark, &QAction::toggled, this, [this](bool dark) {
        theme_.setDark(dark);
        store_.setDark(dark);
    });
    connect(actions_.presentation, &QAction::toggled, this, &MainWindow::setPresentation);
    addPresentationKeys();

    using widgets::WelcomePage;
    connect(welcome_, &WelcomePage::demoRequested, actions_.demo, &QAction::trigger);
    connect(welcome_, &WelcomePage::openRequested, actions_.open, &QAction::trigger);
    connect(welcome_, &WelcomePage::simulateRequested, actions_.simulate, &QAction::trigger);
    connect(welcome_, &WelcomePage::recentChosen, this, &MainWindow::openPath);
    connect(welcome_, &WelcomePage::fileDropped, this, &MainWindow::openPath);
}

void MainWindow::askForFile() {
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Open galaxies or an experiment"), {},
        tr("Cutouts and experiments (*.h5 *.hdf5 *.hdf *.json);;All files (*)"));
    if (!file.isEmpty())
        openPath(file);
}

void MainWindow::askForRun() {
    const QString start =
        QDir(SessionStore::runsFolder()).exists() ? SessionStore::runsFolder() : QDir::homePath();
    const QString directory =
        QFileDialog::getExistingDirectory(this, tr("Open the directory of a run"), start);
    if (!directory.isEmpty())
        openPath(directory);
}

void MainWindow::askForExperimentName() {
    const QString file =
        QFileDialog::getSaveFileName(this, tr("Save the experiment"),
                                     QStringLiteral("experiment.json"), tr("Experiments (*.json)"));
    if (!file.isEmpty())
        workbench_.saveExperiment(file);
}

void MainWindow::saveScreenshot() {
    const QString file =
        QFileDialog::getSaveFileName(this, tr("Save a picture of the window"),
                                     QStringLiteral("shearbench.png"), tr("PNG (*.png)"));
    if (!file.isEmpty() && !grab().save(file))
        showFailure(Workbench::Place::general,
                    {tr("The picture %1 could not be written.").arg(file),
                     tr("Choose a folder that can be written to and has room.")});
}

void MainWindow::saveFigure(widgets::Pane* pane) {
    if (!pane->figure() || pane->isEmpty())
        return;
    widgets::FigureDialog dialog(figureOptions_, this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    figureOptions_ = dialog.options();
    const QString name = pane->title().toLower().replace(QLatin1Char(' '), QLatin1Char('_'));
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Save figure; its numbers, experiment and command go beside it"),
        name + QStringLiteral(".pdf"), tr("PDF (*.pdf);;SVG (*.svg);;PNG (*.png)"));
    if (file.isEmpty())
        return;
    const bool benchmark = pane == benchmark_->timePane() || pane == benchmark_->ratioPane();
    const auto& results = workbench_.benchmark().results();
    FigureSource source{pane == generation_->pane() ? generation_->command() : workbench_.command(),
                        workbench_.experiment()};
    if (benchmark)
        source = {
            benchmark_->figureCommand() + chartOptions(benchmark_->figureOf(pane), figureOptions_) +
                QStringLiteral(" --out ") + QString::fromStdString(shellWord(file.toStdString())),
            results.empty() ? workbench_.experiment() : results.front().experiment};
    attempt([&] {
        const widgets::PaintedFigure painted =
            widgets::paintFigure(*pane->figure(), file, figureOptions_);
        background_.run(
            [painted, source] { return writeFigureWithSource(painted, source); },
            [this](const QStringList& written) {
                Q_EMIT workbench_.noted(tr("Saved %1.").arg(written.join(QStringLiteral(", "))));
            },
            [this](const Failure& failure) { showFailure(Workbench::Place::general, failure); });
    });
}

/// Does what may fail on a disk, and shows how it failed.
void MainWindow::attempt(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        showFailure(Workbench::Place::general,
                    {QString::fromUtf8(error.what()), QString::fromStdString(error.remedy())});
    }
}

void MainWindow::makeAllFigures() {
    if (!figures_) {
        const auto source = [this]() -> FiguresDialog::Source {
            return {workbench_.benchmark().results(), benchmark_->figureCommand()};
        };
        figures_ = new FiguresDialog(source, QDir::homePath() + QStringLiteral("/figures"), this);
        connect(figures_, &FiguresDialog::made, this, [this](const QStringList& files) {
            if (!files.isEmpty())
                Q_EMIT workbench_.noted(tr("Saved %1 files of figures in %2.")
                                            .arg(files.size())
                                            .arg(QFileInfo(files.first()).path()));
        });
        connect(figures_, &FiguresDialog::failed, this, [this](const Failure& failure) {
            log_->append(QDateTime::currentDateTime(), widgets::LogLevel::error,
                         failure.sentence + QLatin1Char(' ') + failure.remedy);
        });
    }
    figures_->show();
    figures_->raise();
}

void MainWindow::saveTable(widgets::Pane* pane) {
    if (!pane->figure())
        return;
    const QString name = pane->title().toLower().replace(QLatin1Char(' '), QLatin1Char('_'));
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Save the numbers"), name + QStringLiteral(".csv"), tr("CSV (*.csv)"));
    if (file.isEmpty())
        return;
    attempt([&] {
        widgets::saveTable(*pane->figure()->figureTable(), file);
        Q_EMIT workbench_.noted(tr("Saved %1.").arg(file));
    });
}

// Type that fills a screen of 1920 x 1080 is too large for a small projector.
double MainWindow::presentationFactor() const {
    constexpr double kWidth = 1920, kHeight = 1080, kLeast = 0.55, kMost = 2;
    const QScreen* shown = screen();
    const QSizeF size = presentationSize_.value_or(shown->size());
    return std::clamp(
        std::min(size.width() / kWidth, size.height() / kHeight) * 96 / shown->logicalDotsPerInch(),
        kLeast, kMost);
}

void MainWindow::setPresentation(bool on) {
    if (maximised_)
        maximise(maximised_, false);
    theme_.setPresentation(on, on ? presentationFactor() : 1);
    // A projector may be smaller than a window that one works in.
    setMinimumSize(on ? QSize(0, 0) : leastSize_);
    menuBar()->setVisible(!on);
    statusBar()->setVisible(!on);
    workspace_->layout()->setContentsMargins(theme_.px(on ? 12 : 4), theme_.px(8),
                                             theme_.px(on ? 12 : 8), 0);
    presentationTitle_->setVisible(on);
    presentationKeys_->setVisible(on);
    for (QShortcut* key : presentationShortcuts_)
        key->setEnabled(on);
    if (on) {
        layoutBeforePresentation_ = saveState();
        workspaceBeforePresentation_ = inWorkspace();
        settings_->hide();
        bottom_->hide();
        findChild<QToolBar*>(QStringLiteral("tools"))->hide();
        if (presentationSize_)
            resize(*presentationSize_);
        else
            setWindowState(windowState() | Qt::WindowFullScreen);
    } else {
        presentationSize_.reset();
        setWindowState(windowState() & ~Qt::WindowFullScreen);
        restoreState(layoutBeforePresentation_);
        if (inWorkspace() && !workspaceBeforePresentation_)
            restoreWorkspaceLayout();
        else if (pagesFolded_)
            foldPages(true);
        if (!inWorkspace()) {
            settings_->hide();
            bottom_->hide();
        }
    }
    showProgress();
}

void MainWindow::leavePresentation() {
    if (maximised_)
        maximise(maximised_, false);
    else
        actions_.presentation->setChecked(false);
}

void MainWindow::addPresentationKeys() {
    const auto add = [this](int key, auto action) {
        auto* shortcut = new QShortcut(QKeySequence(key), this);
        shortcut->setEnabled(false);
        connect(shortcut, &QShortcut::activated, this, action);
        presentationShortcuts_.push_back(shortcut);
    };
    for (std::size_t i = 0; i < panes_.size(); ++i)
        add(Qt::Key_1 + static_cast<int>(i), [this, i] {
            const std::vector<widgets::Pane*> present = presentPanes();
            if (i >= present.size())
                return;
            widgets::Pane* wanted = maximised_ == present[i] ? nullptr : present[i];
            if (maximised_)
                maximise(maximised_, false);
            if (wanted)
                maximise(wanted, true);
        });
    add(Qt::Key_Space, [this] { actions_.pause->trigger(); });
    add(Qt::Key_N, [this] { generation_->drawOthers(); });
    add(Qt::Key_Escape, [this] { leavePresentation(); });
}

void MainWindow::askForBenchmark() {
    std::optional<network::Shape> image;
    if (const auto& dataset = workbench_.datasets().dataset()) {
        const data::Schema& schema = dataset->schema();
        image = network::Shape{schema.channels, schema.height, schema.width};
    }
    BenchmarkDialog dialog(workbench_.experiment(), image, this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    const Experiment asked = dialog.experiment();
    // The choices are kept for the next time and with the experiment.
    Experiment kept = workbench_.experiment();
    kept.benchmark = asked.benchmark;
    workbench_.setExperiment(kept, false);
    workbench_.benchmark().start(asked, SessionStore::runsFolder());
}

void MainWindow::askForResults() {
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Open benchmark results"), {}, tr("Benchmark results (*.json);;All files (*)"));
    if (!file.isEmpty())
        workbench_.benchmark().open(file);
}

void MainWindow::showPointFacts(const benchmark::PointRef& reference) {
    const auto& all = workbench_.benchmark().results();
    if (reference.results >= all.size() || reference.point >= all[reference.results].points.size())
        return;
    const benchmark::Results results = all[reference.results];
    const benchmark::Point& point = results.points[reference.point];
    const BenchmarkController& benchmark = workbench_.benchmark();
    const bool own = reference.results == 0 && !benchmark.directory().isEmpty();
    const auto use = [this, &point] {
        Experiment experiment = workbench_.experiment();
        experiment.network.preset = point.task.network;
        experiment.device.id = point.task.device;
        experiment.training.batch = point.task.size;
        workbench_.setExperiment(experiment, false);
        settings_->setExperiment(experiment);
        updateActions();
    };
    const bool idle = own && !workbench_.training().active() && !benchmark.active();
    showPoint(results, point, benchmark.sources().at(static_cast<int>(reference.results)),
              idle ? std::function<void()>(use) : nullptr, this);
}

void MainWindow::simulate() {
    if (!simulateDialog_) {
        simulateDialog_ = makeSimulationDialog(theme_, workbench_, this);
        connect(simulateDialog_, &widgets::SimulateDialog::openRequested, this,
                &MainWindow::openPath);
    }
    simulateDialog_->show();
    simulateDialog_->raise();
}

void MainWindow::describeFile() {
    if (!profiles_) {
        profiles_ = new ProfileController(theme_, this);
        connect(profiles_, &ProfileController::chosen, &workbench_, &Workbench::readData);
    }
    const DataSettings latest = workbench_.latestData();
    if (!latest.file.empty())
        profiles_->show(latest, this);
}

void MainWindow::showOperations() {
    if (!operations_)
        operations_ = new OperationDialog(theme_, this);
    const bool busy = workbench_.training().active() || workbench_.benchmark().active();
    operations_->start(workbench_.experiment(), imageShape(), busy);
}

void MainWindow::showTuning() {
    if (workbench_.training().active() || workbench_.benchmark().active())
        return;
    if (!tuning_)
        tuning_ = new TuneDialog(theme_, this);
    tuning_->open(workbench_.experiment(), imageShape());
}

/// Of the data; where there are none, of the paper's.
network::Shape MainWindow::imageShape() const {
    if (const auto& dataset = workbench_.datasets().dataset())
        return {dataset->schema().channels, dataset->schema().height, dataset->schema().width};
    return {6, 64, 64};
}

void MainWindow::showKeys() {
    QDialog dialog(this);
    dialog.setWindowTitle(tr("Keyboard keys"));
    auto* form = new QFormLayout(&dialog);
    for (const QAction* action : findChildren<QAction*>(QString(), Qt::FindDirectChildrenOnly))
        if (!action->shortcut().isEmpty())
            form->addRow(new QLabel(action->shortcut().toString(QKeySequence::NativeText)),
                         new QLabel(action->statusTip()));
    const std::pair<const char*, QString> inPanes[] = {
        {"F", tr("In a pane: fill the window, or go back")},
        {"T", tr("In a pane: show its numbers as a table")},
        {"Ctrl+C", tr("In a pane: copy the figure or the table")},
        {"←  →", tr("In a chart: step through the points; in the ellipses: next galaxy")},
        {"+  −  Home", tr("In a chart: zoom in, out, show all")},
    };
    for (const auto& [key, meaning] : inPanes)
        form->addRow(new QLabel(QString::fromUtf8(key)), new QLabel(meaning));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    form->addRow(buttons);
    dialog.exec();
}

void MainWindow::showAbout() {
    QMessageBox::about(
        this, tr("About Shearbench"),
        tr("<p><b>Shearbench %1</b></p>"
           "<p>Trains networks on galaxy images and shows what hardware is worth it.</p>"
           "<p>It implements and extends B. Arcelin, <i>Comparison of Graphcore IPUs and Nvidia "
           "GPUs "
           "for cosmology applications</i> (2021).</p>"
           "<p>Free software under the GNU General Public License, version 3 or later. The "
           "typeface "
           "is Inter under the SIL Open Font License 1.1, with tabular figures, as Shearbench "
           "Sans.</p>")
            .arg(QLatin1String(kVersion)));
}

}  // namespace shearbench::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include <QCloseEvent>
#include <QDateTime>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>
#include <algorithm>

#include "app/benchmark_page.h"
#include "app/cutouts_page.h"
#include "app/operation_dialog.h"
#include "app/posterior_page.h"
#include "app/presentation.h"
#include "app/progress_view.h"
#include "app/settings_dock.h"
#include "app/training_page.h"
#include "app/welcome_sky.h"
#include "core/version.h"
#include "widgets/elided_label.h"
#include "widgets/icon.h"
#include "widgets/log_view.h"
#include "widgets/note.h"
#include "widgets/pane.h"
#include "widgets/welcome_page.h"

namespace shearbench::app {

namespace {

constexpr int kFirstWidth = 1680, kFirstHeight = 1050;
constexpr int kLeastWidth = 1180, kLeastHeight = 700;
constexpr int kLeastBottomHeight = 300, kFoldBelowHeight = 900;
constexpr double kBottomShare = 0.31;
constexpr int kStatusMilliseconds = 1000;
constexpr int kWelcomeGalaxies = 70;

QString describe(const Experiment& experiment) {
    return QObject::tr("%1, batch %2")
        .arg(QString::fromStdString(experiment.network.preset))
        .arg(experiment.training.batch);
}

}  // namespace

MainWindow::MainWindow(widgets::Theme& theme, Workbench& workbench, SessionStore& store,
                       QWidget* parent)
    : QMainWindow(parent),
      theme_(theme),
      workbench_(workbench),
      store_(store),
      actions_(theme, this),
      leastSize_(theme.px(kLeastWidth), theme.px(kLeastHeight)),
      trainTip_(actions_.train->toolTip()) {
    setObjectName(QStringLiteral("main"));
    setAcceptDrops(true);
    setMinimumSize(leastSize_);
    setWindowTitle(tr("Shearbench"));
    settings_ = new SettingsDock(theme_, store_, this);
    addDockWidget(Qt::LeftDockWidgetArea, settings_);
    buildToolBar();
    buildCentre();
    buildBottomDock();
    buildMenus();
    buildStatusBar();
    connectActions();
    connectWorkbench();
    connectBenchmark();
    restoreStoredLayout();
    fillWelcomePage();
    showWorkspace(false);
    settings_->setExperiment(workbench_.experiment());
    showPanes();
    updateActions();
    updateStatus();
    connect(&statusTimer_, &QTimer::timeout, this, &MainWindow::updateStatus);
    statusTimer_.start(kStatusMilliseconds);
    background_.run([] { return drawWelcomeSky(kWelcomeGalaxies); },
                    [this](const QVector<QImage>& pictures) {
                        welcome_->setGalaxies(pictures);
                        skyDrawn_ = true;
                    },
                    [this](const Failure&) { skyDrawn_ = true; });  // the band stays dark
    setFocusPolicy(Qt::ClickFocus);
    setFocus();
}

MainWindow::~MainWindow() = default;

void MainWindow::connectWorkbench() {
    connect(settings_, &SettingsDock::edited, this, [this] {
        workbench_.setExperiment(settings_->experiment(), false);
        showPanes();
        updateActions();
        updateStatus();
    });
    connect(settings_, &SettingsDock::dataEdited, this,
            [this] { workbench_.setExperiment(settings_->experiment(), true); });
    connect(settings_, &SettingsDock::browseRequested, this, &MainWindow::askForFile);
    connect(settings_, &SettingsDock::devicesFound, this, [this] {
        benchmark_->setDevicesFound();
        fillWelcomePage();
        updateActions();
        updateStatus();
    });
    connect(settings_, &SettingsDock::devicesChanged, this, &MainWindow::fillWelcomePage);

    connect(&workbench_, &Workbench::experimentChanged, this, [this] {
        settings_->setExperiment(workbench_.experiment());
        showPanes();
    });
    connect(&workbench_.generation(), &GenerationController::galaxiesChanged, this,
            &MainWindow::showPanes);
    connect(&workbench_.posteriors(), &PosteriorController::posteriorsChanged, this,
            &MainWindow::showPanes);
    connect(&workbench_.datasets(), &DatasetController::openingStarted, this,
            [this](const QString& file) {
                showWorkspace(true);
                showTask(tr("Opening %1").arg(QFileInfo(file).fileName()), -1, 0);
                updateActions();
            });
    connect(&workbench_.datasets(), &DatasetController::opened, this, [this] {
        const auto& dataset = workbench_.datasets().dataset();
        settings_->showDataset(dataset);
        if (!dataset->obstacle.isEmpty())
            settings_->showDataFailure({dataset->obstacle, dataset->remedy, ErrorKind::data});
        store_.addRecentFile(QString::fromStdString(dataset->schema().file));
        setWindowFilePath(QString::fromStdString(dataset->schema().file));
        showProgress();
        updateActions();
        updateStatus();
    });
    connect(&workbench_.datasets(), &DatasetController::closed, this, [this] {
        settings_->showDataset(nullptr);
        showProgress();
        updateActions();
    });
    connect(&workbench_, &Workbench::snapshotChanged, this, &MainWindow::showProgress);
    const auto runChanged = [this] {
        settings_->setRunning(workbench_.training().active());
        updateActions();
        updateStatus();
        showProgress();
    };
    connect(&workbench_, &Workbench::trainingStarted, this, runChanged);
    connect(&workbench_, &Workbench::trainingEnded, this, runChanged);
    connect(&workbench_, &Workbench::runOpened, this, runChanged);
    connect(&workbench_, &Workbench::demoFinished, this, &MainWindow::updateActions);
    connect(&workbench_, &Workbench::failed, this, &MainWindow::showFailure);
    connect(&workbench_, &Workbench::noted, this, [this](const QString& text) {
        log_->append(QDateTime::currentDateTime(), widgets::LogLevel::information, text);
    });
    connect(&workbench_.simulation(), &SimulationController::progressed, this,
            [this](qint64 done, qint64 count, double left) {
                showTask(tr("Simulating galaxies"),
                         static_cast<double>(done) / static_cast<double>(count), left);
            });
    connect(&workbench_.simulation(), &SimulationController::finished, this,
            &MainWindow::showProgress);
    connect(posteriors_, &PosteriorPage::labelsRequested, actions_.describe, &QAction::trigger);
    connect(cutouts_, &CutoutsPage::posteriorRequested, this,
            [this] { posteriors_->pane()->setFocus(); });
}

void MainWindow::connectBenchmark() {
    BenchmarkController& controller = workbench_.benchmark();
    const auto follow = [this] {
        updateActions();
        showProgress();
    };
    connect(&controller, &BenchmarkController::started, this, [this, follow] {
        showWorkspace(true);
        follow();
    });
    connect(&controller, &BenchmarkController::changed, this, follow);
    connect(&controller, &BenchmarkController::opened, this, [this] { showWorkspace(true); });
    connect(&controller, &BenchmarkController::ended, this, [this, follow] {
        follow();
        updateStatus();
    });
    connect(benchmark_, &BenchmarkPage::pointChosen, this, &MainWindow::showPointFacts);
    controller.openNewest(SessionStore::runsFolder());
}

void MainWindow::connectPane(widgets::Pane* pane) {
    panes_.push_back(pane);
    connect(pane, &widgets::Pane::maximiseRequested, this,
            [this, pane](bool on) { maximise(pane, on); });
    connect(pane, &widgets::Pane::saveFigureRequested, this, [this, pane] { saveFigure(pane); });
    connect(pane, &widgets::Pane::saveTableRequested, this, [this, pane] { saveTable(pane); });
}

void MainWindow::showPage(const QString& name) {
    for (int i = 0; i < tabs_->count(); ++i)
        if (tabs_->widget(i)->objectName() == name) {
            tabs_->setCurrentIndex(i);
            wantedPage_ = tabs_->isTabVisible(i) ? QString() : name;
        }
    pageAsked_ = !inWorkspace();
    foldPages(false);
}

QString MainWindow::page() const {
    return tabs_->currentWidget()->objectName();
}

bool MainWindow::settled() const {
    using Check = widgets::DeviceRow::Check;
    const auto& devices = settings_->devices();
    return skyDrawn_ && !devices.empty() &&
           std::none_of(devices.begin(), devices.end(),
                        [](const auto& device) { return device.check == Check::running; });
}

bool MainWindow::inWorkspace() const {
    return stack_->currentWidget() == workspace_;
}

void MainWindow::foldPages(bool folded) {
    pagesFolded_ = folded;
    const int bar = tabs_->tabBar()->sizeHint().height();
    tabs_->setMaximumHeight(folded ? bar : QWIDGETSIZE_MAX);
    bottom_->setMaximumHeight(folded ? bar + theme_.px(8) : QWIDGETSIZE_MAX);
    if (!folded)
        resizeDocks({bottom_},
                    {std::max(theme_.px(kLeastBottomHeight), qRound(kBottomShare * height()))},
                    Qt::Vertical);
    foldButton_->setIcon(
        widgets::themeIcon(theme_, folded ? QStringLiteral("up") : QStringLiteral("down")));
    const QString tip = folded ? tr("Unfold the pages") : tr("Fold the pages, leaving their tabs");
    foldButton_->setToolTip(tip);
    foldButton_->setAccessibleName(tip);
}

void MainWindow::fillWelcomePage() {
    QVector<widgets::WelcomeDevice> devices;
    for (const widgets::DeviceRow& row : settings_->devices()) {
        using Check = widgets::DeviceRow::Check;
        const QString detail = row.check == Check::passed   ? tr("ready, %1").arg(row.rate)
                               : row.check == Check::failed ? tr("self-test failed")
                                                            : tr("being tested");
        devices.push_back({row.name, detail, row.colour});
    }
    welcome_->setDevices(devices);
    QVector<widgets::RecentItem> recent;
    for (const QString& path : store_.recentFiles())
        recent.push_back({path, QFileInfo(path).fileName(), QFileInfo(path).absolutePath()});
    welcome_->setRecent(recent);
    welcome_->setDemoRemark(tr("a minute or two, no file needed"));
}

void MainWindow::fillRecentMenu() {
    recent_->clear();
    const QStringList files = store_.recentFiles();
    for (const QString& file : files)
        recent_->addAction(file, this, [this, file] { openPath(file); });
    if (files.isEmpty())
        recent_->addAction(tr("None yet"))->setEnabled(false);
    else {
        recent_->addSeparator();
        recent_->addAction(tr("Forget all"), this, [this] {
            store_.clearRecentFiles();
            fillWelcomePage();
        });
    }
}

void MainWindow::restoreStoredLayout() {
    if (!restoreGeometry(store_.geometry()))
        resize(theme_.px(kFirstWidth), theme_.px(kFirstHeight));
    restoreFirstLayout();
    upper_->restoreState(store_.columns());
    lower_->restoreState(store_.columns());
    rows_->restoreState(store_.rows());
}

// Docks that were hidden take their heights only when they are shown.
void MainWindow::restoreWorkspaceLayout() {
    settings_->show();
    bottom_->show();
    const QByteArray layout = store_.layout();
    const bool small = height() < theme_.px(kFoldBelowHeight);
    foldPages(!pageAsked_ && (layout.isEmpty() ? small : store_.pagesFolded()));
    pageAsked_ = false;
    restoreState(layout);
}

void MainWindow::storeLayout() {
    store_.setLayout(saveGeometry(), saveState());
    store_.setSplits(upper_->saveState(), rows_->saveState());
    store_.setPagesFolded(pagesFolded_);
}

void MainWindow::restoreFirstLayout() {
    settings_->setFloating(false);
    bottom_->setFloating(false);
    addDockWidget(Qt::LeftDockWidgetArea, settings_);
    addDockWidget(Qt::BottomDockWidgetArea, bottom_);
    foldPages(height() < theme_.px(kFoldBelowHeight));
    upper_->setSizes({1000, 1000});
    lower_->setSizes({1000, 1000});
    rows_->setSizes({1000, 1000});
    lossRow_->setSizes({3000, 2000});
    if (inWorkspace()) {
        settings_->show();
        bottom_->show();
    }
}

void MainWindow::showWorkspace(bool on) {
    const bool before = inWorkspace();
    const bool presenting = actions_.presentation->isChecked();
    if (before && !on) {
        if (maximised_)
            maximise(maximised_, false);
        if (!presenting)
            storeLayout();
    }
    stack_->setCurrentWidget(on ? workspace_ : static_cast<QWidget*>(welcome_));
    if (!on) {
        settings_->hide();
        bottom_->hide();
    } else if (!before && !presenting) {
        restoreWorkspaceLayout();
    }
    settings_->toggleViewAction()->setEnabled(on);
    bottom_->toggleViewAction()->setEnabled(on);
}

void MainWindow::updateActions() {
    const bool training = workbench_.training().active();
    const BenchmarkController& benchmark = workbench_.benchmark();
    const bool active = training || benchmark.active();
    const bool paused = training ? workbench_.training().paused() : benchmark.paused();
    const bool workspace = inWorkspace();
    actions_.benchmark->setEnabled(!active && !workbench_.demoRunning());
    actions_.resumeBenchmark->setEnabled(!active && benchmark.canResume());
    actions_.closeResults->setEnabled(benchmark.hasImported());
    actions_.devices->setEnabled(!active);  // measuring them would disturb what runs
    actions_.train->setEnabled(workbench_.canTrain() && settings_->isValid());
    const QString obstacle = workbench_.obstacle();
    actions_.train->setToolTip(obstacle.isEmpty() ? trainTip_ : obstacle);
    actions_.pause->setEnabled(active);
    actions_.pause->setText(paused ? tr("Resume") : tr("Pause"));
    actions_.stop->setEnabled(active);
    actions_.resumeRun->setEnabled(workbench_.canResume());
    for (QAction* demo : {actions_.demo, actions_.generativeDemo})
        demo->setEnabled(!active && !workbench_.demoRunning());
    actions_.open->setEnabled(!active);
    actions_.openRun->setEnabled(!active);
    actions_.closeFile->setEnabled(workspace && !active);
    actions_.saveExperiment->setEnabled(workspace);
    actions_.saveFigure->setEnabled(workspace);
    actions_.copyCommand->setEnabled(!workbench_.command().isEmpty());
    if (operations_)
        operations_->setBusy(active);
}

void MainWindow::updateStatus() {
    const auto& snapshot = workbench_.snapshot();
    QString left = inWorkspace() ? tr("No file open") : tr("No experiment open");
    if (!workbench_.runDirectory().isEmpty()) {
        left = workbench_.runDirectory();
        if (workbench_.training().active() && snapshot && snapshot->secondsSinceCheckpoint >= 0)
            left += tr("     checkpoint %1 s ago").arg(qRound(snapshot->secondsSinceCheckpoint));
    } else if (workbench_.datasets().dataset()) {
        left = QString::fromStdString(workbench_.datasets().dataset()->schema().file);
    }
    statusLeft_->setFullText(left);
    const QString command = workbench_.command();
    statusRight_->setFullText(command.isEmpty() ? tr("Version %1").arg(QLatin1String(kVersion))
                                                : command);
}

void MainWindow::showTask(const QString& text, double part, double secondsLeft) {
    progress_->showTask(text, part, secondsLeft);
    presentationTitle_->progress()->showTask(text, part, secondsLeft);
}

void MainWindow::showProgress() {
    if (workbench_.datasets().opening())
        return;
    if (const BenchmarkController& benchmark = workbench_.benchmark(); benchmark.active()) {
        const benchmark::Progress& progress = benchmark.progress();
        showTask(progress.points == 0 ? tr("Preparing the benchmark")
                 : benchmark.paused()
                     ? tr("Benchmark paused, %1 of %2").arg(progress.done).arg(progress.points)
                     : tr("Benchmark, %1 of %2").arg(progress.done).arg(progress.points),
                 progress.points == 0
                     ? -1
                     : static_cast<double>(progress.done) / static_cast<double>(progress.points),
                 progress.secondsLeft);
        actions_.pause->setText(benchmark.paused() ? tr("Resume") : tr("Pause"));
        return;
    }
    for (ProgressView* view : {progress_, presentationTitle_->progress()}) {
        if (workbench_.snapshot())
            view->show(*workbench_.snapshot(), describe(workbench_.experiment()));
        else
            view->clear();
    }
    presentationKeys_->setRemark(workbench_.deviceName().section(QLatin1Char(','), 0, 0));
    const bool paused = workbench_.training().active() && workbench_.training().paused();
    actions_.pause->setText(paused ? tr("Resume") : tr("Pause"));
}

void MainWindow::showFailure(Workbench::Place place, const Failure& failure) {
    log_->append(QDateTime::currentDateTime(), widgets::LogLevel::error,
                 (failure.sentence + QLatin1Char(' ') + failure.remedy).trimmed());
    switch (place) {
        case Workbench::Place::data:
            showWorkspace(true);
            settings_->showDataFailure(failure);
            break;
        case Workbench::Place::device:
            settings_->showDeviceFailure(failure);
            break;
        case Workbench::Place::training:
            training_->showFailure(failure);
            showPage(QStringLiteral("loss"));
            break;
        case Workbench::Place::simulation:
        case Workbench::Place::general:
            showWorkspace(true);
            note_->setError(failure.sentence, failure.remedy);
            note_->show();
            break;
    }
    showProgress();
    updateActions();
}

void MainWindow::openPath(const QString& path) {
    if (workbench_.training().active()) {
        showFailure(Workbench::Place::general,
                    {tr("A training is under way; it has to end before something else is opened."),
                     tr("Stop it first. It can be resumed later.")});
        return;
    }
    note_->hide();
    workbench_.open(path);
}

bool MainWindow::mayLeave() {
    const bool training = workbench_.training().active();
    if (!training && !workbench_.benchmark().active())
        return true;
    QMessageBox question(
        QMessageBox::Question, training ? tr("Leave while training?") : tr("Leave the benchmark?"),
        training ? tr("A training is under way. Its state is saved before the window closes, and "
                      "it can be resumed later.")
                 : tr("A benchmark is under way. Its results are saved before the window closes, "
                      "and it can be resumed later."),
        QMessageBox::NoButton, this);
    QPushButton* leave = question.addButton(tr("Save and leave"), QMessageBox::AcceptRole);
    question.addButton(training ? tr("Go on training") : tr("Go on"), QMessageBox::RejectRole);
    question.setDefaultButton(leave);
    question.exec();
    return question.clickedButton() == leave;
}

// What needed more room than a presentation was given may go away later.
bool MainWindow::event(QEvent* event) {
    const bool handled = QMainWindow::event(event);
    if (event->type() == QEvent::LayoutRequest && presentationSize_ && theme_.isPresentation() &&
        size() != *presentationSize_)
        resize(*presentationSize_);
    return handled;
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!mayLeave()) {
        event->ignore();
        return;
    }
    if (maximised_)
        maximise(maximised_, false);
    if (actions_.presentation->isChecked())
        actions_.presentation->setChecked(false);
    if (inWorkspace())
        storeLayout();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (!urls.isEmpty() && urls.first().isLocalFile())
        openPath(urls.first().toLocalFile());
}

}  // namespace shearbench::app

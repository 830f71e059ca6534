// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>
#include <QTimer>
#include <functional>
#include <memory>
#include <optional>

#include "app/actions.h"
#include "app/session_store.h"
#include "app/workbench.h"
#include "core/benchmark/curves.h"
#include "widgets/figure_export.h"
#include "widgets/theme.h"

class QMenu;
class QShortcut;
class QSplitter;
class QStackedWidget;
class QTabWidget;
class QToolButton;

namespace shearbench::widgets {
class ElidedLabel;
class LogView;
class Note;
class Pane;
class SimulateDialog;
class WelcomePage;
}  // namespace shearbench::widgets

namespace shearbench::app {

class BenchmarkPage;
class CheckPage;
class CutoutsPage;
class FiguresDialog;
class GenerationPage;
class OperationDialog;
class PosteriorPage;
class PresentationKeys;
class PresentationTitle;
class ProfileController;
class ProgressView;
class QualityPage;
class SettingsDock;
class TrainingPage;
class TuneDialog;

/// The window: puts panels and panes together and connects them with the workbench. Before anything
/// is open it shows the welcome page.
class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    MainWindow(widgets::Theme& theme, Workbench& workbench, SessionStore& store,
               QWidget* parent = nullptr);
    ~MainWindow() override;

    Actions& actions() { return actions_; }
    CutoutsPage* cutouts() const { return cutouts_; }
    /// Shows one of the pages below the panes: "loss", "cutouts", "quality", "check", "log".
    void showPage(const QString& name);
    QString page() const;
    /// The next presentation takes this size, in pixels, instead of the whole screen.
    void setPresentationSize(const QSize& size) { presentationSize_ = size; }
    /// Whether what the window itself does at the start is over: devices tested, start page drawn.
    bool settled() const;

    /// Asks for a file of cutouts or an experiment.
    void askForFile();

  protected:
    bool event(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void buildToolBar();
    QToolButton* trainButton();
    void buildMenus();
    void buildCentre();
    void buildBottomDock();
    void buildStatusBar();
    void connectActions();
    void connectWorkbench();
    void connectPane(widgets::Pane* pane);
    void connectBenchmark();
    void fillWelcomePage();
    void fillRecentMenu();
    void restoreStoredLayout();
    void restoreFirstLayout();
    void restoreWorkspaceLayout();
    void storeLayout();

    void openPath(const QString& path);
    void showWorkspace(bool on);
    void updateActions();
    void updateStatus();
    void showProgress();
    void showTask(const QString& text, double part, double secondsLeft);
    void showFailure(Workbench::Place place, const Failure& failure);

    void maximise(widgets::Pane* pane, bool on);
    /// Panes and pages that the chosen network has nothing for are away.
    void showPanes();
    bool isPresent(const widgets::Pane* pane) const;
    std::vector<widgets::Pane*> presentPanes() const;
    /// The row of a page below the panes that the pane belongs to; null for the others.
    QSplitter* rowBelow(const widgets::Pane* pane) const;
    void saveFigure(widgets::Pane* pane);
    void saveTable(widgets::Pane* pane);
    void makeAllFigures();
    void attempt(const std::function<void()>& action);
    void simulate();
    void askForBenchmark();
    void askForResults();
    void showPointFacts(const benchmark::PointRef& reference);
    void describeFile();
    void showOperations();
    void showTuning();
    network::Shape imageShape() const;
    void askForRun();
    void askForExperimentName();
    void saveScreenshot();
    void setPresentation(bool on);
    void leavePresentation();
    double presentationFactor() const;
    /// Leaves only the tabs of the pages below the panes.
    void foldPages(bool folded);
    void addPresentationKeys();
    bool inWorkspace() const;
    void showKeys();
    void showAbout();
    bool mayLeave();

    widgets::Theme& theme_;
    Workbench& workbench_;
    SessionStore& store_;
    Actions actions_;
    QSize leastSize_;   ///< of a window that one works in
    QString trainTip_;  ///< where training is possible
    QStackedWidget* stack_;
    widgets::WelcomePage* welcome_;
    QWidget* workspace_;
    widgets::Note* note_;
    /// Two rows of panes, upper and lower; and the panes that follow a training, in their tab.
    QSplitter *rows_, *upper_, *lower_, *lossRow_, *qualityRow_, *checkRow_;
    SettingsDock* settings_;
    QDockWidget* bottom_;
    QTabWidget* tabs_;
    TrainingPage* training_;
    BenchmarkPage* benchmark_;
    PosteriorPage* posteriors_;
    GenerationPage* generation_;
    QualityPage* quality_;
    CheckPage* check_;
    CutoutsPage* cutouts_;
    widgets::Pane* cutoutsPane_;
    widgets::LogView* log_;
    ProgressView* progress_;
    QMenu* recent_;
    widgets::ElidedLabel *statusLeft_, *statusRight_;
    widgets::SimulateDialog* simulateDialog_ = nullptr;
    widgets::FigureOptions figureOptions_;  ///< as last chosen
    ProfileController* profiles_ = nullptr;
    QString wantedPage_;      ///< to be shown as soon as it is there
    bool pageAsked_ = false;  ///< a page was asked for before the pages could be seen
    OperationDialog* operations_ = nullptr;
    TuneDialog* tuning_ = nullptr;
    FiguresDialog* figures_ = nullptr;
    std::vector<widgets::Pane*> panes_;
    widgets::Pane* maximised_ = nullptr;
    QByteArray layoutBefore_;  ///< of a maximised pane
    QByteArray layoutBeforePresentation_, rowBefore_;
    bool workspaceBeforePresentation_ = false;
    std::optional<QSize> presentationSize_;
    bool pagesFolded_ = false, skyDrawn_ = false;
    QToolButton* foldButton_;
    PresentationTitle* presentationTitle_;
    PresentationKeys* presentationKeys_;
    std::vector<QShortcut*> presentationShortcuts_;
    QTimer statusTimer_;
    Background background_;  // last: its thread ends before what its jobs use
};

}  // namespace shearbench::app

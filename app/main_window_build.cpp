// SPDX-License-Identifier: GPL-3.0-or-later
//
// MainWindow: how its parts are put together.
#include <QDockWidget>
#include <QFrame>
#include <QLabel>
#include <QMenuBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "app/benchmark_page.h"
#include "app/check_page.h"
#include "app/cutouts_page.h"
#include "app/generation_page.h"
#include "app/main_window.h"
#include "app/posterior_page.h"
#include "app/presentation.h"
#include "app/progress_view.h"
#include "app/quality_page.h"
#include "app/settings_dock.h"
#include "app/training_page.h"
#include "widgets/elided_label.h"
#include "widgets/icon.h"
#include "widgets/log_view.h"
#include "widgets/note.h"
#include "widgets/pane.h"
#include "widgets/style.h"
#include "widgets/welcome_page.h"

namespace shearbench::app {

namespace {

constexpr int kGap = 8, kToolIcon = 20, kToolHeight = 32;

QWidget* stretch() {
    auto* widget = new QWidget;
    widget->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    return widget;
}

QSplitter* splitter(Qt::Orientation orientation, const widgets::Theme& theme) {
    auto* result = new QSplitter(orientation);
    result->setHandleWidth(theme.px(kGap));
    result->setChildrenCollapsible(false);
    return result;
}

}  // namespace

void MainWindow::buildToolBar() {
    auto* bar = addToolBar(tr("Tools"));
    bar->setObjectName(QStringLiteral("tools"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->setIconSize({theme_.px(kToolIcon), theme_.px(kToolIcon)});
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addActions({actions_.open, actions_.simulate, actions_.demo});
    bar->addSeparator();
    bar->addWidget(trainButton());
    bar->addActions({actions_.pause, actions_.stop});
    bar->addSeparator();
    bar->addActions({actions_.benchmark, actions_.allFigures});
    bar->addWidget(stretch());
    progress_ = new ProgressView(theme_);
    bar->addWidget(progress_);
    bar->addSeparator();
    for (QAction* action : {actions_.dark, actions_.presentation}) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
        button->setAccessibleName(action->text());
        bar->addWidget(button);
    }
    connect(&theme_, &widgets::Theme::changed, bar, [this, bar] {
        bar->setIconSize({theme_.px(kToolIcon), theme_.px(kToolIcon)});
    });
}

// Filled, so not the action's own button: its icon takes the colour of what is filled.
QToolButton* MainWindow::trainButton() {
    auto* button = new QToolButton;
    widgets::setRole(button, widgets::Role::primary);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setIcon(widgets::themeIcon(theme_, QStringLiteral("train"), widgets::Colour::onAccent));
    button->setText(actions_.train->text());
    button->setToolTip(actions_.train->toolTip());
    button->setFocusPolicy(Qt::TabFocus);
    button->setFixedHeight(theme_.px(kToolHeight));
    connect(&theme_, &widgets::Theme::changed, button,
            [this, button] { button->setFixedHeight(theme_.px(kToolHeight)); });
    const auto follow = [this, button] {
        button->setEnabled(actions_.train->isEnabled());
        button->setToolTip(actions_.train->toolTip());
    };
    connect(actions_.train, &QAction::changed, button, follow);
    connect(button, &QToolButton::clicked, actions_.train, &QAction::trigger);
    follow();
    return button;
}

void MainWindow::buildMenus() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addActions({actions_.open, actions_.openRun});
    recent_ = file->addMenu(tr("Open recent"));
    file->addActions({actions_.describe, actions_.saveExperiment, actions_.closeFile});
    file->addSeparator();
    file->addActions({actions_.simulate});
    file->addSeparator();
    file->addActions({actions_.saveFigure, actions_.allFigures, actions_.screenshot});
    file->addSeparator();
    file->addAction(actions_.quit);
    QMenu* run = menuBar()->addMenu(tr("&Run"));
    run->addActions({actions_.train, actions_.pause, actions_.stop, actions_.resumeRun});
    run->addSeparator();
    run->addActions({actions_.benchmark, actions_.resumeBenchmark, actions_.openResults,
                     actions_.closeResults, actions_.devices, actions_.operations});
    run->addSeparator();
    run->addActions({actions_.demo, actions_.generativeDemo, actions_.copyCommand});
    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->addActions({actions_.dark, actions_.presentation});
    view->addSeparator();
    view->addAction(settings_->toggleViewAction());
    view->addAction(bottom_->toggleViewAction());
    view->addAction(actions_.restoreLayout);
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addActions({actions_.keys, actions_.about});
    connect(recent_, &QMenu::aboutToShow, this, &MainWindow::fillRecentMenu);
}

void MainWindow::buildCentre() {
    stack_ = new QStackedWidget;
    welcome_ = new widgets::WelcomePage(theme_);
    stack_->addWidget(welcome_);

    workspace_ = new QWidget;
    auto* layout = new QVBoxLayout(workspace_);
    layout->setContentsMargins(theme_.px(4), theme_.px(kGap), theme_.px(kGap), 0);
    layout->setSpacing(theme_.px(kGap));
    note_ = new widgets::Note(theme_);
    note_->setButtons({tr("Close")});
    note_->hide();
    connect(note_, &widgets::Note::buttonPressed, note_, &QWidget::hide);
    layout->addWidget(note_);
    presentationTitle_ = new PresentationTitle(theme_);
    presentationTitle_->hide();
    layout->addWidget(presentationTitle_);

    posteriors_ = new PosteriorPage(theme_, workbench_, this);
    generation_ = new GenerationPage(theme_, workbench_, this);
    quality_ = new QualityPage(theme_, workbench_, this);
    training_ = new TrainingPage(theme_, workbench_, this);
    check_ = new CheckPage(theme_, workbench_, this);
    benchmark_ = new BenchmarkPage(theme_, workbench_.benchmark(), this);
    upper_ = splitter(Qt::Horizontal, theme_);
    upper_->addWidget(benchmark_->timePane());
    upper_->addWidget(benchmark_->ratioPane());
    lower_ = splitter(Qt::Horizontal, theme_);
    lower_->addWidget(posteriors_->pane());
    lower_->addWidget(generation_->pane());
    rows_ = splitter(Qt::Vertical, theme_);
    rows_->addWidget(upper_);
    rows_->addWidget(lower_);
    // Columns that line up read as a grid.
    connect(upper_, &QSplitter::splitterMoved, this, [this] {
        if (posteriors_->applies() && generation_->applies())
            lower_->setSizes(upper_->sizes());
    });
    connect(lower_, &QSplitter::splitterMoved, this, [this] { upper_->setSizes(lower_->sizes()); });
    layout->addWidget(rows_, 1);
    presentationKeys_ = new PresentationKeys(theme_);
    presentationKeys_->hide();
    layout->addWidget(presentationKeys_);
    stack_->addWidget(workspace_);
    setCentralWidget(stack_);

    for (widgets::Pane* pane :
         {benchmark_->timePane(), benchmark_->ratioPane(), posteriors_->pane(), generation_->pane(),
          training_->lossPane(), training_->speedPane(), quality_->pane(), check_->pane()})
        connectPane(pane);
}

void MainWindow::buildBottomDock() {
    cutouts_ = new CutoutsPage(theme_, workbench_.datasets(), workbench_.posteriors(),
                               workbench_.selection());
    log_ = new widgets::LogView(theme_);
    tabs_ = new QTabWidget;
    tabs_->setDocumentMode(true);
    lossRow_ = splitter(Qt::Horizontal, theme_);
    lossRow_->addWidget(training_->lossPane());
    lossRow_->addWidget(training_->speedPane());
    lossRow_->setStretchFactor(0, 3);
    lossRow_->setStretchFactor(1, 2);
    lossRow_->setObjectName(QStringLiteral("loss"));
    qualityRow_ = splitter(Qt::Horizontal, theme_);
    qualityRow_->addWidget(quality_->pane());
    qualityRow_->setObjectName(QStringLiteral("quality"));
    checkRow_ = splitter(Qt::Horizontal, theme_);
    checkRow_->addWidget(check_->pane());
    checkRow_->setObjectName(QStringLiteral("check"));
    cutouts_->setObjectName(QStringLiteral("cutouts"));
    log_->setObjectName(QStringLiteral("log"));
    tabs_->addTab(lossRow_, tr("Loss"));
    tabs_->addTab(cutouts_, tr("Cutouts"));
    tabs_->addTab(qualityRow_, tr("Quality"));
    tabs_->addTab(checkRow_, tr("Check"));
    tabs_->addTab(log_, tr("Log"));
    tabs_->tabBar()->setAccessibleName(tr("Pages"));
    foldButton_ = new QToolButton;
    widgets::setRole(foldButton_, widgets::Role::mini);
    foldButton_->setFixedSize(theme_.px(24), theme_.px(24));
    auto* corner = new QWidget;
    auto* cornerRow = new QHBoxLayout(corner);
    cornerRow->setContentsMargins(0, 0, theme_.px(8), theme_.px(6));
    cornerRow->addWidget(foldButton_);
    tabs_->setCornerWidget(corner);
    connect(foldButton_, &QToolButton::clicked, this, [this] { foldPages(!pagesFolded_); });
    connect(tabs_, &QTabWidget::tabBarClicked, this, [this](int tab) {
        if (pagesFolded_ && tab >= 0)
            foldPages(false);
    });

    auto* frame = new QFrame;
    widgets::setRole(frame, widgets::Role::pane);
    auto* inner = new QVBoxLayout(frame);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->addWidget(tabs_);
    auto* body = new QWidget;
    auto* outer = new QVBoxLayout(body);
    outer->setContentsMargins(theme_.px(4), 0, theme_.px(kGap), theme_.px(4));
    outer->addWidget(frame);

    bottom_ = new QDockWidget(tr("Loss, cutouts and log"), this);
    bottom_->setObjectName(QStringLiteral("bottom"));
    bottom_->setFeatures(QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetClosable);
    bottom_->setTitleBarWidget(new QWidget(bottom_));
    bottom_->setWidget(body);
    addDockWidget(Qt::BottomDockWidgetArea, bottom_);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
}

void MainWindow::buildStatusBar() {
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setContentsMargins(theme_.px(8), 0, theme_.px(8), 0);
    statusLeft_ = new widgets::ElidedLabel(theme_);
    statusLeft_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    statusRight_ = new widgets::ElidedLabel(theme_);
    statusRight_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* copy = new QToolButton;
    copy->setDefaultAction(actions_.copyCommand);
    copy->setToolButtonStyle(Qt::ToolButtonIconOnly);
    widgets::setRole(copy, widgets::Role::mini);
    copy->setAccessibleName(actions_.copyCommand->text());
    statusBar()->addWidget(statusLeft_, 1);
    statusBar()->addPermanentWidget(statusRight_, 1);
    statusBar()->addPermanentWidget(copy);
}

}  // namespace shearbench::app

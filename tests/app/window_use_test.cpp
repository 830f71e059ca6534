// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAccessible>
#include <QAction>
#include <QDialog>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>
#include <QtTest/QTest>

#include "app/operation_dialog.h"
#include "tests/app/window_test.h"
#include "widgets/cutout_browser.h"
#include "widgets/cutout_grid.h"
#include "widgets/cutout_view.h"
#include "widgets/details_button.h"
#include "widgets/ellipse_plot.h"
#include "widgets/pane.h"
#include "widgets/posterior_view.h"
#include "widgets/simulate_dialog.h"

namespace shearbench::test {

namespace {

class UseTest : public WindowTest {
  protected:
    std::vector<widgets::Pane*> panes() {
        const auto found = window->findChildren<widgets::Pane*>();
        return {found.begin(), found.end()};
    }
    /// Now: some panes belong to networks that are not chosen.
    std::vector<widgets::Pane*> panesInSight() {
        std::vector<widgets::Pane*> visible;
        for (auto* pane : panes())
            if (pane->isVisible())
                visible.push_back(pane);
        return visible;
    }

    void drop(const QString& path) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter({9, 9}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window.get(), &enter);
        EXPECT_TRUE(enter.isAccepted());
        QDropEvent event(QPointF(9, 9), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window.get(), &event);
    }

    bool waitUntilOpened() {
        return waitUntil([this] { return !workbench->datasets().opening(); });
    }
};

TEST_F(UseTest, OneGalaxyIsChosenEverywhere) {
    ASSERT_TRUE(openGalaxies());
    auto* browser = child<widgets::CutoutBrowser>();
    auto* ellipses = child<widgets::PosteriorView>();
    const auto shownTitle = [&] {
        for (const auto* label : child<widgets::CutoutView>()->findChildren<QLabel*>())
            if (label->text().startsWith(QStringLiteral("Galaxy")))
                return label->text();
        return QString();
    };
    window->showPage(QStringLiteral("cutouts"));
    QTest::qWait(0);
    // In the browser: a click on a thumbnail.
    auto* grid = browser->grid();
    const QModelIndex third = grid->model()->index(2, 0);
    QTest::mouseClick(grid->viewport(), Qt::LeftButton, {}, grid->visualRect(third).center());
    const qint64 clicked = browser->selected();
    ASSERT_GE(clicked, 0);
    EXPECT_EQ(workbench->selection().row(), clicked);
    EXPECT_EQ(ellipses->selectedRow(), clicked);
    const auto& rows = workbench->posteriors().rows();
    EXPECT_NE(std::find(rows.begin(), rows.end(), clicked), rows.end());
    const QString first = shownTitle();
    EXPECT_FALSE(first.isEmpty());

    // In the ellipses: the keyboard chooses the next one.
    QTest::keyClick(ellipses->plot(), Qt::Key_Right);
    const qint64 next = ellipses->selectedRow();
    EXPECT_NE(next, clicked);
    EXPECT_EQ(workbench->selection().row(), next);
    EXPECT_EQ(browser->selected(), next);
    EXPECT_NE(shownTitle(), first);
}

TEST_F(UseTest, TheThemeChangesAndIsRemembered) {
    ASSERT_TRUE(openGalaxies());
    const QColor light = window->palette().color(QPalette::Window);
    actions().dark->trigger();
    EXPECT_TRUE(theme.isDark());
    EXPECT_NE(window->palette().color(QPalette::Window), light);
    EXPECT_TRUE(app::SessionStore().dark());
    actions().dark->trigger();
    EXPECT_EQ(window->palette().color(QPalette::Window), light);
    EXPECT_FALSE(app::SessionStore().dark());
}

TEST_F(UseTest, PresentationGoesAndComesBack) {
    ASSERT_TRUE(openGalaxies());
    auto* dock = child<QDockWidget>(QStringLiteral("settings"));
    actions().presentation->trigger();
    EXPECT_TRUE(theme.isPresentation());
    EXPECT_FALSE(dock->isVisible());
    EXPECT_FALSE(window->menuBar()->isVisible());
    actions().presentation->trigger();
    EXPECT_FALSE(theme.isPresentation());
    EXPECT_TRUE(dock->isVisible());
    EXPECT_TRUE(window->menuBar()->isVisible());
    EXPECT_FALSE(window->isFullScreen());
}

TEST_F(UseTest, TakesGalaxiesSimulatedWhileTraining) {
    SimulatedData simulated;
    simulated.galaxies = 40;
    simulated.recipe.mostGalaxies = 2;
    ASSERT_TRUE(workbench->simulateWhileTraining(simulated));
    ASSERT_TRUE(waitUntil([&] {
        const auto dataset = workbench->datasets().dataset();
        return dataset && dataset->prepared.source->changesWithEpoch();
    }));
    EXPECT_EQ(workbench->datasets().dataset()->schema().count, 40);
    EXPECT_TRUE(workbench->experiment().data.file.empty());
    EXPECT_TRUE(workbench->canTrain());
    ASSERT_TRUE(openGalaxies());
    EXPECT_FALSE(workbench->experiment().data.isSimulated());
    EXPECT_TRUE(failures.empty());
}

// Everything open that can be: restyling meets widgets of every kind.
TEST_F(UseTest, ColoursAndSizesChangeWithEverythingOpen) {
    ASSERT_TRUE(open(trainedRun()));
    workbench->selection().select(150);
    for (auto* details : window->findChildren<widgets::DetailsButton*>())
        details->setOpen(true);
    actions().simulate->trigger();
    for (const bool table : {true, false}) {
        for (auto* pane : panes())
            pane->showTable(table);
        QTest::qWait(0);
        for (QAction* action : {actions().dark, actions().presentation})
            for (int i = 0; i < 2; ++i) {
                action->trigger();
                QTest::qWait(0);
            }
    }
    window->resize(1400, 900);
    QTest::qWait(0);
    actions().presentation->trigger();
    QTest::qWait(0);
    actions().presentation->trigger();
    EXPECT_TRUE(failures.empty());
    // Style sheets would make every change of colours felt.
    EXPECT_TRUE(qApp->styleSheet().isEmpty());
    for (const QWidget* widget : QApplication::allWidgets())
        EXPECT_TRUE(widget->styleSheet().isEmpty()) << widget->metaObject()->className();
}

TEST_F(UseTest, EveryPaneFillsTheWindowAndGoesBack) {
    ASSERT_TRUE(openGalaxies());
    // Panes change their parents, and with them the order they are found in.
    const std::vector<widgets::Pane*> all = panesInSight();
    ASSERT_GE(all.size(), 5u);
    std::vector<QRect> before;
    for (const auto* pane : all)
        before.push_back(pane->geometry());
    for (auto* pane : all) {
        QTest::keyClick(pane, Qt::Key_F);
        QTest::qWait(0);
        EXPECT_TRUE(pane->isMaximised()) << pane->title().toStdString();
        for (const auto* other : all)
            EXPECT_EQ(other->isVisible(), other == pane);
        EXPECT_GT(pane->width(), window->width() * 9 / 10);
        QTest::keyClick(pane, Qt::Key_Escape);
        QTest::qWait(0);
        EXPECT_FALSE(pane->isMaximised());
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_TRUE(all[i]->isVisible());
        EXPECT_EQ(all[i]->geometry(), before[i]) << all[i]->title().toStdString();
    }
}

TEST_F(UseTest, PresentationOfAMaximisedPaneComesBackToTheWholeWindow) {
    ASSERT_TRUE(openGalaxies());
    auto* dock = child<QDockWidget>(QStringLiteral("settings"));
    const std::vector<widgets::Pane*> all = panesInSight();
    ASSERT_GE(all.size(), 5u);
    QTest::keyClick(all.front(), Qt::Key_F);
    actions().presentation->trigger();
    actions().presentation->trigger();
    QTest::keyClick(all.front(), Qt::Key_Escape);
    QTest::qWait(0);
    EXPECT_TRUE(dock->isVisible());
    EXPECT_EQ(panesInSight().size(), all.size());
    for (const auto* pane : all)
        EXPECT_TRUE(pane->isVisible());

    actions().presentation->trigger();
    QTest::keyClick(all.front(), Qt::Key_F);
    actions().presentation->trigger();
    if (all.front()->isMaximised())
        QTest::keyClick(all.front(), Qt::Key_Escape);
    QTest::qWait(0);
    EXPECT_TRUE(dock->isVisible());
    EXPECT_EQ(panesInSight().size(), all.size());
    for (const auto* pane : all)
        EXPECT_TRUE(pane->isVisible());
}

TEST_F(UseTest, AFileOpenedInAPresentationLeavesTheDocksToItsEnd) {
    auto* dock = child<QDockWidget>(QStringLiteral("settings"));
    actions().presentation->trigger();
    ASSERT_TRUE(openGalaxies());
    EXPECT_FALSE(dock->isVisible());
    actions().presentation->trigger();
    EXPECT_TRUE(dock->isVisible());
    EXPECT_TRUE(child<QDockWidget>(QStringLiteral("bottom"))->isVisible());
}

TEST_F(UseTest, TheLayoutIsRemembered) {
    ASSERT_TRUE(openGalaxies());
    auto* bottom = child<QDockWidget>(QStringLiteral("bottom"));
    window->resizeDocks({bottom}, {300}, Qt::Vertical);
    QTest::qWait(0);
    const int height = bottom->height();
    const QSize size = window->size();
    auto* columns = qobject_cast<QSplitter*>(panes().front()->parentWidget());
    ASSERT_TRUE(columns);
    columns->setSizes({1000, 3000});
    const int width = panes().front()->width();
    EXPECT_TRUE(window->close());
    window = std::make_unique<app::MainWindow>(theme, *workbench, store);
    window->show();
    workbench->open(galaxies());
    ASSERT_TRUE(waitUntilOpened());
    QTest::qWait(0);
    EXPECT_EQ(window->size(), size);
    EXPECT_EQ(child<QDockWidget>(QStringLiteral("bottom"))->height(), height);
    EXPECT_EQ(panes().front()->width(), width);
    actions().closeFile->trigger();
    EXPECT_FALSE(child<QDockWidget>(QStringLiteral("bottom"))->isVisible());
    workbench->open(galaxies());
    ASSERT_TRUE(waitUntilOpened());
    QTest::qWait(0);
    EXPECT_EQ(child<QDockWidget>(QStringLiteral("bottom"))->height(), height);
    actions().restoreLayout->trigger();
    EXPECT_TRUE(child<QDockWidget>(QStringLiteral("bottom"))->isVisible());
}

TEST_F(UseTest, AFileIsDropped) {
    drop(galaxies());
    ASSERT_TRUE(waitUntilOpened());
    ASSERT_TRUE(workbench->datasets().dataset());
    EXPECT_EQ(store.recentFiles().front(), galaxies());
    store.clearRecentFiles();
    EXPECT_TRUE(store.recentFiles().isEmpty());
}

TEST_F(UseTest, RecentFilesAreInTheMenu) {
    store.clearRecentFiles();
    ASSERT_TRUE(openGalaxies());
    QMenu* recent = nullptr;
    for (auto* menu : window->findChildren<QMenu*>())
        if (menu->title().contains(QStringLiteral("recent")))
            recent = menu;
    ASSERT_TRUE(recent);
    Q_EMIT recent->aboutToShow();
    ASSERT_FALSE(recent->actions().isEmpty());
    EXPECT_EQ(recent->actions().front()->text(), galaxies());
    actions().closeFile->trigger();
    EXPECT_FALSE(workbench->datasets().dataset());
    recent->actions().front()->trigger();
    ASSERT_TRUE(waitUntilOpened());
    EXPECT_TRUE(workbench->datasets().dataset());
}

bool isInteractive(QAccessible::Role role) {
    switch (role) {
        case QAccessible::PushButton:
        case QAccessible::ButtonMenu:
        case QAccessible::ButtonDropDown:
        case QAccessible::CheckBox:
        case QAccessible::RadioButton:
        case QAccessible::ComboBox:
        case QAccessible::EditableText:
        case QAccessible::SpinBox:
        case QAccessible::Slider:
        case QAccessible::Table:
        case QAccessible::List:
        case QAccessible::Tree:
        case QAccessible::MenuItem:
        case QAccessible::PageTab:
        case QAccessible::Chart:
            return true;
        default:
            return false;
    }
}

// What a screen reader meets, by the widgets that stand for it.
void expectNames(QWidget* root) {
    for (auto* widget : root->findChildren<QWidget*>()) {
        const QByteArray type = widget->metaObject()->className();
        if (!widget->isVisibleTo(root) || widget->objectName().startsWith(QLatin1String("qt_")) ||
            type == "QTableCornerButton" || type == "QLineEditIconButton")
            continue;  // the latter are parts of Qt's own widgets
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
        ASSERT_TRUE(face) << widget->metaObject()->className();
        const bool focusable = widget->focusPolicy() & Qt::TabFocus;
        const bool container = qobject_cast<QTabWidget*>(widget) || qobject_cast<QDialog*>(widget);
        if (!isInteractive(face->role()) && !(focusable && !container))
            continue;
        QString path;
        for (QWidget* up = widget; up && up != root; up = up->parentWidget())
            path += QLatin1String(up->metaObject()->className()) + QLatin1Char(' ') +
                    up->objectName() + QStringLiteral(" < ");
        EXPECT_FALSE(face->text(QAccessible::Name).trimmed().isEmpty())
            << "no name: " << path.toStdString();
    }
}

TEST_F(UseTest, EverythingHasAName) {
    expectNames(window.get());
    ASSERT_TRUE(open(trainedRun()));
    for (auto* pane : panes())
        pane->showTable(true);
    actions().simulate->trigger();
    expectNames(window.get());
    expectNames(child<widgets::SimulateDialog>());
    child<widgets::SimulateDialog>()->close();
    window->showPage(QStringLiteral("log"));
    for (auto* button : window->findChildren<widgets::DetailsButton*>())
        button->setChecked(true);
    QTest::qWait(0);
    expectNames(window.get());
}

TEST_F(UseTest, EveryActionHasTextAndTip) {
    int count = 0;
    for (const auto* action :
         window->findChildren<QAction*>(QString(), Qt::FindDirectChildrenOnly)) {
        EXPECT_FALSE(action->text().isEmpty());
        EXPECT_FALSE(action->toolTip().isEmpty()) << action->text().toStdString();
        EXPECT_FALSE(action->statusTip().isEmpty()) << action->text().toStdString();
        ++count;
    }
    EXPECT_GE(count, 19);
}

TEST_F(UseTest, NoTwoActionsShareAKey) {
    QMap<QString, QString> keys;
    for (const auto* action : window->findChildren<QAction*>()) {
        const QString key = action->shortcut().toString();
        if (key.isEmpty())
            continue;
        EXPECT_FALSE(keys.contains(key)) << key.toStdString() << ": " << keys[key].toStdString()
                                         << " and " << action->text().toStdString();
        keys[key] = action->text();
    }
}

TEST_F(UseTest, ShowsWhereAStepsTimeGoes) {
    actions().operations->trigger();
    auto* dialog = child<app::OperationDialog>();
    ASSERT_TRUE(dialog);
    EXPECT_TRUE(dialog->isVisible());
    ASSERT_TRUE(waitUntil([&] { return !dialog->measuring(); }));
    const widgets::OperationScene& scene = dialog->scene();
    ASSERT_GE(scene.groups.size(), 3u);  // the loss may take too little to be seen
    double seconds = 0;
    for (const widgets::OperationGroup& group : scene.groups)
        for (const widgets::OperationRow& row : group.rows)
            seconds += row.seconds;
    EXPECT_GT(seconds, 0);
    EXPECT_GT(scene.stepSeconds, 0);
    const auto* chart = dialog->findChild<widgets::OperationChart*>();
    EXPECT_TRUE(chart->csv().contains(QStringLiteral("conv3,Winograd")))
        << chart->csv().toStdString();
    expectNames(dialog);
    dialog->setBusy(true);
    dialog->measure();
    EXPECT_FALSE(dialog->measuring());
}

TEST_F(UseTest, APageThatWasAskedForIsSeenInASmallWindowToo) {
    window->resize(1280, 800);
    window->showPage(QStringLiteral("cutouts"));
    ASSERT_TRUE(openGalaxies());
    EXPECT_EQ(window->page(), QStringLiteral("cutouts"));
    EXPECT_GT(child<QTabWidget>()->height(), 2 * child<QTabWidget>()->tabBar()->height());
}

TEST_F(UseTest, DialogsOpenAndClose) {
    for (QAction* action : {actions().keys, actions().about, actions().open, actions().openRun,
                            actions().screenshot}) {
        bool seen = false;
        QTimer timer;
        QObject::connect(&timer, &QTimer::timeout, window.get(), [&] {
            if (QWidget* dialog = QApplication::activeModalWidget()) {
                seen = true;
                expectNames(dialog);
                dialog->close();
            }
        });
        timer.start(30);
        action->trigger();
        EXPECT_TRUE(seen) << action->text().toStdString();
    }
    EXPECT_TRUE(failures.empty());
}

}  // namespace

}  // namespace shearbench::test

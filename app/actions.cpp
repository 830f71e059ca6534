// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/actions.h"

#include <QWidget>

#include "widgets/icon.h"

namespace shearbench::app {

namespace {

struct Description {
    const char* icon;  ///< empty: none
    QString text, key, tip;
    bool checkable = false;
};

QAction* make(const widgets::Theme& theme, QWidget* window, const Description& description) {
    auto* action = new QAction(description.text, window);
    if (*description.icon)
        action->setIcon(widgets::themeIcon(theme, QLatin1String(description.icon)));
    if (!description.key.isEmpty())
        action->setShortcut(QKeySequence(description.key));
    action->setToolTip(
        description.key.isEmpty()
            ? description.tip
            : QStringLiteral("%1 (%2)").arg(description.tip,
                                            action->shortcut().toString(QKeySequence::NativeText)));
    action->setStatusTip(description.tip);
    action->setCheckable(description.checkable);
    window->addAction(action);
    return action;
}

}  // namespace

Actions::Actions(const widgets::Theme& theme, QWidget* window) {
    const auto add = [&](const Description& description) {
        return make(theme, window, description);
    };
    const auto tr = [](const char* text) { return QObject::tr(text); };
    open =
        add({"open", tr("Open"), "Ctrl+O", tr("Open a file of galaxy cutouts or an experiment")});
    openRun =
        add({"", tr("Open run…"), "Ctrl+Shift+O", tr("Open the directory of an earlier training")});
    saveExperiment = add({"", tr("Save experiment as…"), "Ctrl+S",
                          tr("Save all settings as a document that the command line can run")});
    describe = add({"", tr("How the file is read…"), "Ctrl+I",
                    tr("See and say which images, bands and labels a file holds")});
    simulate = add({"simulate", tr("Simulate"), "Ctrl+G", tr("Make a file of simulated galaxies")});
    demo = add({"demo", tr("Demo"), "Ctrl+D", tr("Simulate galaxies, train on them and watch")});
    generativeDemo = add({"", tr("Demo of galaxies that never existed"), "Ctrl+Shift+G",
                          tr("Simulate galaxies, train a network to make new ones and watch")});
    closeFile = add({"", tr("Close file"), "Ctrl+W", tr("Go back to the start page")});
    quit = add({"", tr("Quit"), "Ctrl+Q", tr("Leave the program")});
    train = add({"train", tr("Train"), "Ctrl+R", tr("Train the network on the opened galaxies")});
    pause = add({"pause", tr("Pause"), "Ctrl+P", tr("Pause the training, or go on")});
    stop = add({"stop", tr("Stop"), "Ctrl+.", tr("Stop the training; it can be resumed later")});
    resumeRun =
        add({"resume", tr("Resume run"), "Ctrl+Shift+R", tr("Go on with the stopped training")});
    benchmark = add({"benchmark", tr("Benchmark"), "Ctrl+B",
                     tr("Time training on this computer's devices, beside the published times")});
    resumeBenchmark = add({"", tr("Resume benchmark"), "", tr("Go on with the stopped benchmark")});
    openResults = add({"", tr("Open benchmark results…"), "",
                       tr("Show results of another computer beside this one's")});
    operations = add({"", tr("Where a step's time goes…"), "Ctrl+Shift+P",
                      tr("Time each operation of a training step on a device")});
    closeResults = add({"", tr("Close imported results"), "",
                        tr("Show this computer's benchmark and the published times alone")});
    devices = add({"", tr("Compare devices…"), "",
                   tr("Cores, memory, rates and power of devices beside the published two")});
    allFigures = add({"figures", tr("Figures"), "Ctrl+Shift+F",
                      tr("Make the paper's figures for this computer, as PDF, SVG and PNG")});
    copyCommand = add({"terminal", tr("Copy command"), "Ctrl+Shift+C",
                       tr("Copy the command line that does the same")});
    saveFigure =
        add({"export", tr("Save figure…"), "Ctrl+E",
             tr("Save the pane that has the keyboard as SVG, PDF or PNG with its numbers")});
    screenshot = add({"", tr("Save picture of the window…"), "Ctrl+Shift+S",
                      tr("Save the whole window as a PNG")});
    dark = add(
        {"theme", tr("Dark colours"), "Ctrl+Shift+D", tr("Switch between light and dark"), true});
    presentation = add({"present", tr("Presentation"), "F11",
                        tr("Full screen with large type, for an audience"), true});
    restoreLayout =
        add({"", tr("Restore layout"), "", tr("Put all panels back where they were at first")});
    keys = add({"", tr("Keyboard keys"), "F1", tr("List every key")});
    about = add({"", tr("About Shearbench"), "", tr("Version, licence, source of the method")});
}

}  // namespace shearbench::app

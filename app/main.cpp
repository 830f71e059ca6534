// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QIcon>
#include <QTextStream>
#include <new>

#include "app/figures.h"
#include "app/main_window.h"
#include "app/options.h"
#include "app/screenshot.h"
#include "app/workbench.h"
#include "core/error.h"
#include "core/version.h"

namespace {

using namespace shearbench;

constexpr int kNoDisplay = 1;

void configure() {
    QApplication::setAttribute(Qt::AA_EnableHighDpiScaling);
    QApplication::setAttribute(Qt::AA_UseHighDpiPixmaps);
    QApplication::setHighDpiScaleFactorRoundingPolicy(
        Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication::setApplicationName(QStringLiteral("shearbench"));
    QApplication::setApplicationDisplayName(QStringLiteral("Shearbench"));
    QApplication::setApplicationVersion(QLatin1String(kVersion));
    QApplication::setDesktopFileName(QStringLiteral("org.shearbench.Shearbench"));
}

/// Pictures need no display; a window does.
bool hasDisplay(const app::Options& options) {
    if (qEnvironmentVariableIsSet("QT_QPA_PLATFORM") || qEnvironmentVariableIsSet("DISPLAY") ||
        qEnvironmentVariableIsSet("WAYLAND_DISPLAY"))
        return true;
    if (!options.screenshot.empty())
        qputenv("QT_QPA_PLATFORM", "offscreen");
    return !options.screenshot.empty();
}

void print(const QStringList& files) {
    for (const QString& file : files)
        QTextStream(stdout) << file << '\n';
}

QStringList makeChart(const std::vector<benchmark::Results>& results, const app::Options& options) {
    app::ChartFigure figure;
    figure.ratio = options.chart == "ratio";
    const bool generation = options.network == "generation";
    figure.view.request = {
        generation ? benchmark::Kind::generation : benchmark::Kind::training,
        generation ? "generative" : options.network,
        figure.ratio ? benchmark::Quantity::seconds : app::quantityFromId(options.quantity)};
    figure.view.a = options.curveA;
    figure.view.b = options.curveB;
    figure.view.logX = options.logX;
    figure.view.logY = figure.view.logRatio = !options.linearY;
    if (options.xRange.size() == 2)
        figure.xRange.emplace(options.xRange[0], options.xRange[1]);
    if (options.yRange.size() == 2)
        figure.yRange.emplace(options.yRange[0], options.yRange[1]);
    widgets::FigureOptions size;
    size.widthMm = options.widthMm;
    size.heightMm = options.heightMm;
    size.dpi = options.dpi;
    size.captionPt = options.captionPt;
    size.dark = options.dark;
    return app::makeChartFigure(results, figure, QString::fromStdString(options.out), size,
                                QString::fromStdString(options.command));
}

int makeFigures(int argc, char** argv, const app::Options& options) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    configure();
    const QApplication application(argc, argv);
    app::FigureSet set;
    for (const std::string& file : options.results)
        set.results.push_back(benchmark::openResults(file));
    if (!options.chart.empty()) {
        print(makeChart(set.results, options));
        return 0;
    }
    set.folder = QString::fromStdString(options.out);
    for (const widgets::Journal& journal : widgets::kJournals)
        if (options.journal == journal.id)
            set.journal = journal;
    set.dpi = options.dpi;
    set.captionPt = options.captionPt;
    set.command = QString::fromStdString(options.command);
    print(app::makeFigures(set));
    return 0;
}

int run(int argc, char** argv, const app::Options& options) {
    configure();
    QApplication application(argc, argv);
    QApplication::setWindowIcon(
        QIcon(QStringLiteral(":/shearbench/org.shearbench.Shearbench.svg")));
    app::SessionStore store;
    widgets::Theme theme;
    theme.setDark(options.theme.empty() ? store.dark() : options.theme == "dark");
    theme.applyToApplication();

    app::Workbench workbench;
    app::MainWindow window(theme, workbench, store);
    if (options.width > 0)
        window.resize(options.width, options.height);
    if (!options.page.empty())
        window.showPage(QString::fromStdString(options.page));
    window.show();
    if (!options.screenshot.empty())
        app::saveScreenshotWhenDone(window, workbench, QString::fromStdString(options.screenshot));
    for (const std::string& file : options.files)
        workbench.open(QString::fromStdString(file));
    if (options.demo)
        workbench.startDemo(options.demoEpochs, !options.screenshot.empty(), options.demoNetwork);
    if (options.presentation && options.width > 0)
        window.setPresentationSize({options.width, options.height});
    if (options.presentation)
        window.actions().presentation->setChecked(true);
    return QApplication::exec();
}

int report(const std::string& sentence, const std::string& remedy, int code) {
    QTextStream errors(stderr);
    errors << "shearbench: " << QString::fromStdString(sentence) << '\n';
    if (!remedy.empty())
        errors << QString::fromStdString(remedy) << '\n';
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    int exitCode = 0;
    const auto options = app::readOptions(argc, argv, exitCode);
    if (!options)
        return exitCode;
    if (!options->figures && !hasDisplay(*options)) {
        QTextStream(stderr) << "shearbench: There is no display to show a window on.\n"
                               "Use shearbench-cli, or make a picture with --screenshot FILE.\n";
        return kNoDisplay;
    }
    try {
        return options->figures ? makeFigures(argc, argv, *options) : run(argc, argv, *options);
    } catch (const Error& error) {
        return report(error.what(), error.remedy(), error.exitCode());
    } catch (const std::bad_alloc&) {
        return report("There is not enough memory.", "Use a smaller batch or a smaller file.", 1);
    } catch (const std::exception& error) {
        return report(error.what(), "", 1);
    }
}

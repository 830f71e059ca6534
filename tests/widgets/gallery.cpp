// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/gallery.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QTabWidget>
#include <QTextStream>
#include <functional>
#include <memory>
#include <vector>

#include "core/error.h"
#include "widgets/figure_export.h"
#include "widgets/pane.h"

// Shows every widget with sample data, or saves pictures of them:
//   QT_QPA_PLATFORM=offscreen QT_FONT_DPI=96 [QT_SCALE_FACTOR=2] gallery --save FOLDER
// With --time it prints what an update with redrawing costs.

using namespace shearbench::widgets;

namespace {

struct Sheet {
    QString name;
    std::function<QWidget*(const Theme&)> make;
};

std::function<QWidget*(const Theme&)> posterior(gallery::Stage stage, int width, int height) {
    return [=](const Theme& theme) { return gallery::posteriorSheet(theme, stage, width, height); };
}

const std::vector<Sheet> kSheets = {
    {"charts", gallery::chartSheet},
    {"charts_small", gallery::smallChartSheet},
    {"loss", [](const Theme& theme) { return gallery::lossSheet(theme, false); }},
    {"loss_failed", [](const Theme& theme) { return gallery::lossSheet(theme, true); }},
    {"panes", gallery::paneSheet},
    {"posterior_before", posterior(gallery::Stage::before, 660, 330)},
    {"posterior", posterior(gallery::Stage::deterministic, 660, 330)},
    {"posterior_bayesian", posterior(gallery::Stage::bayesian, 660, 330)},
    {"posterior_small", posterior(gallery::Stage::deterministic, 500, 300)},
    {"posterior_tiny", posterior(gallery::Stage::bayesian, 300, 330)},
    {"posterior_large", posterior(gallery::Stage::bayesian, 1300, 800)},
};

void save(Theme& theme, const QDir& folder, const QString& suffix) {
    for (const Sheet& sheet : kSheets) {
        const std::unique_ptr<QWidget> widget(sheet.make(theme));
        QPalette palette = widget->palette();
        widget->setAutoFillBackground(true);
        widget->setPalette(palette);
        widget->show();
        QApplication::processEvents();
        widget->grab().save(folder.filePath(sheet.name + suffix + QStringLiteral(".png")));
    }
}

/// Figures as they are saved, at the width of a column and of a page.
void exportFigures(const Theme& theme, const QDir& folder) {
    for (const Sheet& sheet : kSheets) {
        const std::unique_ptr<QWidget> widget(sheet.make(theme));
        const auto panes = widget->findChildren<Pane*>();
        auto* pane = panes.isEmpty() ? qobject_cast<Pane*>(widget.get()) : panes.first();
        if (pane == nullptr || pane->figure() == nullptr) {
            continue;
        }
        for (const double width : {88.0, 180.0}) {
            const QString name = QStringLiteral("figure_%1_%2mm").arg(sheet.name).arg(width);
            FigureOptions options;
            options.widthMm = width;
            options.heightMm = width == 88 ? 60 : 80;
            for (const char* ending : {".png", ".svg", ".pdf"}) {
                saveFigure(*pane->figure(), folder.filePath(name + QLatin1String(ending)), options);
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) try {
    QApplication application(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption target(QStringLiteral("save"), QStringLiteral("Save pictures here."),
                                    QStringLiteral("folder"));
    parser.addOption(target);
    parser.addHelpOption();
    const QCommandLineOption time(QStringLiteral("time"),
                                  QStringLiteral("Print what updates cost on this machine."));
    parser.addOption(time);
    parser.process(application);
    Theme theme;
    theme.applyToApplication();
    if (parser.isSet(time)) {
        gallery::printUpdateCosts(theme);
        return 0;
    }
    if (parser.isSet(target)) {
        const QDir folder(parser.value(target));
        folder.mkpath(QStringLiteral("."));
        const QString scale = QStringLiteral("_%1x").arg(application.devicePixelRatio());
        save(theme, folder, QStringLiteral("_light") + scale);
        exportFigures(theme, folder);
        theme.setDark(true);
        save(theme, folder, QStringLiteral("_dark") + scale);
        theme.setDark(false);
        theme.setPresentation(true);
        save(theme, folder, QStringLiteral("_presentation") + scale);
        return 0;
    }
    QTabWidget tabs;
    for (const Sheet& sheet : kSheets) {
        tabs.addTab(sheet.make(theme), sheet.name);
    }
    tabs.resize(1400, 700);
    tabs.show();
    return application.exec();
} catch (const shearbench::Error& error) {
    QTextStream(stderr) << error.what() << '\n';
    return error.exitCode();
}

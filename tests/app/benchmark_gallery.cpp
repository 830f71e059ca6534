// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QTextStream>
#include <QTimer>
#include <optional>

#include "app/benchmark_dialogs.h"
#include "app/benchmark_page.h"
#include "app/device_table.h"
#include "app/figures_dialog.h"
#include "core/error.h"
#include "tests/app/gallery_main.h"
#include "tests/core/benchmark/sample_results.h"
#include "tests/support/temporary_folder.h"
#include "widgets/device_panel.h"
#include "widgets/figure_dialog.h"
#include "widgets/line_chart.h"
#include "widgets/pane.h"

// Saves pictures, light and dark, of the benchmark's panes with made-up results, of every quantity,
// and of the dialogs around them:
//   QT_QPA_PLATFORM=offscreen QT_FONT_DPI=96 [QT_SCALE_FACTOR=2] benchmark_gallery FOLDER

namespace {

using namespace shearbench;
using benchmark::Kind;
using benchmark::Quantity;
using benchmark::Results;

Results generation(Results results) {
    for (const int images : {1, 10, 100, 500, 1000, 5000})
        for (const char* device : {"cpu", "eigen"}) {
            auto point = benchmark::samplePoint(device, images, 0.01, "generative");
            point.task.kind = Kind::generation;
            results.points.push_back(point);
        }
    return results;
}

class Gallery {
  public:
    Gallery(widgets::Theme& theme, const QDir& folder, const QString& suffix)
        : theme_(theme), folder_(folder), suffix_(suffix) {}

    void savePanes();
    void saveDialogs();

  private:
    void save(QWidget& widget, const QString& name) {
        for (int i = 0; i < 10; ++i)
            QApplication::processEvents(QEventLoop::AllEvents, 20);
        widget.grab().save(folder_.filePath(name + suffix_ + QStringLiteral(".png")));
    }
    void show(QWidget& widget, const QString& name) {
        widget.show();
        save(widget, name);
    }

    widgets::Theme& theme_;
    QDir folder_;
    QString suffix_;
};

void Gallery::savePanes() {
    const test::TemporaryFolder files;
    app::BenchmarkController controller;
    Results other = generation(benchmark::sampleResults());
    other.name = other.machine.host = "another machine";
    other.protocol.method = benchmark::Method::paper;
    for (const Results& results : {generation(benchmark::sampleResults()), other}) {
        const auto file = files.path() / (results.name + ".json");
        benchmark::writeResults(results, file);
        const std::size_t before = controller.results().size();
        controller.open(QString::fromStdString(file.string()));
        while (controller.results().size() == before)
            QApplication::processEvents(QEventLoop::WaitForMoreEvents);
        if (before == 1)
            break;
        app::BenchmarkPage page(theme_, controller);
        for (widgets::Pane* pane : {page.timePane(), page.ratioPane()}) {
            pane->resize(theme_.px(640), theme_.px(310));
            pane->show();
        }
        const auto pictures = [&](const app::BenchmarkView& view, const QString& name) {
            page.setView(view);
            save(*page.timePane(), QStringLiteral("time_") + name);
            save(*page.ratioPane(), QStringLiteral("ratio_") + name);
        };
        app::BenchmarkView view;
        pictures(view, QStringLiteral("training"));
        view.logX = true;
        view.logY = view.logRatio = false;
        pictures(view, QStringLiteral("linear"));
        view = {};
        for (const Quantity quantity :
             {Quantity::imagesPerSecond, Quantity::joulesPerImage, Quantity::memoryMB}) {
            view.request.quantity = quantity;
            page.setView(view);
            save(*page.timePane(), QStringLiteral("time_") + app::quantityId(quantity));
        }
        view.request = {Kind::generation, "generative", Quantity::seconds};
        pictures(view, QStringLiteral("generation"));
        view = {};
        page.setView(view);
        page.timeChart()->setXRange(3, 9);
        page.timeChart()->setCursor(4);
        pictures(view, QStringLiteral("zoomed_with_cursor"));
        page.timePane()->showTable(true);
        save(*page.timePane(), QStringLiteral("time_table"));
    }
    app::BenchmarkPage both(theme_, controller);
    both.timePane()->resize(theme_.px(640), theme_.px(310));
    show(*both.timePane(), QStringLiteral("time_two_machines"));
}

void Gallery::saveDialogs() {
    Experiment experiment;
    experiment.benchmark.networks = {"deterministic", "generative"};
    experiment.device.memoryCapMB = 286;
    app::BenchmarkDialog sweep(experiment, std::nullopt);
    show(sweep, QStringLiteral("dialog_benchmark"));
    sweep.findChild<QLineEdit*>(QStringLiteral("batches"))->setText(QStringLiteral("2, x"));
    save(sweep, QStringLiteral("dialog_benchmark_mistake"));
    widgets::FigureDialog figure{{}};
    show(figure, QStringLiteral("dialog_figure"));
    app::FiguresDialog figures([] { return app::FiguresDialog::Source(); },
                               QStringLiteral("/home/someone/figures"));
    show(figures, QStringLiteral("dialog_figures"));
    app::DeviceTableDialog devices({benchmark::sampleResults()});
    show(devices, QStringLiteral("dialog_devices"));
    const Results results = benchmark::sampleResults();
    QTimer::singleShot(100, &sweep, [this] {
        save(*QApplication::activeModalWidget(), QStringLiteral("dialog_point"));
        QApplication::activeModalWidget()->close();
    });
    app::showPoint(results, results.points[0], QStringLiteral("/home/someone/runs/benchmark"), {},
                   nullptr);
    for (const int width : {324, 260}) {
        widgets::DevicePanel panel(theme_);
        panel.setMemoryCaps({{286, QStringLiteral("as the GC2")}});
        panel.setState({QStringLiteral("cpu"), 0, 286});
        panel.setAutoFillBackground(true);
        panel.setFixedWidth(theme_.px(width));
        show(panel, QStringLiteral("panel_device_%1").arg(width));
    }
}

}  // namespace

int main(int argc, char** argv) {
    return shearbench::test::galleryMain(
        argc, argv, "benchmark_gallery",
        [](widgets::Theme& theme, const QDir& folder, const QString& suffix) {
            Gallery gallery(theme, folder, suffix);
            gallery.savePanes();
            gallery.saveDialogs();
        });
}

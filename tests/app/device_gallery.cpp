// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QDir>
#include <QTextStream>
#include <cmath>
#include <limits>

#include "app/check_page.h"
#include "app/panel_states.h"
#include "app/tune_dialog.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/network/presets.h"
#include "tests/app/gallery_main.h"
#include "widgets/device_panel.h"
#include "widgets/pane.h"

// Saves pictures, light and dark, of the device panel, of the check of two devices and of tuning;
// the devices of the panel and their differences are made up, what is tuned is this machine's:
//   QT_QPA_PLATFORM=offscreen QT_FONT_DPI=96 [QT_SCALE_FACTOR=2] device_gallery FOLDER

namespace {

using namespace shearbench;

std::vector<widgets::DeviceRow> madeUpDevices() {
    widgets::DeviceRow cpu, card, plain;
    cpu.id = QStringLiteral("cpu");
    cpu.name = QStringLiteral("Some processor, 8 cores");
    cpu.detail = QStringLiteral("own kernels, AVX-512, 16 GB");
    cpu.rate = QStringLiteral("512 GFLOP/s");
    cpu.check = widgets::DeviceRow::Check::passed;
    cpu.maxThreads = 8;
    card = plain = cpu;
    card.id = QStringLiteral("opencl:0");
    card.name = QStringLiteral("Some graphics card");
    card.detail = QStringLiteral("OpenCL 3.0, 24 GB");
    card.rate = QStringLiteral("20,480 GFLOP/s");
    card.colour = widgets::DeviceColour::purple;
    card.tunable = true;
    card.maxThreads = 0;
    plain.id = QStringLiteral("eigen");
    plain.detail = QStringLiteral("same chip, Eigen 3.4.0");
    plain.colour = widgets::DeviceColour::orange;
    return {cpu, card, plain};
}

/// Steps that agree as closely as `usual`, the last of which is apart by `last` from some layer on.
device::CheckRecord madeUpRecord(double usual, double last) {
    const network::Network network = network::makePreset("deterministic", {6, 64, 64});
    device::CheckRecord record;
    for (int number = 1; number <= 40; ++number) {
        device::StepComparison step;
        step.step = number;
        step.firstLoss = step.secondLoss = -1.25;
        const auto& tensors = network.parameters();
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const double part = number == 40 && i < tensors.size() / 2 ? last : usual;
            const double factor = 1 + std::sin(7.0 * static_cast<double>(i) + number) / 2;
            const device::Difference difference{3 * part * factor, part * factor, 1};
            step.tensors.push_back({tensors[i].name, tensors[i].trainable, difference, difference});
        }
        record.add(std::move(step));
    }
    return record;
}

class Gallery {
  public:
    Gallery(widgets::Theme& theme, const QDir& folder, const QString& suffix)
        : theme_(theme), folder_(folder), suffix_(suffix) {}

    void savePanels() {
        const std::vector<device::AbsentDevice> absent = {
            {"some.icd",
             "The OpenCL driver some.icd ended the process that looked for devices (Aborted), so "
             "it was left out.",
             "Repair or remove it; shearbench-cli devices --retest tries it again."}};
        widgets::MemoryUse use;
        use.batch = 8;
        use.weights = 24;
        use.activations = 73;
        use.limit = 24000;
        use.fitsUpTo = 4096;
        for (const int width : {306, 260}) {
            const auto panel = [&](const widgets::DevicePanelState& state, bool leftOut,
                                   const char* name) {
                widgets::DevicePanel made(theme_);
                made.setDevices(madeUpDevices());
                made.setMemoryCaps({{286, QStringLiteral("as the GC2")}});
                made.setState(state);
                made.setMemory(use);
                if (leftOut)
                    made.setAbsent(app::absentProblem(absent));
                made.setAutoFillBackground(true);
                made.setFixedWidth(theme_.px(width));
                show(made, QStringLiteral("panel_%1_%2").arg(name).arg(width));
            };
            panel({QStringLiteral("cpu")}, true, "driver_left_out");
            panel({QStringLiteral("opencl:0"), 0, 0, QStringLiteral("cpu")}, false, "checked");
        }
        widgets::DevicePanel looking(theme_);
        looking.setAutoFillBackground(true);
        looking.setFixedWidth(theme_.px(306));
        show(looking, QStringLiteral("panel_looking"));
    }

    void saveChecks() {
        const double inf = std::numeric_limits<double>::infinity();
        savePane(madeUpRecord(2e-7, 2e-7), "agree");
        savePane(madeUpRecord(8e-7, 2e-3), "corner");
        savePane(madeUpRecord(3e-2, 0.3), "differ");
        savePane(madeUpRecord(8e-7, inf - inf), "broken");
        app::Workbench workbench;
        app::CheckPage page(theme_, workbench);
        page.pane()->resize(theme_.px(1320), theme_.px(230));
        show(*page.pane(), QStringLiteral("check_empty"));
    }

    void saveTuning() {
        Experiment experiment;
        app::TuneDialog dialog(theme_);
        dialog.open(experiment, {6, 64, 64});
        save(dialog, QStringLiteral("tune_start"));
        // Of a device without a choice.
        dialog.begin();
        while (dialog.tuning())
            QApplication::processEvents(QEventLoop::WaitForMoreEvents);
        save(dialog, QStringLiteral("tune_refused"));
        const auto& devices = device::allDevices();
        for (const auto& found : devices)
            if (dynamic_cast<const device::Tunable*>(found.get())) {
                experiment.device.id = found->info().id;
                dialog.setSeconds(4);
                dialog.open(experiment, {6, 64, 64});
                dialog.begin();
                while (dialog.tuning() && dialog.items().size() < 2)
                    QApplication::processEvents(QEventLoop::WaitForMoreEvents);
                save(dialog, QStringLiteral("tune_running"));
                while (dialog.tuning())
                    QApplication::processEvents(QEventLoop::WaitForMoreEvents);
                save(dialog, QStringLiteral("tune_done"));
                break;
            }
    }

  private:
    void savePane(const device::CheckRecord& record, const char* name) {
        widgets::Pane pane(theme_, QStringLiteral("Check"));
        auto* view = new widgets::CheckView(theme_);
        pane.setContent(view);
        pane.setContext(QStringLiteral("cpu checked by opencl:0, 40 steps compared"));
        view->setScene(app::checkScene(record, QStringLiteral("Some processor"),
                                       QStringLiteral("Some graphics card")));
        pane.setFilledWithData();
        pane.resize(theme_.px(1320), theme_.px(230));
        show(pane, QStringLiteral("check_%1").arg(QLatin1String(name)));
        pane.resize(theme_.px(820), theme_.px(420));
        save(pane, QStringLiteral("check_%1_narrow").arg(QLatin1String(name)));
    }

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

}  // namespace

int main(int argc, char** argv) {
    return shearbench::test::galleryMain(
        argc, argv, "device_gallery",
        [](widgets::Theme& theme, const QDir& folder, const QString& suffix) {
            Gallery gallery(theme, folder, suffix);
            gallery.savePanels();
            gallery.saveChecks();
            gallery.saveTuning();
        });
}

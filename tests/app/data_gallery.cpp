// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFrame>
#include <QHBoxLayout>
#include <QMenu>
#include <QMouseEvent>
#include <QTextStream>
#include <QToolButton>
#include <QVBoxLayout>
#include <functional>
#include <memory>

#include "app/cutouts_page.h"
#include "app/panel_states.h"
#include "app/profile_controller.h"
#include "app/reading_words.h"
#include "app/simulation_dialog.h"
#include "app/workbench.h"
#include "tests/app/gallery_files.h"
#include "widgets/cutout_browser.h"
#include "widgets/cutout_canvas.h"
#include "widgets/cutout_grid.h"
#include "widgets/data_panel.h"
#include "widgets/details_button.h"
#include "widgets/style.h"

// Saves pictures, light and dark, of what the window makes of files of cutouts: the browser with
// every stretch, how a file is read, what is simulated:
//   QT_QPA_PLATFORM=offscreen QT_FONT_DPI=96 [QT_SCALE_FACTOR=2] data_gallery FOLDER [RUN]
// A run's directory adds pictures with its posteriors. Files are made in FOLDER/files.

namespace {

using namespace shearbench;
using widgets::CutoutDisplay;
using widgets::Limits;
using Curve = analysis::Curve;

/// Handles events until `idle` has held for a while.
void settle(const std::function<bool()>& idle = [] { return true; }) {
    QElapsedTimer quiet;
    quiet.start();
    do {
        QApplication::processEvents(QEventLoop::AllEvents, 10);
        if (!idle())
            quiet.restart();
    } while (quiet.elapsed() < 40);
}

class Gallery {
  public:
    Gallery(widgets::Theme& theme, const QDir& folder, const QString& suffix)
        : theme_(theme), folder_(folder), suffix_(suffix) {}

    void saveAll(const QString& run);

  private:
    QString file(const char* name) const {
        return folder_.filePath(QStringLiteral("files/%1.h5").arg(QLatin1String(name)));
    }
    void save(QWidget& widget, const QString& name) {
        widget.grab().save(folder_.filePath(name + suffix_ + QStringLiteral(".png")));
    }
    void saveBrowser();
    void saveStretches();
    void saveOddFiles();
    void saveRun(const QString& run);
    void saveProfiles();
    void saveSimulation();
    void saveDataPanel();

    widgets::Theme& theme_;
    QDir folder_;
    QString suffix_;
};

/// The page of cutouts on a pane, as below the window's panes or filling them.
class Page {
  public:
    explicit Page(const widgets::Theme& theme)
        : page_(new app::CutoutsPage(theme, workbench_.datasets(), workbench_.posteriors(),
                                     workbench_.selection())) {
        widgets::setRole(&frame_, widgets::Role::pane);
        auto* layout = new QHBoxLayout(&frame_);
        layout->setContentsMargins(1, 1, 1, 1);
        layout->addWidget(page_);
        frame_.resize(theme.px(1324), theme.px(540));
        frame_.show();
    }

    void open(const QString& path) {
        workbench_.open(path);
        wait();
    }
    void wait() {
        settle([this] {
            return !workbench_.datasets().opening() && !workbench_.posteriors().predicting() &&
                   picturesShown();
        });
    }
    bool picturesShown() {
        const auto [first, last] = browser().grid()->visiblePlaces();
        const widgets::CutoutModel& model = *browser().model();
        for (int place = first; place < last; ++place)
            if (!model.pixels(model.row(place)))
                return false;
        return true;
    }
    void choose(qint64 row) {
        workbench_.selection().select(row);
        wait();
    }
    /// The brightest that pass the filter come first, and the `place`th is chosen.
    void chooseBright(const QString& filter, int place) {
        browser().setFilter(filter);
        browser().setSort(QStringLiteral("snr"), true);
        choose(browser().model()->row(place));
    }
    void show(const CutoutDisplay& display) {
        browser().setDisplay(display);
        Q_EMIT browser().displayChanged();
        wait();
    }

    widgets::CutoutBrowser& browser() { return *page_->browser(); }
    QFrame& frame() { return frame_; }

  private:
    app::Workbench workbench_;
    QFrame frame_;
    app::CutoutsPage* page_;
};

void Gallery::saveBrowser() {
    Page page(theme_);
    save(page.frame(), QStringLiteral("cutouts_nothing_open"));
    page.open(file("survey"));
    save(page.frame(), QStringLiteral("cutouts_nothing_chosen"));
    page.chooseBright(QStringLiteral("snr > 20 and hlr < 1"), 9);
    save(page.frame(), QStringLiteral("cutouts"));
    auto* canvas = page.frame().findChild<widgets::CutoutCanvas*>();
    const QPoint centre = canvas->rect().center();
    QMouseEvent move(QEvent::MouseMove, centre, Qt::NoButton, Qt::NoButton, Qt::NoModifier);
    QApplication::sendEvent(canvas, &move);
    settle();
    save(page.frame(), QStringLiteral("cutouts_pixel"));
    page.browser().setFilter(QStringLiteral("snrr > 20 and"));
    settle();
    save(page.frame(), QStringLiteral("cutouts_filter_mistake"));
    page.browser().setFilter(QStringLiteral("snr > 1e9"));
    settle();
    save(page.frame(), QStringLiteral("cutouts_none_pass"));
    page.browser().setFilter({});
    for (const auto& [name, width, height] :
         {std::tuple{"cutouts_dock", 1336, 232}, std::tuple{"cutouts_narrow", 840, 232},
          std::tuple{"cutouts_tall", 1000, 900}}) {
        page.frame().resize(theme_.px(width), theme_.px(height));
        page.wait();
        save(page.frame(), QLatin1String(name));
    }
    for (auto* button : page.browser().findChildren<QToolButton*>())
        if (QMenu* menu = button->menu()) {
            menu->popup({0, 0});
            settle();
            save(*menu, QStringLiteral("cutouts_stretch_menu"));
            menu->hide();
        }
}

void Gallery::saveStretches() {
    Page page(theme_);
    page.open(file("survey"));
    page.chooseBright({}, 9);
    const CutoutDisplay plain = page.browser().display();
    for (const auto& [name, curve, limits, same] :
         {std::tuple{"linear_extremes", Curve::linear, Limits::minMax, false},
          std::tuple{"root_percentile", Curve::squareRoot, Limits::percentile, false},
          std::tuple{"logarithm_zscale", Curve::logarithm, Limits::zscale, false},
          std::tuple{"linear_zscale_same", Curve::linear, Limits::zscale, true},
          std::tuple{"linear_percentile_same", Curve::linear, Limits::percentile, true},
          std::tuple{"asinh_common", Curve::asinh, Limits::common, false}}) {
        CutoutDisplay display = plain;
        display.band = 3;
        display.curve = curve;
        display.limits = limits;
        display.sameLimits = same;
        page.show(display);
        save(page.frame(), QStringLiteral("stretch_%1").arg(QLatin1String(name)));
    }
    for (const auto& [name, stretch, q] : {std::tuple{"faint", 0.7, 7.0},
                                           {"bright", -0.6, 7.0},
                                           {"low_q", 0.0, 0.5},
                                           {"high_q", 0.0, 40.0}}) {
        CutoutDisplay display = plain;
        display.stretch = stretch;
        display.q = q;
        page.show(display);
        save(page.frame(), QStringLiteral("colour_%1").arg(QLatin1String(name)));
    }
}

void Gallery::saveOddFiles() {
    for (const char* name : {"crowded", "three_bands", "one_band", "twenty_bands", "large_stamps",
                             "nan_pixels", "no_labels"}) {
        Page page(theme_);
        page.open(file(name));
        page.choose(3);
        save(page.frame(), QStringLiteral("file_%1").arg(QLatin1String(name)));
        if (name != std::string("nan_pixels"))
            continue;
        CutoutDisplay display = page.browser().display();
        display.band = 3;
        page.show(display);
        save(page.frame(), QStringLiteral("file_nan_pixels_band"));
        page.choose(1);
        save(page.frame(), QStringLiteral("file_nan_pixels_all"));
    }
}

void Gallery::saveRun(const QString& run) {
    Page page(theme_);
    page.open(run);
    page.chooseBright(QStringLiteral("split = test"), 2);
    save(page.frame(), QStringLiteral("cutouts_posterior"));
    page.frame().resize(theme_.px(1336), theme_.px(232));
    page.wait();
    save(page.frame(), QStringLiteral("cutouts_posterior_dock"));
}

void Gallery::saveProfiles() {
    const auto picture = [this](const QString& name, const DataSettings& data) {
        QWidget parent;
        app::ProfileController profiles(theme_);
        bool previewed = false;
        QObject::connect(&profiles, &app::ProfileController::previewed,
                         [&previewed] { previewed = true; });
        profiles.show(data, &parent);
        settle([&previewed] { return previewed; });
        save(*profiles.dialog(), name);
    };
    for (const char* name : {"survey", "stack", "three_bands", "one_band", "twenty_bands",
                             "large_stamps", "nan_pixels", "no_labels", "wrong_axes"}) {
        DataSettings data;
        data.file = file(name).toStdString();
        picture(QStringLiteral("profile_%1").arg(QLatin1String(name)), data);
    }
    DataSettings answered;
    answered.file = file("stack").toStdString();
    answered.variant = 1;
    answered.bands = {"i", "r", "g"};
    answered.targets = {"shape_a", "shape_b", "distance"};
    picture(QStringLiteral("profile_stack_answered"), answered);
    answered.normalisation = "tanh_asinh";
    answered.stamp = 48;
    picture(QStringLiteral("profile_autoencoder"), answered);
}

void Gallery::saveSimulation() {
    app::Workbench workbench;
    const std::unique_ptr<widgets::SimulateDialog> dialog(
        app::makeSimulationDialog(theme_, workbench, nullptr));
    widgets::SimulateDialogState state = dialog->state();
    state.file = QStringLiteral("/data/galaxies.h5");
    state.count = 20000;
    dialog->setState(state);
    const auto picture = [&](const char* name) {
        dialog->adjustSize();
        settle();
        save(*dialog, QStringLiteral("simulate_%1").arg(QLatin1String(name)));
    };
    dialog->show();
    picture("asking");
    dialog->setProgress(6240, 20000, 95);
    picture("running");
    dialog->setFinished(20000);
    picture("finished");
    dialog->setFinished(12288);
    picture("stopped");
    dialog->setFinished(0);
    picture("stopped_at_once");
    dialog->setFailed({QStringLiteral("/data/galaxies.h5.partial cannot be created: Permission "
                                      "denied."),
                       {},
                       QStringLiteral("Choose a folder that you may write to."),
                       {}});
    picture("failed");
    dialog->findChild<widgets::DetailsButton*>()->setOpen(true);
    state.whileTraining = true;
    state.values.psf = QStringLiteral("moffat");
    dialog->setState(state);
    picture("while_training");
    state.whileTraining = false;
    state.values.shear1 = 0.5;
    state.values.mostGalaxies = 4;
    state.noiseless = true;
    dialog->setState(state);
    picture("details");
}

void Gallery::saveDataPanel() {
    for (const char* name : {"survey", "twenty_bands", "no_labels", "wrong_axes", "stack"}) {
        QFrame frame;
        widgets::setRole(&frame, widgets::Role::pane);
        auto* panel = new widgets::DataPanel(theme_);
        auto* layout = new QVBoxLayout(&frame);
        layout->setContentsMargins(1, 1, 1, 1);
        layout->addWidget(panel);
        layout->addStretch(1);
        widgets::DataPanelState state;
        state.file = file(name);
        panel->setState(state);
        Experiment experiment;
        experiment.data.file = state.file.toStdString();
        try {
            panel->setFacts(app::dataFacts(*app::loadDataset(experiment)));
        } catch (const Error& error) {
            panel->setProblem(widgets::DataPanel::Field::file,
                              app::dataProblem({QString::fromUtf8(error.what()),
                                                QString::fromStdString(error.remedy())}));
        }
        panel->findChild<widgets::DetailsButton*>()->setOpen(true);
        frame.setFixedWidth(theme_.px(324));
        frame.resize(theme_.px(324), theme_.px(620));
        frame.show();
        settle();
        save(frame, QStringLiteral("data_%1").arg(QLatin1String(name)));
    }
}

void Gallery::saveAll(const QString& run) {
    saveBrowser();
    saveStretches();
    saveOddFiles();
    if (!run.isEmpty())
        saveRun(run);
    saveProfiles();
    saveSimulation();
    saveDataPanel();
}

}  // namespace

int main(int argc, char** argv) try {
    QApplication application(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() < 2 || arguments.size() > 3) {
        QTextStream(stderr) << "usage: data_gallery FOLDER [RUN]\n";
        return 2;
    }
    const QDir folder(arguments[1]);
    folder.mkpath(QStringLiteral("."));
    if (!folder.exists(QStringLiteral("files/wrong_axes.h5")))
        test::makeGalleryFiles(folder.filePath(QStringLiteral("files")));
    widgets::Theme theme;
    theme.applyToApplication();
    const QString scale = QStringLiteral("_%1x").arg(application.devicePixelRatio());
    for (const bool dark : {false, true}) {
        theme.setDark(dark);
        Gallery(theme, folder, (dark ? QStringLiteral("_dark") : QStringLiteral("_light")) + scale)
            .saveAll(arguments.value(2));
    }
    return 0;
} catch (const shearbench::Error& error) {
    QTextStream(stderr) << error.what() << '\n' << QString::fromStdString(error.remedy()) << '\n';
    return error.exitCode();
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFrame>
#include <QHBoxLayout>
#include <QTabWidget>
#include <QTextStream>
#include <QVBoxLayout>
#include <functional>
#include <memory>

#include "core/error.h"
#include "tests/widgets/gallery_cutouts.h"
#include "tests/widgets/gallery_generated.h"
#include "widgets/cutout_browser.h"
#include "widgets/cutout_view.h"
#include "widgets/data_panel.h"
#include "widgets/device_panel.h"
#include "widgets/log_view.h"
#include "widgets/network_panel.h"
#include "widgets/section.h"
#include "widgets/simulate_dialog.h"
#include "widgets/style.h"
#include "widgets/training_panel.h"
#include "widgets/welcome_page.h"

// Shows the views of the left dock, cutouts, welcome page, dialog and log with sample data, or
// saves pictures of them:
//   QT_QPA_PLATFORM=offscreen QT_FONT_DPI=96 [QT_SCALE_FACTOR=2] views_gallery --save FOLDER

using namespace shearbench::widgets;
using gallery::GeneratedSheet;
using gallery::sample;

namespace {

void serve(CutoutBrowser& browser) {
    QObject::connect(&browser, &CutoutBrowser::pixelsWanted, &browser,
                     [&browser](const QVector<qint64>& rows) {
                         for (qint64 row : rows) {
                             browser.setPixels(row, sample().pixels(row));
                         }
                     });
}

std::vector<LayerRow> layers() {
    const QString arrow(QChar(0x2192)), times = QStringLiteral(" × ");
    std::vector<LayerRow> rows;
    const auto add = [&](const QString& title, const QString& output, qint64 parameters) {
        rows.push_back({QString(title).replace("->", arrow),
                        QString(output).replace(" x ", times),
                        parameters,
                        {}});
    };
    add("batch norm", "6 x 64 x 64", 24);
    add("conv 6->32", "32 x 64 x 64", 132832);
    add("conv 32->32 /2", "32 x 32 x 32", 42016);
    add("conv 32->64", "64 x 32 x 32", 84032);
    add("conv 64->64 /2", "64 x 16 x 16", 53312);
    add("conv 64->128", "128 x 16 x 16", 106624);
    add("conv 128->128 /2", "128 x 8 x 8", 155776);
    add("conv 128->256", "256 x 8 x 8", 311552);
    add("conv 256->256 /2", "256 x 4 x 4", 594176);
    add("dense 4096->9", "9", 36873);
    return rows;
}

std::vector<DeviceRow> devices() {
    DeviceRow cpu, gpu, other;
    cpu.id = QStringLiteral("cpu");
    cpu.name = QStringLiteral("Sample CPU, 2 cores");
    cpu.detail = QStringLiteral("oneDNN, 15.6 GB, AVX-512");
    cpu.rate = QStringLiteral("198 GFLOP/s");
    cpu.check = DeviceRow::Check::passed;
    cpu.maxThreads = 2;
    gpu.id = QStringLiteral("opencl:0");
    gpu.name = QStringLiteral("Sample GPU");
    gpu.detail = QStringLiteral("OpenCL 3.0, 141 GB, 132 units");
    gpu.rate = QStringLiteral("31 TFLOP/s");
    gpu.colour = DeviceColour::purple;
    gpu.check = DeviceRow::Check::failed;
    other.id = QStringLiteral("eigen");
    other.name = QStringLiteral("Sample CPU, plainly");
    other.detail = QStringLiteral("Eigen 3.4, for checks, with a longer line");
    other.colour = DeviceColour::orange;
    return {cpu, gpu, other};
}

std::vector<Recipe> recipes() {
    return {
        {"stable", "Stable", "Trains without spikes on heavy-tailed cutouts", {}},
        {"paper", "As in the paper", "Adam at a constant rate", {1e-3, "constant", 0.01, 0, 0}}};
}

struct Dock {
    QWidget* widget;
    DataPanel* data;
    NetworkPanel* network;
    DevicePanel* device;
    TrainingPanel* training;
    std::vector<Section*> sections;
};

Dock makeDock(const Theme& theme) {
    Dock dock{};
    auto* frame = new QFrame;
    setRole(frame, Role::pane);
    frame->setFixedWidth(theme.px(324));
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    dock.widget = frame;
    dock.data = new DataPanel(theme);
    dock.network = new NetworkPanel(theme);
    dock.device = new DevicePanel(theme);
    dock.training = new TrainingPanel(theme);
    const auto add = [&](const char* icon, const char* title, auto* panel) {
        auto* section =
            new Section(theme, QString::fromLatin1(icon), QString::fromLatin1(title), panel);
        section->setSummary(panel->summary());
        QObject::connect(panel, &std::remove_pointer_t<decltype(panel)>::summaryChanged, section,
                         [section, panel] { section->setSummary(panel->summary()); });
        column->addWidget(section);
        dock.sections.push_back(section);
    };
    add("data", "Data", dock.data);
    add("network", "Network", dock.network);
    add("device", "Device", dock.device);
    add("training", "Training", dock.training);
    column->addStretch(1);
    DataPanelState data;
    data.file = QStringLiteral("galsim_lsst_isolated.h5");
    dock.data->setState(data);
    DataPanelFacts facts;
    facts.loaded = true;
    facts.fileSize = QStringLiteral("983 MB");
    facts.count = 10000;
    facts.channels = 6;
    facts.height = facts.width = 64;
    facts.pixelScaleArcsec = 0.2;
    facts.bands = QStringList{"u", "g", "r", "i", "z", "y"};
    facts.images = QStringLiteral("/images");
    facts.layout = QStringLiteral("NCHW");
    facts.targets = {"e1", "e2", "redshift"};
    facts.group = QStringLiteral("cosmos_ident");
    facts.convention = QStringLiteral("(1−q)/(1+q)");
    facts.imageDatasets = QStringList{"/images", "/noiseless"};
    facts.columns = QStringList{"e1", "e2", "hsm_e1", "hsm_e2", "redshift", "cosmos_ident"};
    facts.training = 8000;
    facts.validation = facts.test = 1000;
    facts.notes = QStringList{QStringLiteral("The labels were chosen by their names.")};
    dock.data->setFacts(facts);
    dock.network->setPresets({{"deterministic", "Deterministic", {}}});
    dock.network->setLayers(layers(), {1517217, 1517205, 203e6});
    dock.device->setMemoryCaps({{286, "as the GC2"}});
    dock.device->setDevices(devices());
    MemoryUse use;
    use.batch = 14;
    use.weights = 24;
    use.activations = 73;
    use.limit = 286;
    use.fitsUpTo = 50;
    dock.device->setState({QStringLiteral("cpu"), 0, 286});
    dock.device->setMemory(use);
    dock.training->setRecipes(recipes());
    TrainingPanelState training;
    training.batch = 14;
    training.seed = 20240;
    dock.training->setState(training);
    return dock;
}

QWidget* besideEachOther(const std::vector<QWidget*>& widgets, int width, int height) {
    auto* sheet = new QWidget;
    auto* row = new QHBoxLayout(sheet);
    for (QWidget* widget : widgets) {
        row->addWidget(widget, 0, Qt::AlignTop);
    }
    row->addStretch(1);
    sheet->resize(width, height);
    return sheet;
}

QWidget* dockSheet(const Theme& theme) {
    Dock plain = makeDock(theme), opened = makeDock(theme), failing = makeDock(theme);
    plain.training->setRunning(true);
    plain.training->setEstimate(QStringLiteral("about 32 min"));
    DataPanelState state = opened.data->state();
    opened.sections[1]->setFolded(true);
    opened.data->setProblem(DataPanel::Field::e1,
                            {"There is no column e1_true.", {}, "Choose one of the 6 there are."});
    TrainingPanelState training = opened.training->state();
    training.values.learningRate = 0.002;
    opened.training->setState(training);
    opened.training->setProblem(TrainingPanel::Field::clipNorm, "0.01 stops every step.");

    failing.data->setFacts({});
    state.file = QStringLiteral("legacy_dr10_healpix_1104.h5");
    failing.data->setState(state);
    failing.data->setProblem(
        DataPanel::Field::file,
        {"The images cannot be read.",
         "Dataset image_array (512 × 4 × 160 × 160) is compressed with LZF, filter 32000; the HDF5 "
         "library here has only gzip and szip.",
         "Rewrite the file once: h5repack -f GZIP=4 in.h5 out.h5",
         {"Copy the command", "Other file"}});
    failing.network->setLayers({}, {});
    failing.network->setProblem(
        {"There is no network yet.", "Its input is the shape of the images.", {}, {}});
    MemoryUse use;
    use.batch = 64;
    use.weights = 24;
    use.activations = 335;
    use.limit = 286;
    use.fitsUpTo = 50;
    failing.device->setMemory(use);
    return besideEachOther({plain.widget, opened.widget, failing.widget}, theme.px(1020),
                           theme.px(1080));
}

CutoutDetails details(qint64 row, bool posterior) {
    const CutoutCatalogue& catalogue = *sample().catalogue;
    const auto value = [&](const char* name) {
        const int column = catalogue.table.columnOf(QString::fromLatin1(name));
        return column < 0 ? 0.1
                          : catalogue.table.columns[std::size_t(column)].values[std::size_t(row)];
    };
    CutoutDetails details;
    details.row = row;
    details.title = QStringLiteral("Galaxy %1").arg(catalogue.idOf(row));
    details.place = QStringLiteral("14 of 1,612 in this order");
    details.pixels = sample().pixels(row);
    details.outlines.label = {value("e1"), value("e2")};
    details.outlines.radius = 9;
    details.values = {{"e₁", value("e1"), {}, {}, 3, true},
                      {"e₂", value("e2"), {}, {}, 3, true},
                      {"z", value("redshift"), {}, {}, 3, false}};
    if (posterior) {
        const double offset[] = {0.013, -0.02, 0.03}, sigma[] = {0.031, 0.029, 0.042};
        for (std::size_t i = 0; i < 3; ++i) {
            details.values[i].mean = *details.values[i].label + offset[i];
            details.values[i].sigma = sigma[i];
        }
        details.outlines.posterior = {*details.values[0].mean, *details.values[1].mean};
    }
    details.facts = QStringLiteral("r mag 24.2    SNR %1    half-light radius %2″")
                        .arg(value("snr"), 0, 'f', 0)
                        .arg(value("hlr"), 0, 'f', 2);
    return details;
}

QWidget* cutoutSheet(const Theme& theme, bool band) {
    auto* frame = new QFrame;
    setRole(frame, Role::pane);
    auto* row = new QHBoxLayout(frame);
    row->setContentsMargins(1, 1, 1, 1);
    row->setSpacing(0);
    auto* browser = new CutoutBrowser(theme);
    serve(*browser);
    browser->setCatalogue(sample().catalogue);
    browser->setFilter(QStringLiteral("snr > 25 and hlr < 1.5"));
    browser->setSort(QStringLiteral("snr"), true);
    CutoutDisplay display = browser->display();
    display.crop = 50;
    if (band) {
        display.band = 3;
        browser->setFilter(QStringLiteral("snrr > 25 and"));
    }
    browser->setDisplay(display);
    const qint64 chosen = browser->model()->row(std::min(14, browser->model()->rowCount() - 1));
    browser->select(chosen);
    auto* view = new CutoutView(theme);
    view->setFixedWidth(theme.px(340));
    view->setFormat(sample().catalogue->format);
    view->setDisplay(display);
    view->setDetails(details(chosen, !band));
    row->addWidget(browser, 1);
    row->addWidget(view);
    frame->resize(theme.px(1324), theme.px(540));
    return frame;
}

QWidget* welcomeSheet(const Theme& theme, bool filled) {
    auto* page = new WelcomePage(theme);
    if (filled) {
        QVector<QImage> pictures;
        CutoutDisplay display;
        display.crop = 62;
        const RowTable& table = sample().catalogue->table;
        for (qint64 row = 0; row < table.rows && pictures.size() < 40; ++row) {
            if (table.columns[0].values[std::size_t(row)] > 150) {
                pictures << cutoutImage(sample().catalogue->format, *sample().pixels(row), display,
                                        128);
            }
        }
        page->setGalaxies(pictures);
        page->setDevices({{"Sample CPU, 2 cores", "ready", DeviceColour::green},
                          {"Sample GPU, OpenCL", "ready", DeviceColour::purple}});
        page->setRecent({{"/data/a.h5", "galsim_lsst_isolated.h5", "yesterday"},
                         {"/runs/b", "2026-11-20T09-14-03_deterministic_b8", "done, 30 epochs"}});
    }
    page->resize(theme.px(filled ? 1680 : 1000), theme.px(filled ? 960 : 640));
    return page;
}

QWidget* dialogSheet(const Theme& theme) {
    std::vector<QWidget*> widgets;
    for (int stage = 0; stage < 3; ++stage) {
        auto* dialog = new SimulateDialog(theme);
        dialog->setWindowFlags(Qt::Widget);
        SimulateValues crowded;
        crowded.mostGalaxies = 4;
        dialog->setKinds({{"Deep survey", "Single galaxies as a deep survey shows them.", {}},
                          {"Crowded field", "One to four galaxies in every image.", crowded}});
        dialog->setState({10000, 20240, QStringLiteral("/data/simulated_10000.h5"), stage == 2,
                          stage == 1 ? crowded : SimulateValues(), false});
        dialog->setMegabytesPerImage(0.0983);
        if (stage == 1) {
            dialog->setProgress(3120, 10000, 95);
        } else if (stage == 2) {
            dialog->setFailed({"The file cannot be written.",
                               "/data is read-only.",
                               "Choose another folder.",
                               {}});
        }
        widgets.push_back(dialog);
    }
    return besideEachOther(widgets, theme.px(1520), theme.px(380));
}

QWidget* logSheet(const Theme& theme) {
    auto* log = new LogView(theme);
    const QDateTime start(QDate(2026, 11, 21), QTime(9, 14, 3));
    const QStringList lines{"Opened galsim_lsst_isolated.h5: 10,000 images of 6 × 64 × 64.",
                            "Planned 97 MB for batch 14 on the CPU.",
                            "Epoch 1 of 30: training 1.02, validation 1.10.",
                            "The learning rate is ten times the usual one.",
                            "The loss became NaN at epoch 41, step 88."};
    for (int i = 0; i < lines.size(); ++i) {
        log->append(start.addSecs(7 * i),
                    i == 3   ? LogLevel::warning
                    : i == 4 ? LogLevel::error
                             : LogLevel::information,
                    lines[i]);
    }
    log->resize(theme.px(1000), theme.px(240));
    return log;
}

struct Sheet {
    QString name;
    std::function<QWidget*(const Theme&)> make;
};

std::function<QWidget*(const Theme&)> generated(GeneratedSheet sheet, int width, int height) {
    return [=](const Theme& theme) { return gallery::generatedSheet(theme, sheet, width, height); };
}

const std::vector<Sheet> kSheets = {
    {"dock", dockSheet},
    {"cutouts", [](const Theme& theme) { return cutoutSheet(theme, false); }},
    {"cutouts_band", [](const Theme& theme) { return cutoutSheet(theme, true); }},
    {"welcome", [](const Theme& theme) { return welcomeSheet(theme, true); }},
    {"welcome_small", [](const Theme& theme) { return welcomeSheet(theme, false); }},
    {"simulate", dialogSheet},
    {"log", logSheet},
    {"generated", generated(GeneratedSheet::galaxies, 660, 330)},
    {"generated_close_up", generated(GeneratedSheet::closeUp, 660, 330)},
    {"generated_walk", generated(GeneratedSheet::walk, 660, 330)},
    {"generated_between", generated(GeneratedSheet::between, 1340, 330)},
    {"generated_small", generated(GeneratedSheet::galaxies, 420, 260)},
    {"quality", gallery::qualitySheet},
};

void save(const Theme& theme, const QDir& folder, const QString& suffix) {
    for (const Sheet& sheet : kSheets) {
        const std::unique_ptr<QWidget> widget(sheet.make(theme));
        widget->setAttribute(Qt::WA_StyledBackground);
        widget->setAutoFillBackground(true);
        widget->show();
        for (int i = 0; i < 20; ++i) {
            QApplication::processEvents(QEventLoop::AllEvents, 20);
        }
        widget->grab().save(folder.filePath(sheet.name + suffix + QStringLiteral(".png")));
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
    parser.process(application);
    Theme theme;
    theme.applyToApplication();
    if (parser.isSet(target)) {
        const QDir folder(parser.value(target));
        folder.mkpath(QStringLiteral("."));
        const QString scale = QStringLiteral("_%1x").arg(application.devicePixelRatio());
        save(theme, folder, QStringLiteral("_light") + scale);
        theme.setDark(true);
        save(theme, folder, QStringLiteral("_dark") + scale);
        return 0;
    }
    QTabWidget tabs;
    for (const Sheet& sheet : kSheets) {
        tabs.addTab(sheet.make(theme), sheet.name);
    }
    tabs.resize(1400, 900);
    tabs.show();
    return application.exec();
} catch (const shearbench::Error& error) {
    QTextStream(stderr) << error.what() << '\n';
    return error.exitCode();
}

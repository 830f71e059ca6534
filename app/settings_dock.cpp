// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings_dock.h"

#include <QFrame>
#include <QLocale>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "app/local_devices.h"
#include "app/panel_states.h"
#include "app/reading_words.h"
#include "core/device/self_test_record.h"
#include "core/device/tuning.h"
#include "core/network/presets.h"
#include "widgets/style.h"

namespace shearbench::app {

namespace {

constexpr int kDockWidth = 324;
// What a network is described for until a file says otherwise: the paper's cutouts.
constexpr network::Shape kPaperInput{6, 64, 64};
constexpr double kPaperGc2MemoryMB = 286;

using widgets::DeviceRow;

/// A device tested and measured.
struct Tested {
    device::SelfTest test;
    device::DeviceRates rates;
    std::vector<device::ModeOffer> modes;
};

}  // namespace

SettingsDock::SettingsDock(const widgets::Theme& theme, SessionStore& store, QWidget* parent)
    : QDockWidget(tr("Experiment"), parent), theme_(theme), store_(store) {
    setObjectName(QStringLiteral("settings"));
    setFeatures(DockWidgetMovable | DockWidgetClosable);
    setTitleBarWidget(new QWidget(this));
    buildSections();
    findDevices();
    showExperiment();
}

void SettingsDock::buildSections() {
    data_ = new widgets::DataPanel(theme_);
    network_ = new widgets::NetworkPanel(theme_);
    device_ = new widgets::DevicePanel(theme_);
    training_ = new widgets::TrainingPanel(theme_);

    auto* column = new QWidget;
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    const auto add = [&](const QString& icon, const QString& title, auto* panel) {
        auto* section = new widgets::Section(theme_, icon, title, panel);
        section->setFolded(store_.foldedSections().contains(title));
        const auto summarise = [section, panel] { section->setSummary(panel->summary()); };
        connect(panel, &std::remove_pointer_t<decltype(panel)>::summaryChanged, section, summarise);
        summarise();
        connect(section, &widgets::Section::foldedChanged, this, &SettingsDock::storeFolds);
        layout->addWidget(section);
        sections_.push_back(section);
    };
    add(QStringLiteral("data"), tr("Data"), data_);
    add(QStringLiteral("network"), tr("Network"), network_);
    add(QStringLiteral("device"), tr("Device"), device_);
    add(QStringLiteral("training"), tr("Training"), training_);
    layout->addStretch();

    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setAccessibleName(tr("Experiment"));
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(column);
    // The frame's surface shows through.
    scroll->viewport()->setAutoFillBackground(false);
    column->setAutoFillBackground(false);
    auto* frame = new QFrame;
    widgets::setRole(frame, widgets::Role::pane);
    auto* inner = new QVBoxLayout(frame);
    inner->setContentsMargins(1, 4, 1, 4);
    inner->addWidget(scroll);
    auto* body = new QWidget;
    auto* outer = new QVBoxLayout(body);
    outer->addWidget(frame);
    setWidget(body);
    const auto measure = [this, frame, outer] {
        frame->setFixedWidth(theme_.px(kDockWidth));
        outer->setContentsMargins(theme_.px(8), theme_.px(8), theme_.px(4), theme_.px(4));
    };
    connect(&theme_, &widgets::Theme::changed, frame, measure);
    measure();

    std::vector<widgets::Segmented::Item> presets;
    for (const network::Preset& preset : network::presets())
        presets.push_back({QString::fromStdString(preset.id), QString::fromStdString(preset.title),
                           QString::fromStdString(preset.summary)});
    network_->setPresets(presets);
    device_->setMemoryCaps({{kPaperGc2MemoryMB, tr("as the GC2")}});

    connect(data_, &widgets::DataPanel::edited, this, [this] {
        apply(data_->state(), experiment_);
        Q_EMIT edited();
        Q_EMIT dataEdited();
    });
    connect(data_, &widgets::DataPanel::browseRequested, this, &SettingsDock::browseRequested);
    connect(data_, &widgets::DataPanel::describeRequested, this, &SettingsDock::describeRequested);
    connect(data_, &widgets::DataPanel::problemAction, this,
            [this](widgets::DataPanel::Field, int action) {
                if (action == 0)
                    Q_EMIT browseRequested();
                else
                    Q_EMIT describeRequested();
            });
    connect(network_, &widgets::NetworkPanel::edited, this, [this] {
        const std::string normalisation = experiment_.data.normalisation;
        choosePreset(experiment_, network_->state().preset.toStdString());
        showTraining();
        showNetwork();
        if (experiment_.data.normalisation != normalisation)
            Q_EMIT dataEdited();
        Q_EMIT edited();
    });
    connect(network_, &widgets::NetworkPanel::bayesianChosen, this,
            [this](const QString& layer, bool on) {
                std::vector<std::string>& fixed = experiment_.network.fixedLayers;
                fixed.erase(std::remove(fixed.begin(), fixed.end(), layer.toStdString()),
                            fixed.end());
                if (!on)
                    fixed.push_back(layer.toStdString());
                showNetwork();
                Q_EMIT edited();
            });
    connect(device_, &widgets::DevicePanel::edited, this, [this] {
        apply(device_->state(), experiment_);
        showMemory();
        Q_EMIT edited();
    });
    connect(device_, &widgets::DevicePanel::selfTestRequested, this,
            [this](const QString& id) { testDevice(id, true); });
    connect(device_, &widgets::DevicePanel::profileRequested, this,
            &SettingsDock::profileRequested);
    connect(device_, &widgets::DevicePanel::tuneRequested, this, &SettingsDock::tuneRequested);
    connect(device_, &widgets::DevicePanel::batchSuggested, this, [this](int batch) {
        experiment_.training.batch = batch;
        showExperiment();
        Q_EMIT edited();
    });
    connect(training_, &widgets::TrainingPanel::edited, this, [this] {
        const std::string normalisation = experiment_.data.normalisation;
        apply(training_->state(), experiment_);
        if (experiment_.data.normalisation != normalisation) {
            experiment_.data.normalisationScale.clear();
            Q_EMIT dataEdited();
        }
        showMemory();
        Q_EMIT edited();
    });
}

void SettingsDock::storeFolds() {
    QStringList folded;
    for (const widgets::Section* section : sections_)
        if (section->isFolded())
            folded << section->title();
    store_.setFoldedSections(folded);
}

void SettingsDock::findDevices() {
    if (device::devicesFound()) {
        showDevices();
        return;
    }
    // Drivers take long to load, the worst of them most of a minute.
    tester_.run([] { return device::allDevices().size(); }, [this](std::size_t) { showDevices(); },
                [](const Failure&) {});
}

void SettingsDock::showDevices() {
    for (const LocalDevice& local : localDevices(colours_)) {
        deviceRows_.push_back(deviceRow(local.device->info(), local.colour, local.sameChip));
        deviceRows_.back().tunable =
            dynamic_cast<const device::Tunable*>(local.device.get()) != nullptr;
    }
    device_->setDevices(deviceRows_);
    device_->setAbsent(absentProblem(device::absentDevices()));
    for (const DeviceRow& row : std::vector<DeviceRow>(deviceRows_))
        testDevice(row.id, false);
    showMemory();
    Q_EMIT devicesFound();
}

void SettingsDock::testDevice(const QString& id, bool again) {
    const auto rowOf = [this](const QString& wanted) {
        return std::find_if(deviceRows_.begin(), deviceRows_.end(),
                            [&](const DeviceRow& row) { return row.id == wanted; });
    };
    if (rowOf(id) == deviceRows_.end())
        return;
    rowOf(id)->check = DeviceRow::Check::running;
    device_->setDevices(deviceRows_);
    tester_.run(
        [id, again] {
            const auto device = device::findDevice(id.toStdString());
            return Tested{again ? device::repeatSelfTest(*device) : device::onceSelfTest(*device),
                          device->measure(0), device::modesOf(*device, again)};
        },
        [this, id, rowOf](const Tested& tested) {
            DeviceRow& row = *rowOf(id);
            row.check = tested.test.passed ? DeviceRow::Check::passed : DeviceRow::Check::failed;
            row.checkTip = QString::fromStdString(tested.test.sentence);
            row.rate = QLocale(QLocale::English).toString(tested.rates.gflops, 'f', 0) +
                       QStringLiteral(" GFLOP/s");
            for (const device::ModeOffer& offer : tested.modes)
                if (offer.device)
                    showMode(offer);
            device_->setDevices(deviceRows_);
            Q_EMIT devicesChanged();
        },
        [this, id, rowOf](const Failure& failure) {
            rowOf(id)->check = DeviceRow::Check::failed;
            rowOf(id)->checkTip = failure.sentence;
            device_->setDevices(deviceRows_);
            Q_EMIT devicesChanged();
        });
}

void SettingsDock::showMode(const device::ModeOffer& offer) {
    const device::DeviceInfo& info = offer.device->info();
    const QString id = QString::fromStdString(info.id);
    auto row = std::find_if(deviceRows_.begin(), deviceRows_.end(),
                            [&](const DeviceRow& other) { return other.id == id; });
    if (row == deviceRows_.end())
        row = deviceRows_.insert(
            row, deviceRow(info, colours_.colourOf(id, widgets::DeviceColours::Kind::other), true));
    row->check = DeviceRow::Check::passed;
    row->checkTip = QString::fromStdString(offer.sentence);
}

void SettingsDock::setExperiment(const Experiment& experiment) {
    experiment_ = experiment;
    showExperiment();
}

bool SettingsDock::isValid() const {
    return data_->isValid() && device_->isValid() && training_->isValid();
}

void SettingsDock::showExperiment() {
    data_->setState(dataState(experiment_));
    network_->setState({QString::fromStdString(experiment_.network.preset)});
    device_->setState(deviceState(experiment_));
    showTraining();
    showNetwork();
}

void SettingsDock::showTraining() {
    training_->setRecipes(recipes(experiment_));
    training_->setState(trainingState(experiment_));
}

void SettingsDock::showDataset(const std::shared_ptr<const Dataset>& dataset) {
    dataset_ = dataset;
    data_->clearProblems();
    data_->setFacts(dataset ? dataFacts(*dataset) : widgets::DataPanelFacts());
    showNetwork();
}

void SettingsDock::showDataFailure(const Failure& failure) {
    data_->setProblem(widgets::DataPanel::Field::file, dataProblem(failure));
}

void SettingsDock::showDeviceFailure(const Failure& failure) {
    widgets::Problem problem;
    problem.sentence = failure.sentence;
    problem.remedy = failure.remedy;
    device_->setProblem(problem);
}

void SettingsDock::setRunning(bool running) {
    data_->setRunning(running);
    network_->setRunning(running);
    device_->setRunning(running);
    training_->setRunning(running);
}

void SettingsDock::showNetwork() {
    network::Shape input = kPaperInput;
    if (dataset_)
        input = {dataset_->schema().channels, dataset_->schema().height, dataset_->schema().width};
    try {
        std::vector<widgets::NetworkPart> parts = networkParts(experiment_.network, input);
        network_->setProblem({});
        network_->setParts(std::move(parts), partsRemark(experiment_.network, input));
    } catch (const Error& error) {
        network_->setProblem(
            {QString::fromUtf8(error.what()), {}, QString::fromStdString(error.remedy()), {}});
    }
    showMemory();
}

void SettingsDock::showMemory() {
    if (!device::devicesFound())
        return;  // when they are
    network::Shape input = kPaperInput;
    if (dataset_)
        input = {dataset_->schema().channels, dataset_->schema().height, dataset_->schema().width};
    try {
        const network::Network net = network::makeNetwork(experiment_.network, input);
        device_->setMemory(memoryUse(*device::findDevice(experiment_.device.id), net, experiment_));
        device_->setProblem({});
    } catch (const Error& error) {
        device_->setMemory(std::nullopt);
        if (error.kind() == ErrorKind::device)
            showDeviceFailure(
                {QString::fromUtf8(error.what()), QString::fromStdString(error.remedy())});
    }
}

}  // namespace shearbench::app

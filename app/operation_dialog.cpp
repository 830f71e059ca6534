// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/operation_dialog.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>
#include <utility>

#include "core/benchmark/environment.h"
#include "core/network/presets.h"
#include "core/training_command.h"
#include "widgets/note.h"
#include "widgets/number_text.h"
#include "widgets/style.h"

namespace shearbench::app {

namespace {

constexpr int kWidth = 980, kHeight = 760, kGap = 8, kMargin = 12, kMostBatch = 4096;
constexpr double kSmallestPart = 0.0005;

QString titleOf(device::ProfilePhase phase) {
    switch (phase) {
        case device::ProfilePhase::forward:
            return OperationDialog::tr("Forward");
        case device::ProfilePhase::loss:
            return OperationDialog::tr("Loss");
        case device::ProfilePhase::backward:
            return OperationDialog::tr("Backward");
        case device::ProfilePhase::update:
            break;
    }
    return OperationDialog::tr("Update");
}

QLabel* fieldLabel(const QString& text, QWidget* field) {
    auto* label = new QLabel(text);
    widgets::setRole(label, widgets::Role::field);
    label->setBuddy(field);
    return label;
}

}  // namespace

widgets::OperationScene operationScene(const device::StepProfile& found,
                                       widgets::DeviceColour colour) {
    widgets::OperationScene scene;
    scene.stepSeconds = found.profile.stepSeconds;
    scene.colour = colour;
    for (const device::ProfilePhase phase :
         {device::ProfilePhase::forward, device::ProfilePhase::loss, device::ProfilePhase::backward,
          device::ProfilePhase::update}) {
        widgets::OperationGroup group{titleOf(phase), {}};
        for (const device::ProfileItem& item : found.profile.items)
            if (item.phase == phase && item.seconds > kSmallestPart * scene.stepSeconds)
                group.rows.push_back({QString::fromStdString(item.name),
                                      QString::fromStdString(item.method), item.seconds,
                                      item.operations / item.seconds / 1e9,
                                      found.shareOfPeak(item.operations, item.seconds),
                                      item.bytes / item.seconds / 1e9});
        if (!group.rows.empty())
            scene.groups.push_back(std::move(group));
    }
    return scene;
}

OperationDialog::OperationDialog(const widgets::Theme& theme, QWidget* parent)
    : QDialog(parent), theme_(theme) {
    setWindowTitle(tr("Where a step's time goes"));
    widgets::DeviceColours colours;
    devices_ = localDevices(colours);
    build();
    fillChoices();
    resize(theme.px(kWidth), theme.px(kHeight));
    showState();
}

void OperationDialog::build() {
    network_ = new QComboBox;
    device_ = new QComboBox;
    batch_ = new QSpinBox;
    threads_ = new QSpinBox;
    measure_ = new QPushButton(tr("Measure"));
    widgets::setRole(measure_, widgets::Role::primary);
    auto* row = new QHBoxLayout;
    row->setSpacing(theme_.px(kGap));
    const auto addField = [&](const QString& text, QWidget* field) {
        row->addWidget(fieldLabel(text, field));
        row->addWidget(field);
        field->setAccessibleName(text);
    };
    addField(tr("Network"), network_);
    addField(tr("Device"), device_);
    addField(tr("Batch"), batch_);
    addField(tr("Threads"), threads_);
    row->addStretch();
    row->addWidget(measure_);

    summary_ = new QLabel;
    summary_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    widgets::setRole(summary_, widgets::Role::strong);
    note_ = new widgets::Note(theme_);
    note_->hide();
    chart_ = new widgets::OperationChart(theme_);
    auto* frame = new QFrame;
    widgets::setRole(frame, widgets::Role::pane);
    auto* inner = new QVBoxLayout(frame);
    inner->setContentsMargins(theme_.px(kMargin), theme_.px(kGap), theme_.px(kMargin),
                              theme_.px(kGap));
    inner->addWidget(chart_);
    remark_ = new QLabel(
        tr("GFLOP/s count a multiply-add as two, as the layer's definition has them. Winograd's "
           "algorithm needs fewer, so it can exceed the peak."));
    widgets::setRole(remark_, widgets::Role::caption);
    remark_->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    copyNumbers_ = buttons->addButton(tr("Copy numbers"), QDialogButtonBox::ActionRole);
    copyCommand_ = buttons->addButton(tr("Copy command"), QDialogButtonBox::ActionRole);

    auto* column = new QVBoxLayout(this);
    const int margin = theme_.px(kMargin);
    column->setContentsMargins(margin, margin, margin, margin);
    column->setSpacing(theme_.px(kGap));
    column->addLayout(row);
    column->addWidget(note_);
    column->addWidget(summary_);
    column->addWidget(frame, 1);
    column->addWidget(remark_);
    column->addWidget(buttons);
    connect(measure_, &QPushButton::clicked, this, &OperationDialog::measure);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(copyNumbers_, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(chart_->csv()); });
    connect(copyCommand_, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(command()); });
}

void OperationDialog::fillChoices() {
    for (const network::Preset& preset : network::presets())
        network_->addItem(QString::fromStdString(preset.title), QString::fromStdString(preset.id));
    network_->addItem(tr("Flow of the generative"), QStringLiteral("flow"));
    for (const LocalDevice& local : devices_) {
        const device::DeviceInfo& info = local.device->info();
        device_->addItem(QString::fromStdString(info.name + ", " + info.backend),
                         QString::fromStdString(info.id));
    }
    batch_->setRange(1, kMostBatch);
    threads_->setRange(0, 1024);
    threads_->setSpecialValueText(tr("all"));
}

void OperationDialog::start(const Experiment& experiment, const network::Shape& input, bool busy) {
    const auto choose = [](QComboBox* box, const std::string& id) {
        box->setCurrentIndex(std::max(0, box->findData(QString::fromStdString(id))));
    };
    if (!measuring_) {
        input_ = input;
        batch_->setValue(experiment.training.batch);
        threads_->setValue(experiment.device.threads);
        choose(network_, experiment.network.preset);
        choose(device_, experiment.device.id);
    }
    QDialog::show();
    raise();
    setBusy(busy);
    measure();
}

void OperationDialog::setBusy(bool busy) {
    busy_ = busy;
    showState();
}

void OperationDialog::showState() {
    measure_->setEnabled(!busy_ && !measuring_);
    const bool shown = !scene_.groups.empty();
    copyNumbers_->setEnabled(shown);
    if (measuring_)
        summary_->setText(tr("Measuring; this takes a few seconds."));
    else if (busy_ && !shown)
        summary_->setText(tr("A training or benchmark is running: measure when it has ended."));
    else if (!shown)
        summary_->clear();
}

void OperationDialog::measure() {
    if (busy_ || measuring_)
        return;
    measuring_ = true;
    note_->hide();
    showState();
    const LocalDevice local = devices_[static_cast<std::size_t>(device_->currentIndex())];
    device::StepProfileRequest request;
    request.batch = batch_->value();
    request.threads = threads_->value();
    background_.run(
        [local, request, input = input_, id = network_->currentData().toString().toStdString()] {
            benchmark::ForeignLoad others;
            device::StepProfile found =
                device::profileSteps(*local.device, network::makePreset(id, input), request);
            return std::pair(std::move(found),
                             benchmark::sharedMachineSentence(others.cores().value_or(0)));
        },
        [this, colour = local.colour](const auto& measuredNow) {
            const auto& [found, shared] = measuredNow;
            measuring_ = false;
            scene_ = operationScene(found, colour);
            showFound(found);
            if (!shared.empty()) {
                note_->setError(QString::fromStdString(shared), {},
                                widgets::Note::Severity::warning);
                note_->show();
            }
            showState();
            Q_EMIT measured();
        },
        [this](const Failure& failure) {
            measuring_ = false;
            scene_ = {};
            chart_->setScene(scene_);
            note_->setError(failure.sentence, failure.remedy);
            note_->show();
            showState();
            Q_EMIT measured();
        });
}

void OperationDialog::showFound(const device::StepProfile& found) {
    using widgets::fixedText;
    const device::Profile& profile = found.profile;
    chart_->setScene(scene_);
    summary_->setText(
        tr("%1 images/s, %2 ms a step, medians of %3 steps. Peak measured now: %4 "
           "GFLOP/s, %5 GB/s.")
            .arg(fixedText(profile.batch / profile.stepSeconds, 0),
                 fixedText(1e3 * profile.stepSeconds, 2))
            .arg(profile.steps)
            .arg(fixedText(found.rates.gflops, 0), fixedText(found.rates.gigabytesPerSecond, 0)) +
        (profile.launches > 0 ? tr(" %1 kernels launched a step.").arg(profile.launches)
                              : QString()));
}

/// As it stands in the fields now.
QString OperationDialog::command() const {
    const auto word = [](const QComboBox* box) {
        return QString::fromStdString(shellWord(box->currentData().toString().toStdString()));
    };
    QString text = QStringLiteral("shearbench-cli profile --device %1 --network %2 --batch %3")
                       .arg(word(device_), word(network_))
                       .arg(batch_->value());
    if (threads_->value() > 0)
        text += QStringLiteral(" --threads %1").arg(threads_->value());
    if (input_.channels != 6)
        text += QStringLiteral(" --bands %1").arg(input_.channels);
    if (input_.height != 64)
        text += QStringLiteral(" --size %1").arg(input_.height);
    return text;
}

}  // namespace shearbench::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tune_dialog.h"

#include <QApplication>
#include <QClipboard>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "core/device/check_device.h"
#include "core/device/registry.h"
#include "core/network/presets.h"
#include "core/training_command.h"
#include "widgets/note.h"
#include "widgets/number_text.h"
#include "widgets/style.h"
#include "widgets/tune_table.h"

namespace shearbench::app {

namespace {

constexpr int kWidth = 680, kHeight = 480, kGap = 8, kMargin = 12, kBarHeight = 4;
constexpr int kSeconds = 30, kMostSeconds = 3600, kPollMilliseconds = 100;

/// The experiment's, or the one that trains where another checks it.
std::string deviceOf(const Experiment& experiment) {
    const auto check = device::readCheckId(experiment.device.id);
    return check ? check->first : experiment.device.id;
}

widgets::TuneRow rowOf(const device::TunedItem& item) {
    // "conv3, conv4 (32 x 64 x 64 to 32)".
    QString name = QString::fromStdString(item.name);
    name.replace(QStringLiteral(" x "), QStringLiteral(" × "));
    return {name, item.secondsBefore, item.secondsAfter, item.tried, item.refused};
}

}  // namespace

TuneDialog::TuneDialog(const widgets::Theme& theme, QWidget* parent)
    : QDialog(parent), theme_(theme) {
    setWindowTitle(tr("Tune a device"));
    build();
    resize(theme.px(kWidth), theme.px(kHeight));
    timer_.setInterval(kPollMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &TuneDialog::poll);
    showState();
}

TuneDialog::~TuneDialog() {
    if (board_)
        board_->cancelled = true;
}

void TuneDialog::build() {
    what_ = new QLabel;
    widgets::setRole(what_, widgets::Role::strong);
    auto* remark = new QLabel(
        tr("A layer can be computed in many ways, and which is the fastest depends on the device. "
           "Every way tried is checked against sums in double precision before it counts."));
    remark->setWordWrap(true);
    widgets::setRole(remark, widgets::Role::remark);

    seconds_ = new QSpinBox;
    seconds_->setRange(1, kMostSeconds);
    seconds_->setValue(kSeconds);
    seconds_->setSuffix(tr(" s"));
    seconds_->setAccessibleName(tr("Seconds"));
    seconds_->setToolTip(tr("The longest it may take; more time, more ways tried"));
    auto* label = new QLabel(tr("At &most"));
    label->setBuddy(seconds_);
    widgets::setRole(label, widgets::Role::field);
    begin_ = new QPushButton(tr("&Tune"));
    widgets::setRole(begin_, widgets::Role::primary);
    begin_->setDefault(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(theme_.px(kGap));
    row->addWidget(label);
    row->addWidget(seconds_);
    row->addStretch();
    row->addWidget(begin_);

    bar_ = new QProgressBar;
    bar_->setRange(0, 1000);
    bar_->setTextVisible(false);
    bar_->setFixedHeight(theme_.px(kBarHeight));
    bar_->setAccessibleName(tr("Share of the time that is over"));
    summary_ = new QLabel;
    summary_->setWordWrap(true);
    summary_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    note_ = new widgets::Note(theme_);
    note_->hide();
    table_ = new widgets::TuneTable(theme_);
    auto* frame = new QFrame;
    widgets::setRole(frame, widgets::Role::pane);
    auto* inner = new QVBoxLayout(frame);
    inner->setContentsMargins(theme_.px(kMargin), theme_.px(kGap), theme_.px(kMargin),
                              theme_.px(kGap));
    inner->addWidget(table_);
    copyCommand_ = new QPushButton(tr("Copy command"));
    copyCommand_->setToolTip(tr("The command line that does the same"));
    cancel_ = new QPushButton;
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(theme_.px(kGap));
    buttons->addWidget(copyCommand_);
    buttons->addStretch();
    buttons->addWidget(cancel_);

    auto* column = new QVBoxLayout(this);
    const int margin = theme_.px(kMargin);
    column->setContentsMargins(margin, margin, margin, margin);
    column->setSpacing(theme_.px(kGap));
    column->addWidget(what_);
    column->addWidget(remark);
    column->addLayout(row);
    column->addWidget(bar_);
    column->addWidget(summary_);
    column->addWidget(note_);
    column->addWidget(frame, 1);
    column->addLayout(buttons);
    for (QPushButton* button : {copyCommand_, cancel_})
        button->setAutoDefault(false);
    connect(begin_, &QPushButton::clicked, this, &TuneDialog::begin);
    connect(cancel_, &QPushButton::clicked, this, &TuneDialog::reject);
    connect(copyCommand_, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(command()); });
}

void TuneDialog::setSeconds(int seconds) {
    seconds_->setValue(seconds);
}

void TuneDialog::open(const Experiment& experiment, const network::Shape& input) {
    if (!tuning_) {
        const bool other = deviceOf(experiment) != deviceOf(experiment_) ||
                           !(experiment.network == experiment_.network) ||
                           experiment.training.batch != experiment_.training.batch;
        experiment_ = experiment;
        input_ = input;
        if (other) {
            items_.clear();
            showItems();
            summary_->setText(tr("What each shape of layers gains will be listed here."));
            note_->hide();
            bar_->setValue(0);
        }
        const auto device = device::findDevice(deviceOf(experiment));
        what_->setText(tr("%1: %2 network, batch %3")
                           .arg(QString::fromStdString(device->info().name),
                                QString::fromStdString(experiment.network.preset))
                           .arg(experiment.training.batch));
    }
    showState();
    // The window waits: what is measured would be disturbed.
    QDialog::open();
    begin_->setFocus();
}

void TuneDialog::begin() {
    if (tuning_)
        return;
    tuning_ = true;
    items_.clear();
    showItems();
    note_->hide();
    const auto board = board_ = std::make_shared<Board>();
    device::TuningRequest request;
    request.batch = experiment_.training.batch;
    request.seconds = seconds_->value();
    request.proceed = [board](double done, const std::string& doing) {
        const std::lock_guard lock(board->mutex);
        board->done = done;
        board->doing = doing;
        return !board->cancelled;
    };
    request.measured = [board](const device::TunedItem& item) {
        const std::lock_guard lock(board->mutex);
        if (board->items.empty() || board->items.back().name != item.name)
            board->items.push_back(item);
        else
            board->items.back() = item;
    };
    background_.run(
        [request, experiment = experiment_, input = input_] {
            return device::tune(*device::findDevice(deviceOf(experiment)),
                                network::makeNetwork(experiment.network, input), request);
        },
        [this](const device::TuningReport& report) { showFound(report); },
        [this](const Failure& failure) { showFailure(failure); });
    timer_.start();
    poll();
    showState();
}

void TuneDialog::reject() {
    if (!tuning_) {
        QDialog::reject();
        return;
    }
    board_->cancelled = true;
    showState();
}

void TuneDialog::poll() {
    if (!tuning_)
        return;
    {
        const std::lock_guard lock(board_->mutex);
        items_ = board_->items;
        bar_->setValue(qRound(1000 * board_->done));
        const QString layers = QString::fromStdString(board_->doing)
                                   .section(QLatin1Char(':'), 0, 0)
                                   .section(QLatin1String(" ("), 0, 0);
        summary_->setText(board_->cancelled  ? tr("Ending with the way in hand.")
                          : layers.isEmpty() ? tr("Beginning.")
                                             : tr("Measuring %1.").arg(layers));
    }
    showItems();
}

void TuneDialog::showItems() {
    std::vector<widgets::TuneRow> rows;
    for (const device::TunedItem& item : items_)
        rows.push_back(rowOf(item));
    table_->setRows(rows);
}

void TuneDialog::showFound(const device::TuningReport& report) {
    tuning_ = false;
    timer_.stop();
    items_ = report.items;
    showItems();
    double before = 0, after = 0;
    for (const device::TunedItem& item : items_) {
        before += item.secondsBefore;
        after += item.secondsAfter;
    }
    QString text;
    if (items_.empty())
        text = tr("Cancelled before anything was measured.");
    else if (after < before)
        text = tr("The convolutions of a step take %1 ms instead of %2 ms, %3 times as fast.")
                   .arg(widgets::shortText(1e3 * after), widgets::shortText(1e3 * before),
                        widgets::fixedText(before / after, 2));
    else
        text = tr("Nothing tried was faster than what the device begins with.");
    if (!items_.empty() && !report.complete)
        text += board_->cancelled ? tr(" It was ended before everything was tried.")
                                  : tr(" The time ended before everything was tried.");
    if (after < before)
        text += report.kept ? tr(" Trainings on this device use it from now on.")
                            : tr(" It could not be kept for the next start: no folder for caches "
                                 "can be written to.");
    summary_->setText(text);
    bar_->setValue(0);
    showState();
    Q_EMIT ended();
}

void TuneDialog::showFailure(const Failure& failure) {
    tuning_ = false;
    timer_.stop();
    note_->setError(failure.sentence, failure.remedy);
    note_->show();
    summary_->clear();
    bar_->setValue(0);
    showState();
    Q_EMIT ended();
}

void TuneDialog::showState() {
    begin_->setEnabled(!tuning_);
    seconds_->setEnabled(!tuning_);
    const bool ending = tuning_ && board_->cancelled;
    cancel_->setEnabled(!ending);
    cancel_->setText(tuning_ ? tr("&Cancel") : tr("&Close"));
    cancel_->setToolTip(tuning_ ? tr("Keeps what was found so far") : QString());
    summary_->setVisible(tuning_ || !summary_->text().isEmpty());
}

/// As the fields say now.
QString TuneDialog::command() const {
    QString text = QStringLiteral("shearbench-cli tune --device %1 --network %2 --batch %3")
                       .arg(QString::fromStdString(shellWord(deviceOf(experiment_))),
                            QString::fromStdString(experiment_.network.preset))
                       .arg(experiment_.training.batch);
    if (seconds_->value() != kSeconds)
        text += QStringLiteral(" --seconds %1").arg(seconds_->value());
    if (input_.channels != 6)
        text += QStringLiteral(" --bands %1").arg(input_.channels);
    if (input_.height != 64)
        text += QStringLiteral(" --size %1").arg(input_.height);
    return text;
}

}  // namespace shearbench::app

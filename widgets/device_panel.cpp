// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/device_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

#include "widgets/form.h"
#include "widgets/icon.h"
#include "widgets/number_edit.h"
#include "widgets/number_text.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

constexpr double kLargestCapMB = 1e7;

QString capText(double megabytes, const QString& remark) {
    if (megabytes <= 0) {
        return DevicePanel::tr("none");
    }
    const QString size = DevicePanel::tr("%1 MB").arg(plainNumber(megabytes));
    return remark.isEmpty() ? size : DevicePanel::tr("%1, %2").arg(size, remark);
}

}  // namespace

DevicePanel::DevicePanel(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      list_(new DeviceList(theme, this)),
      absentNote_(new Note(theme, this)),
      deviceNote_(new Note(theme, this)),
      memoryNote_(new Note(theme, this)),
      below_(new QWidget(this)),
      form_(new Form(theme, below_)),
      threads_(new QSpinBox(form_)),
      capRow_(new QWidget(form_)),
      cap_(new QComboBox(capRow_)) {
    bar_ = new MemoryBar(theme, below_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(list_);
    column->addWidget(below_);
    auto* inner = new QVBoxLayout(below_);
    inner->addWidget(absentNote_);
    inner->addWidget(deviceNote_);
    inner->addWidget(bar_);
    inner->addWidget(memoryNote_);
    inner->addWidget(form_);
    absentNote_->hide();
    deviceNote_->hide();
    memoryNote_->hide();
    form_->setLabelWidth(78);
    threads_->setSpecialValueText(tr("all"));
    form_->addRow(tr("Threads"), threads_);
    cap_->setEditable(true);
    cap_->setInsertPolicy(QComboBox::NoInsert);
    cap_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    cap_->setMinimumContentsLength(8);
    cap_->setToolTip(tr("Pretend to be a smaller device; in MB of a million bytes."));
    cap_->lineEdit()->setAccessibleName(tr("Memory cap"));
    profile_ = new QToolButton(capRow_);
    setRole(profile_, Role::mini);
    profile_->setIcon(themeIcon(theme, QStringLiteral("benchmark")));
    profile_->setToolTip(tr("Where a step's time goes"));
    profile_->setAccessibleName(profile_->toolTip());
    connect(profile_, &QToolButton::clicked, this, &DevicePanel::profileRequested);
    auto* beside = new QHBoxLayout(capRow_);
    beside->setContentsMargins(0, 0, 0, 0);
    beside->addWidget(cap_, 1);
    beside->addWidget(profile_);
    form_->addRow(tr("Memory cap"), capRow_)->setBuddy(cap_);
    checkedBy_ = new QComboBox(form_);
    checkedBy_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    checkedBy_->setMinimumContentsLength(8);
    checkedBy_->setToolTip(
        tr("Makes every training step on a second device too and compares all "
           "numbers; takes as long as both together."));
    form_->addRow(tr("Checked by"), checkedBy_);
    connect(checkedBy_, QOverload<int>::of(&QComboBox::activated), this, [this](int index) {
        const QString id = checkedBy_->itemData(index).toString();
        if (id != state_.checkedBy) {
            state_.checkedBy = id;
            Q_EMIT edited();
        }
    });
    tune_ = new QPushButton(tr("Tune…"), form_);
    tune_->setToolTip(
        tr("Tries other ways to compute this network's layers on this device and "
           "keeps the fastest"));
    connect(tune_, &QPushButton::clicked, this, &DevicePanel::tuneRequested);
    form_->addRow(tr("Speed"), tune_);

    connect(list_, &DeviceList::chosen, this, [this](const QString& id) {
        state_.id = id;
        if (state_.checkedBy == id) {
            state_.checkedBy.clear();
        }
        showDevice();
        Q_EMIT edited();
    });
    connect(list_, &DeviceList::selfTestRequested, this, &DevicePanel::selfTestRequested);
    connect(threads_, QOverload<int>::of(&QSpinBox::valueChanged), this, [this](int threads) {
        if (threads != state_.threads) {
            state_.threads = threads;
            Q_EMIT edited();
        }
    });
    connect(cap_, QOverload<int>::of(&QComboBox::activated), this,
            [this](int index) { takeCap(cap_->itemData(index).toDouble()); });
    connect(cap_->lineEdit(), &QLineEdit::editingFinished, this,
            [this] { readCap(cap_->currentText()); });
    connect(deviceNote_, &Note::buttonPressed, this, &DevicePanel::problemAction);
    connect(memoryNote_, &Note::buttonPressed, this, &DevicePanel::takeOffer);
    connect(&theme, &Theme::changed, this, &DevicePanel::measure);
    measure();
    setMemoryCaps({});
    showDevice();
}

void DevicePanel::measure() {
    layout()->setSpacing(theme_.px(6));
    below_->layout()->setContentsMargins(theme_.px(8), 0, theme_.px(8), 0);
    below_->layout()->setSpacing(theme_.px(6));
    capRow_->layout()->setSpacing(theme_.px(4));
    profile_->setFixedSize(theme_.px(24), theme_.px(24));
    profile_->setIconSize({theme_.px(16), theme_.px(16)});
}

void DevicePanel::setDevices(const std::vector<DeviceRow>& devices) {
    devices_ = int(devices.size());
    list_->setDevices(devices);
    list_->setCurrent(state_.id);
    showDevice();
    Q_EMIT summaryChanged();
}

void DevicePanel::setMemoryCaps(const std::vector<MemoryCapChoice>& choices) {
    const QSignalBlocker quiet(cap_);
    caps_ = choices;
    cap_->clear();
    cap_->addItem(capText(0, {}), 0.0);
    for (const MemoryCapChoice& choice : choices) {
        cap_->addItem(capText(choice.megabytes, choice.remark), choice.megabytes);
    }
    showCap();
}

void DevicePanel::setState(const DevicePanelState& state) {
    state_ = state;
    list_->setCurrent(state.id);
    showDevice();
    showCap();
    showMemoryNote();
}

DevicePanelState DevicePanel::state() const {
    return state_;
}

bool DevicePanel::isValid() const {
    return !form_->hasProblems() && list_->device(state_.id) != nullptr &&
           (state_.checkedBy.isEmpty() || list_->device(state_.checkedBy) != nullptr);
}

void DevicePanel::showDevice() {
    const DeviceRow* device = list_->device(state_.id);
    const int most = device != nullptr ? device->maxThreads : 0;
    const QSignalBlocker quiet(threads_);
    threads_->setRange(0, std::max(most, state_.threads));
    threads_->setSpecialValueText(most > 0 ? tr("all %1").arg(most) : tr("all"));
    threads_->setValue(state_.threads);
    form_->setRowVisible(threads_, most > 0);
    form_->setRowVisible(tune_, device != nullptr && device->tunable);
    fillCheckers();
    if (device != nullptr) {
        bar_->setDeviceColour(device->colour);
    }
}

/// All but the chosen one.
void DevicePanel::fillCheckers() {
    const QSignalBlocker quiet(checkedBy_);
    checkedBy_->clear();
    checkedBy_->addItem(tr("nothing"), QString());
    for (const DeviceRow& device : list_->devices()) {
        if (device.id != state_.id) {
            // Names may be the same, of one chip computing in two ways.
            checkedBy_->addItem(tr("%1: %2").arg(device.id, device.name), device.id);
            checkedBy_->setItemData(checkedBy_->count() - 1, device.detail, Qt::ToolTipRole);
        }
    }
    checkedBy_->setCurrentIndex(checkedBy_->findData(state_.checkedBy));
}

void DevicePanel::setCapProblem(const QString& text) {
    form_->setProblem(capRow_, text);
    setBad(cap_, !text.isEmpty());
    cap_->setAccessibleDescription(text);
}

void DevicePanel::showCap() {
    const QSignalBlocker quiet(cap_);
    const int index = cap_->findData(state_.memoryCapMB);
    cap_->setCurrentIndex(index);
    if (index < 0) {
        cap_->setEditText(capText(state_.memoryCapMB, {}));
    }
    cap_->lineEdit()->setCursorPosition(0);  // of what is too long the number is seen
    setCapProblem({});
}

/// "none", "286", "286 MB", "0.5 GB", or the text of a choice.
void DevicePanel::readCap(const QString& text) {
    const int choice = cap_->findText(text);
    if (choice >= 0) {
        takeCap(cap_->itemData(choice).toDouble());
        return;
    }
    QString number = text.trimmed().toLower().remove(',');
    double factor = 1;
    if (number.endsWith(QLatin1String("gb"))) {
        factor = 1000;
    }
    if (factor > 1 || number.endsWith(QLatin1String("mb"))) {
        number.chop(2);
    }
    bool good = number.isEmpty();
    const double value = good ? 0 : QLocale::c().toDouble(number.trimmed(), &good) * factor;
    if (!good || !(value >= 0) || value > kLargestCapMB) {
        setCapProblem(tr("A number of MB, such as 286, or none."));
        return;
    }
    takeCap(value);
}

void DevicePanel::takeCap(double megabytes) {
    const bool other = megabytes != state_.memoryCapMB;
    state_.memoryCapMB = megabytes;
    showCap();
    if (other) {
        Q_EMIT edited();
    }
}

void DevicePanel::setMemory(const std::optional<MemoryUse>& use) {
    memory_ = use;
    bar_->setUse(use);
    showMemoryNote();
}

void DevicePanel::showMemoryNote() {
    Problem problem;
    if (memory_ && !memory_->fits()) {
        const auto size = [](double megabytes) { return bytesText(quint64(megabytes * 1e6)); };
        problem.sentence = tr("Batch %1 does not fit.").arg(countText(memory_->batch));
        const bool capped = state_.memoryCapMB > 0;
        problem.cause = (capped ? tr("It needs %1; the cap for this device is %2.")
                                : tr("It needs %1; this device has %2."))
                            .arg(size(memory_->total()), size(memory_->limit));
        if (memory_->fitsUpTo > 0) {
            problem.actions << tr("Use batch %1").arg(countText(memory_->fitsUpTo));
        }
        if (capped) {
            problem.actions << tr("Remove the cap");
        }
    }
    showProblem(*memoryNote_, problem, Note::Severity::warning);
}

void DevicePanel::takeOffer(int action) {
    if (memory_ && memory_->fitsUpTo > 0 && action == 0) {
        Q_EMIT batchSuggested(memory_->fitsUpTo);
    } else {
        takeCap(0);
    }
}

void DevicePanel::setAbsent(const Problem& problem) {
    showProblem(*absentNote_, problem, Note::Severity::warning);
}

void DevicePanel::setProblem(const Problem& problem) {
    showProblem(*deviceNote_, problem);
}

void DevicePanel::setRunning(bool running) {
    list_->setEnabled(!running);
    form_->setEnabled(!running);
    memoryNote_->setEnabled(!running);
}

QString DevicePanel::summary() const {
    return devices_ > 0 ? tr("%1 found").arg(devices_) : tr("being looked for");
}

}  // namespace shearbench::widgets

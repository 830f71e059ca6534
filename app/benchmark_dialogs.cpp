// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/benchmark_dialogs.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "app/benchmark_scenes.h"
#include "core/benchmark/command.h"
#include "core/benchmark/sweep.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/network/presets.h"
#include "widgets/number_text.h"

namespace shearbench::app {

namespace {

constexpr int kMostBatch = 4096, kMostImages = 1'000'000;
constexpr char kGenerative[] = "generative";

QString joined(const std::vector<int>& sizes) {
    QStringList texts;
    for (const int size : sizes)
        texts << QString::number(size);
    return texts.join(QStringLiteral(", "));
}

}  // namespace

std::optional<std::vector<int>> sizesFromText(const QString& text, int most) {
    std::vector<int> sizes;
    for (const QString& part : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        bool good = false;
        const int size = part.trimmed().toInt(&good);
        if (!good || size < 1 || size > most)
            return std::nullopt;
        sizes.push_back(size);
    }
    return sizes;
}

BenchmarkDialog::BenchmarkDialog(const Experiment& experiment, std::optional<network::Shape> image,
                                 QWidget* parent)
    : QDialog(parent), experiment_(experiment) {
    setWindowTitle(tr("Benchmark"));
    const int size = experiment.benchmark.imageSize;
    image_ = image.value_or(network::Shape{6, size, size});
    buildFields();
    auto* form = static_cast<QFormLayout*>(layout());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    start_ = buttons->addButton(tr("Start"), QDialogButtonBox::AcceptRole);
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    for (const auto* choices : {&networks_, &devices_})
        for (const Choice& choice : *choices)
            connect(choice.box, &QCheckBox::toggled, this, &BenchmarkDialog::follow);
    for (QLineEdit* edit : {batches_, images_})
        connect(edit, &QLineEdit::textChanged, this, &BenchmarkDialog::follow);
    connect(protocol_, qOverload<int>(&QComboBox::currentIndexChanged), this,
            &BenchmarkDialog::follow);
    for (QDoubleSpinBox* box : {budget_, memory_})
        connect(box, qOverload<double>(&QDoubleSpinBox::valueChanged), this,
                &BenchmarkDialog::follow);
    follow();
}

void BenchmarkDialog::buildFields() {
    const BenchmarkSettings& settings = experiment_.benchmark;
    auto* form = new QFormLayout(this);
    std::vector<std::pair<std::string, QString>> networks, devices;
    for (const network::Preset& preset : network::presets())
        if (preset.id != kGenerative)
            networks.emplace_back(preset.id, QString::fromStdString(preset.title));
    networks.emplace_back(kGenerative, tr("Generative: its autoencoder, and generation"));
    for (const auto& device : device::allDevices())
        devices.emplace_back(device->info().id, QString::fromStdString(device->info().name));
    networks_ = addChoices(
        tr("Networks"), networks,
        settings.networks.empty() ? std::vector{experiment_.network.preset} : settings.networks);
    devices_ = addChoices(
        tr("Devices"), devices,
        settings.devices.empty() ? std::vector{experiment_.device.id} : settings.devices);
    batches_ = new QLineEdit(joined(settings.batches));
    batches_->setObjectName(QStringLiteral("batches"));
    batches_->setPlaceholderText(tr("the paper's: 2, 4, 8, 10, 12, 14; Bayesian 2, 4, 6, 8"));
    form->addRow(tr("Batch sizes"), batches_);
    images_ = new QLineEdit(joined(settings.imageCounts));
    images_->setObjectName(QStringLiteral("images"));
    images_->setPlaceholderText(tr("with Generative the paper's: 1, 10, 100, 500, 1000, 5000"));
    form->addRow(tr("Images to generate"), images_);
    protocol_ = new QComboBox;
    protocol_->addItem(tr("Quick: until the interval is narrow, scaled to 100 epochs"),
                       QStringLiteral("quick"));
    protocol_->addItem(tr("Paper: 10 epochs to warm up, 100 timed ones"), QStringLiteral("paper"));
    protocol_->setCurrentIndex(settings.protocol == "paper" ? 1 : 0);
    form->addRow(tr("Protocol"), protocol_);
    const auto addNumber = [form](const QString& title, double value, double least, double most,
                                  const QString& unit) {
        auto* box = new QDoubleSpinBox;
        box->setRange(least, most);
        box->setDecimals(1);
        box->setSuffix(unit);
        box->setValue(value);
        form->addRow(title, box);
        return box;
    };
    budget_ = addNumber(tr("At most, a point"), settings.budgetSeconds, 0.1, 100'000, tr(" s"));
    memory_ = addNumber(tr("Memory cap"), experiment_.device.memoryCapMB, 0, 1e9, tr(" MB"));
    memory_->setObjectName(QStringLiteral("memory"));
    memory_->setSpecialValueText(tr("none: the device's own"));
    memory_->setToolTip(tr("Pretends that the devices are smaller; 286 MB are the GC2's"));
    for (QLabel** label : {&fits_, &summary_}) {
        *label = new QLabel;
        (*label)->setWordWrap(true);
        (*label)->setMinimumWidth(420);
    }
    fits_->setObjectName(QStringLiteral("fits"));
    summary_->setObjectName(QStringLiteral("summary"));
    form->addRow(tr("Fit"), fits_);
    form->addRow(summary_);
}

std::vector<BenchmarkDialog::Choice> BenchmarkDialog::addChoices(
    const QString& title, const std::vector<std::pair<std::string, QString>>& items,
    const std::vector<std::string>& chosen) {
    auto* column = new QVBoxLayout;
    column->setSpacing(2);
    std::vector<Choice> choices;
    for (const auto& [id, text] : items) {
        auto* box = new QCheckBox(text);
        box->setChecked(std::find(chosen.begin(), chosen.end(), id) != chosen.end());
        column->addWidget(box);
        choices.push_back({id, box});
    }
    static_cast<QFormLayout*>(layout())->addRow(title, column);
    return choices;
}

Experiment BenchmarkDialog::experiment() const {
    Experiment asked = experiment_;
    const auto chosen = [](const std::vector<Choice>& choices) {
        std::vector<std::string> ids;
        for (const Choice& choice : choices)
            if (choice.box->isChecked())
                ids.push_back(choice.id);
        return ids;
    };
    BenchmarkSettings& settings = asked.benchmark;
    settings.networks = chosen(networks_);
    settings.devices = chosen(devices_);
    settings.batches = sizesFromText(batches_->text(), kMostBatch).value_or(std::vector<int>());
    settings.imageCounts = sizesFromText(images_->text(), kMostImages).value_or(std::vector<int>());
    settings.protocol = protocol_->currentData().toString().toStdString();
    settings.budgetSeconds = budget_->value();
    asked.device.memoryCapMB = memory_->value();
    return asked;
}

/// What is missing or wrong, in a sentence; empty: nothing.
QString BenchmarkDialog::problemOf(const Experiment& asked) const {
    if (asked.benchmark.devices.empty())
        return tr("Choose a device.");
    if (asked.benchmark.networks.empty() && asked.benchmark.imageCounts.empty())
        return tr("Choose a network, or numbers of images to generate.");
    if (!sizesFromText(batches_->text(), kMostBatch))
        return tr("Batch sizes are whole numbers from 1 to 4096 with commas between them.");
    if (!sizesFromText(images_->text(), kMostImages))
        return tr("Numbers of images are whole numbers from 1 to 1,000,000 with commas.");
    return {};
}

/// Says what will be done, or what is missing.
void BenchmarkDialog::follow() {
    const Experiment asked = experiment();
    const bool quick = asked.benchmark.protocol == "quick";
    budget_->setEnabled(quick);
    QString words = problemOf(asked), fits;
    bool possible = words.isEmpty();
    if (possible) {
        try {
            const auto points = benchmark::planPoints(asked).size();
            words = quick ? tr("%1 points, at most about %2. Leave the computer alone meanwhile.")
                                .arg(points)
                                .arg(widgets::durationText(static_cast<double>(points) *
                                                           asked.benchmark.budgetSeconds))
                          : tr("%1 points of 110 epochs each; this takes hours.").arg(points);
            fits = fitsText(benchmark::fitsOf(asked, image_));
        } catch (const Error& error) {
            words = QString::fromUtf8(error.what());
            possible = false;
        }
    }
    start_->setEnabled(possible);
    summary_->setText(words);
    fits_->setText(fits);
    for (QWidget* row :
         {static_cast<QWidget*>(fits_), static_cast<QFormLayout*>(layout())->labelForField(fits_)})
        row->setVisible(!fits.isEmpty());
}

QString fitsText(const std::vector<benchmark::Fits>& all) {
    QStringList lines;
    for (const benchmark::Fits& fits : all) {
        const int largest = fits.largest();
        int most = 0;
        bool every = true;
        for (const benchmark::BatchMemory& memory : fits.batches) {
            most = std::max(most, memory.batch);
            every = every && memory.fits;
        }
        const QString what = every          ? QDialog::tr("all batch sizes")
                             : largest == 0 ? QDialog::tr("none")
                                            : QDialog::tr("up to %1 of %2").arg(largest).arg(most);
        lines << QDialog::tr("%1 on %2: %3")
                     .arg(QString::fromStdString(fits.network), QString::fromStdString(fits.device),
                          what);
    }
    return lines.join(QLatin1Char('\n'));
}

namespace {

/// Lines to read and copy.
QPlainTextEdit* makeLines(const QString& text, const QString& name, int height) {
    auto* lines = new QPlainTextEdit(text);
    lines->setReadOnly(true);
    lines->setLineWrapMode(QPlainTextEdit::NoWrap);
    lines->setAccessibleName(name);
    lines->setObjectName(name);
    lines->setFixedHeight(height);
    return lines;
}

}  // namespace

void showPoint(const benchmark::Results& results, const benchmark::Point& point,
               const QString& source, const std::function<void()>& use, QWidget* parent) {
    QDialog dialog(parent);
    dialog.setWindowTitle(QDialog::tr("Benchmark point"));
    auto* column = new QVBoxLayout(&dialog);
    QStringList facts = pointFacts(results, point);
    if (!source.isEmpty())
        facts << QDialog::tr("from %1").arg(source);
    auto* words = new QLabel(facts.join(QLatin1Char('\n')));
    words->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    words->setTextFormat(Qt::PlainText);
    words->setWordWrap(true);
    words->setMinimumWidth(560);
    column->addWidget(words);
    const bool training = point.task.kind == benchmark::Kind::training;
    QStringList commands{QString::fromStdString(results.command),
                         QString::fromStdString(benchmark::commandOf(results, point))};
    if (training)
        commands << trainingCommand(results, point);
    const QString text = commands.join(QLatin1Char('\n'));
    const int line = dialog.fontMetrics().lineSpacing();
    column->addWidget(
        new QLabel(QDialog::tr("All of it, this point alone, and a training like it")));
    column->addWidget(makeLines(text, QDialog::tr("Commands"), 6 * line));
    column->addWidget(new QLabel(QDialog::tr("Configuration")));
    column->addWidget(makeLines(QString::fromStdString(toJson(results.experiment)),
                                QDialog::tr("Configuration"), 10 * line));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    QPushButton* copy =
        buttons->addButton(QDialog::tr("Copy commands"), QDialogButtonBox::ActionRole);
    QObject::connect(copy, &QPushButton::clicked,
                     [text] { QApplication::clipboard()->setText(text); });
    if (training && use) {
        QPushButton* take = buttons->addButton(QDialog::tr("Train with these settings"),
                                               QDialogButtonBox::AcceptRole);
        QObject::connect(take, &QPushButton::clicked, &dialog, [&] {
            use();
            dialog.accept();
        });
    }
    column->addWidget(buttons);
    dialog.exec();
}

}  // namespace shearbench::app

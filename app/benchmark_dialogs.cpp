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
#include "core/benchmark/sweep.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/network/presets.h"
#include "widgets/number_text.h"

namespace shearbench::app {

namespace {

constexpr int kMostBatch = 4096, kMostImages = 1'000'000;

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

BenchmarkDialog::BenchmarkDialog(const Experiment& experiment, QWidget* parent)
    : QDialog(parent), experiment_(experiment) {
    setWindowTitle(tr("Benchmark"));
    const BenchmarkSettings& settings = experiment.benchmark;
    auto* form = new QFormLayout(this);
    std::vector<std::pair<std::string, QString>> networks, devices;
    for (const network::Preset& preset : network::presets())
        networks.emplace_back(preset.id, QString::fromStdString(preset.title));
    for (const auto& device : device::allDevices())
        devices.emplace_back(device->info().id, QString::fromStdString(device->info().name));
    networks_ = addChoices(
        tr("Networks"), networks,
        settings.networks.empty() ? std::vector{experiment.network.preset} : settings.networks);
    devices_ =
        addChoices(tr("Devices"), devices,
                   settings.devices.empty() ? std::vector{experiment.device.id} : settings.devices);
    batches_ = new QLineEdit(joined(settings.batches));
    batches_->setPlaceholderText(tr("the paper's: 2, 4, 8, 10, 12, 14"));
    form->addRow(tr("Batch sizes"), batches_);
    images_ = new QLineEdit(joined(settings.imageCounts));
    images_->setPlaceholderText(tr("none; the paper's: 1, 10, 100, 500, 1000, 5000"));
    form->addRow(tr("Images to generate"), images_);
    protocol_ = new QComboBox;
    protocol_->addItem(tr("Quick: until the interval is narrow, scaled to 100 epochs"),
                       QStringLiteral("quick"));
    protocol_->addItem(tr("Paper: 10 epochs to warm up, 100 timed ones"), QStringLiteral("paper"));
    protocol_->setCurrentIndex(settings.protocol == "paper" ? 1 : 0);
    form->addRow(tr("Protocol"), protocol_);
    budget_ = new QDoubleSpinBox;
    budget_->setRange(0.1, 100'000);
    budget_->setDecimals(1);
    budget_->setSuffix(tr(" s"));
    budget_->setValue(settings.budgetSeconds);
    form->addRow(tr("At most, a point"), budget_);
    summary_ = new QLabel;
    summary_->setWordWrap(true);
    summary_->setMinimumWidth(420);
    form->addRow(summary_);
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
    connect(budget_, qOverload<double>(&QDoubleSpinBox::valueChanged), this,
            &BenchmarkDialog::follow);
    follow();
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
    return asked;
}

/// Says what will be done, or what is missing.
void BenchmarkDialog::follow() {
    const Experiment asked = experiment();
    const bool quick = asked.benchmark.protocol == "quick";
    budget_->setEnabled(quick);
    QString problem;
    if (asked.benchmark.devices.empty())
        problem = tr("Choose a device.");
    else if (asked.benchmark.networks.empty() && asked.benchmark.imageCounts.empty())
        problem = tr("Choose a network, or numbers of images to generate.");
    else if (!sizesFromText(batches_->text(), kMostBatch))
        problem = tr("Batch sizes are whole numbers from 1 to 4096 with commas between them.");
    else if (!sizesFromText(images_->text(), kMostImages))
        problem = tr("Numbers of images are whole numbers from 1 to 1,000,000 with commas.");
    start_->setEnabled(problem.isEmpty());
    if (problem.isEmpty()) {
        try {
            const auto points = benchmark::planPoints(asked).size();
            problem = quick ? tr("%1 points, at most about %2. Leave the computer alone meanwhile.")
                                  .arg(points)
                                  .arg(widgets::durationText(static_cast<double>(points) *
                                                             asked.benchmark.budgetSeconds))
                            : tr("%1 points of 110 epochs each; this takes hours.").arg(points);
        } catch (const Error& error) {
            problem = QString::fromUtf8(error.what());
            start_->setEnabled(false);
        }
    }
    summary_->setText(problem);
}

void showPoint(const benchmark::Results& results, const benchmark::Point& point,
               const QString& directory, const std::function<void()>& use, QWidget* parent) {
    QDialog dialog(parent);
    dialog.setWindowTitle(QDialog::tr("Benchmark point"));
    auto* column = new QVBoxLayout(&dialog);
    QStringList facts = pointFacts(results, point);
    if (!directory.isEmpty())
        facts << QDialog::tr("run %1").arg(directory);
    auto* words = new QLabel(facts.join(QLatin1Char('\n')));
    words->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    words->setTextFormat(Qt::PlainText);
    words->setWordWrap(true);
    words->setMinimumWidth(520);
    column->addWidget(words);
    QString commands = QString::fromStdString(results.command);
    const bool training = point.task.kind == benchmark::Kind::training;
    if (training)
        commands += QLatin1Char('\n') + trainingCommand(results, point);
    auto* lines = new QPlainTextEdit(commands);
    lines->setReadOnly(true);
    lines->setAccessibleName(QDialog::tr("Commands"));
    lines->setMaximumHeight(90);
    column->addWidget(lines);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    QPushButton* copy =
        buttons->addButton(QDialog::tr("Copy commands"), QDialogButtonBox::ActionRole);
    QObject::connect(copy, &QPushButton::clicked,
                     [commands] { QApplication::clipboard()->setText(commands); });
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

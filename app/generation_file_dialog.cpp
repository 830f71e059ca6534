// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/generation_file_dialog.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "widgets/form.h"
#include "widgets/note.h"
#include "widgets/number_edit.h"
#include "widgets/number_text.h"
#include "widgets/style.h"

namespace shearbench::app {

namespace {

using model::GenerationProgress;
using widgets::NumberEdit;

constexpr double kMostGalaxies = 1e10, kHottest = 10;
constexpr int kProgressSteps = 1000, kLabelWidth = 88;

}  // namespace

GenerationFileDialog::GenerationFileDialog(const widgets::Theme& theme, QWidget* parent)
    : QDialog(parent), theme_(theme) {
    setWindowTitle(tr("Generate galaxies into a file"));
    setWindowFlag(Qt::WindowContextHelpButtonHint, false);
    build();
    connect(&writer_, &GenerationWriter::progressed, this, &GenerationFileDialog::showProgress);
    connect(&writer_, &GenerationWriter::finished, this,
            [this](bool whole) { showStage(whole ? Stage::finished : Stage::stopped); });
    connect(&writer_, &GenerationWriter::failed, this, [this](const Failure& failure) {
        showStage(Stage::asking);
        note_->setError(failure.sentence, failure.remedy);
        note_->show();
    });
    showStage(Stage::asking);
}

void GenerationFileDialog::build() {
    form_ = new widgets::Form(theme_, this);
    form_->setLabelWidth(kLabelWidth);
    count_ = new NumberEdit(NumberEdit::Kind::whole, 1, kMostGalaxies, form_);
    seed_ = new widgets::SeedEdit(form_);
    seed_->setToolTip(tr("The same seed gives the same galaxies."));
    temperature_ = new NumberEdit(NumberEdit::Kind::real, 0, kHottest, form_);
    temperature_->setStep(0.1);
    temperature_->setToolTip(tr("Below 1: closer to the commonest galaxies; above: stranger ones"));
    fileRow_ = new QWidget(form_);
    file_ = new QLineEdit(fileRow_);
    file_->setAccessibleName(tr("File"));
    auto* browse = new QPushButton(tr("Browse…"), fileRow_);
    auto* across = new QHBoxLayout(fileRow_);
    across->setContentsMargins(0, 0, 0, 0);
    across->addWidget(file_, 1);
    across->addWidget(browse);
    size_ = new QLabel(form_);
    widgets::setRole(size_, widgets::Role::caption);
    form_->addPair(tr("Galaxies"), count_, tr("Seed"), seed_);
    form_->addRow(tr("Temperature"), temperature_);
    form_->addRow(tr("File"), fileRow_)->setBuddy(file_);
    form_->addRow(QString(), size_);
    note_ = new widgets::Note(theme_, this);
    bar_ = new QProgressBar(this);
    bar_->setRange(0, kProgressSteps);
    bar_->setTextVisible(false);
    bar_->setFixedHeight(theme_.px(4));
    bar_->setAccessibleName(tr("Progress"));
    status_ = new QLabel(this);
    survey_ = new QLabel(this);
    for (QLabel* label : {status_, survey_}) {
        widgets::setRole(label, widgets::Role::field);
        label->setWordWrap(true);
    }
    start_ = new QPushButton(this);
    widgets::setRole(start_, widgets::Role::primary);
    start_->setDefault(true);
    close_ = new QPushButton(this);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close_);
    buttons->addWidget(start_);
    auto* column = new QVBoxLayout(this);
    const int margin = theme_.px(16);
    column->setContentsMargins(margin, margin, margin, margin);
    column->setSpacing(theme_.px(12));
    for (QWidget* widget :
         {static_cast<QWidget*>(form_), static_cast<QWidget*>(note_), static_cast<QWidget*>(bar_),
          static_cast<QWidget*>(status_), static_cast<QWidget*>(survey_)})
        column->addWidget(widget);
    column->addStretch(1);
    column->addLayout(buttons);
    setMinimumWidth(theme_.px(480));
    for (NumberEdit* field : {count_, temperature_}) {
        connect(field, &NumberEdit::valueEdited, this, &GenerationFileDialog::readFields);
        connect(field, &NumberEdit::problemChanged, this, &GenerationFileDialog::readFields);
    }
    connect(seed_, &widgets::SeedEdit::valueEdited, this, &GenerationFileDialog::readFields);
    connect(seed_, &widgets::SeedEdit::problemChanged, this, &GenerationFileDialog::readFields);
    connect(file_, &QLineEdit::textChanged, this, &GenerationFileDialog::readFields);
    connect(browse, &QPushButton::clicked, this, &GenerationFileDialog::browse);
    connect(start_, &QPushButton::clicked, this, &GenerationFileDialog::start);
    connect(close_, &QPushButton::clicked, this, &GenerationFileDialog::reject);
}

void GenerationFileDialog::ask(const GenerationWriter::Request& request, double bytesOfGalaxy) {
    if (!writer_.active()) {
        run_ = request.run;
        bytesOfGalaxy_ = bytesOfGalaxy;
        count_->setValue(static_cast<double>(request.count));
        seed_->setValue(request.seed);
        temperature_->setValue(request.temperature);
        file_->setText(request.file);
        readFields();
    }
    show();
    raise();
}

GenerationWriter::Request GenerationFileDialog::request() const {
    return {run_, file_->text().trimmed(), static_cast<std::int64_t>(count_->value()),
            seed_->value(), temperature_->value()};
}

QString GenerationFileDialog::statusText() const {
    return status_->isHidden() ? QString() : status_->text();
}

void GenerationFileDialog::browse() {
    const QString file = QFileDialog::getSaveFileName(this, tr("Where the galaxies go"),
                                                      file_->text(), tr("HDF5 (*.h5)"));
    if (!file.isEmpty())
        file_->setText(file);
}

bool GenerationFileDialog::isValid() const {
    return !form_->hasProblems() && !file_->text().trimmed().isEmpty();
}

void GenerationFileDialog::readFields() {
    form_->setProblem(count_, count_->problem());
    form_->setProblem(seed_, seed_->problem());
    form_->setProblem(temperature_, temperature_->problem());
    const double bytes = count_->value() * bytesOfGalaxy_;
    size_->setText(tr("about %1").arg(widgets::bytesText(static_cast<quint64>(bytes))));
    showStage(Stage::asking);
}

void GenerationFileDialog::start() {
    if (writer_.active() || !isValid())
        return;
    last_ = {};
    survey_->clear();
    QDir().mkpath(QFileInfo(request().file).absolutePath());
    showStage(Stage::running);
    writer_.start(request());
}

void GenerationFileDialog::showStage(Stage stage) {
    stage_ = stage;
    const bool running = stage == Stage::running;
    const QString count = widgets::countText(static_cast<qint64>(count_->value()));
    form_->setEnabled(!running);
    note_->hide();
    bar_->setVisible(stage != Stage::asking);
    status_->setVisible(stage != Stage::asking);
    survey_->setVisible(stage != Stage::asking && !survey_->text().isEmpty());
    start_->setText(stage == Stage::stopped ? tr("Go on") : tr("Generate"));
    start_->setEnabled(!running && stage != Stage::finished && isValid());
    close_->setText(running ? tr("Stop") : tr("Close"));
    if (running) {
        bar_->setValue(0);
        status_->setText(tr("Loading the networks"));
    } else if (stage == Stage::stopped) {
        status_->setText(tr("Stopped after %1 of %2; what is made stays beside the file.")
                             .arg(widgets::countText(last_.done), count));
    } else if (stage == Stage::finished) {
        bar_->setValue(kProgressSteps);
        status_->setText(last_.done == 0
                             ? tr("The file holds these %1 galaxies already.").arg(count)
                             : tr("%1 galaxies are in the file.").arg(count));
    }
}

void GenerationFileDialog::showProgress(const GenerationProgress& progress) {
    last_ = progress;
    bar_->setValue(static_cast<int>(kProgressSteps * static_cast<double>(progress.done) /
                                    static_cast<double>(progress.count)));
    if (stage_ == Stage::running)
        status_->setText(tr("%1 of %2, %3 a second, %4 left")
                             .arg(widgets::countText(progress.done),
                                  widgets::countText(progress.count),
                                  widgets::shortText(progress.imagesPerSecond),
                                  widgets::durationText(progress.secondsLeft)));
    if (progress.isRateKnown())
        survey_->setText(
            tr("At this rate the 2.26 billion galaxies of CosmoDC2 would take %1.")
                .arg(widgets::durationText(model::kCosmoDc2Galaxies / progress.imagesPerSecond)));
    survey_->setVisible(!survey_->text().isEmpty());
}

void GenerationFileDialog::reject() {
    if (stage_ == Stage::running) {
        status_->setText(tr("Stopping…"));
        writer_.cancel();
        return;
    }
    QDialog::reject();
}

}  // namespace shearbench::app

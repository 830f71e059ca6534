// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/simulate_dialog.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/form.h"
#include "widgets/number_edit.h"
#include "widgets/number_text.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {
constexpr double kMostImages = 10'000'000;
constexpr int kProgressSteps = 1000;
}  // namespace

SimulateDialog::SimulateDialog(const Theme& theme, QWidget* parent)
    : QDialog(parent), theme_(theme) {
    setWindowTitle(tr("Simulate galaxies"));
    setWindowFlag(Qt::WindowContextHelpButtonHint, false);
    build();
    connect(count_, &NumberEdit::valueEdited, this, &SimulateDialog::readFields);
    connect(count_, &NumberEdit::problemChanged, this, &SimulateDialog::readFields);
    connect(seed_, &SeedEdit::valueEdited, this, &SimulateDialog::readFields);
    connect(seed_, &SeedEdit::problemChanged, this, &SimulateDialog::readFields);
    connect(file_, &QLineEdit::textChanged, this, &SimulateDialog::readFields);
    connect(noiseless_, &QCheckBox::toggled, this, &SimulateDialog::readFields);
    connect(browse_, &QPushButton::clicked, this, &SimulateDialog::browseRequested);
    connect(start_, &QPushButton::clicked, this, [this] {
        if (stage_ == Stage::finished) {
            Q_EMIT openRequested(state_.file);
        } else if (isValid()) {
            Q_EMIT startRequested();
        }
    });
    connect(cancel_, &QPushButton::clicked, this, &SimulateDialog::reject);
    connect(&theme, &Theme::changed, this, &SimulateDialog::measure);
    measure();
    setState({});
    showStage(Stage::asking);
}

void SimulateDialog::build() {
    auto* words = new QLabel(tr("Single galaxies as Rubin’s telescope would see them in six bands "
                                "after ten years, with their true shapes and redshifts."),
                             this);
    setRole(words, Role::field);
    words->setWordWrap(true);
    form_ = new Form(theme_, this);
    count_ = new NumberEdit(NumberEdit::Kind::whole, 1, kMostImages, form_);
    count_->setStep(1000);
    seed_ = new SeedEdit(form_);
    seed_->setToolTip(tr("The same seed gives the same galaxies."));
    auto* row = new QWidget(form_);
    file_ = new QLineEdit(row);
    file_->setAccessibleName(tr("File"));
    browse_ = new QPushButton(tr("Browse…"), row);
    auto* across = new QHBoxLayout(row);
    across->setContentsMargins(0, 0, 0, 0);
    across->addWidget(file_, 1);
    across->addWidget(browse_);
    noiseless_ = new QCheckBox(tr("Also keep the images before noise"), form_);
    noiseless_->setAccessibleName(noiseless_->text());
    size_ = new QLabel(form_);
    setRole(size_, Role::caption);
    form_->addPair(tr("Galaxies"), count_, tr("Seed"), seed_);
    form_->addRow(tr("File"), row)->setBuddy(file_);
    form_->addRow(QString(), noiseless_);
    form_->addRow(QString(), size_);

    note_ = new Note(theme_, this);
    bar_ = new QProgressBar(this);
    bar_->setRange(0, kProgressSteps);
    bar_->setTextVisible(false);
    bar_->setAccessibleName(tr("Progress"));
    status_ = new QLabel(this);
    setRole(status_, Role::field);
    start_ = new QPushButton(this);
    setRole(start_, Role::primary);
    start_->setDefault(true);
    cancel_ = new QPushButton(this);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel_);
    buttons->addWidget(start_);
    auto* column = new QVBoxLayout(this);
    column->addWidget(words);
    column->addWidget(form_);
    column->addWidget(note_);
    column->addWidget(bar_);
    column->addWidget(status_);
    column->addStretch(1);
    column->addLayout(buttons);
}

void SimulateDialog::measure() {
    const int margin = theme_.px(16);
    layout()->setContentsMargins(margin, margin, margin, margin);
    layout()->setSpacing(theme_.px(12));
    setMinimumWidth(theme_.px(480));
    bar_->setFixedHeight(theme_.px(4));
}

void SimulateDialog::setState(const SimulateDialogState& state) {
    filling_ = true;
    count_->setValue(double(state.count));
    seed_->setValue(state.seed);
    file_->setText(state.file);
    noiseless_->setChecked(state.noiseless);
    filling_ = false;
    state_ = state;
    readFields();
}

SimulateDialogState SimulateDialog::state() const {
    return state_;
}

void SimulateDialog::setMegabytesPerImage(double megabytes) {
    megabytes_ = megabytes;
    readFields();
}

bool SimulateDialog::isValid() const {
    return count_->problem().isEmpty() && seed_->problem().isEmpty() && !state_.file.isEmpty();
}

void SimulateDialog::readFields() {
    if (filling_) {
        return;
    }
    state_.count = qint64(count_->value());
    state_.seed = seed_->value();
    state_.file = file_->text().trimmed();
    state_.noiseless = noiseless_->isChecked();
    form_->setProblem(count_, count_->problem());
    form_->setProblem(seed_, seed_->problem());
    QString size;
    if (megabytes_ > 0) {
        const double bytes = double(state_.count) * megabytes_ * (state_.noiseless ? 2 : 1) * 1e6;
        size = tr("about %1").arg(bytesText(quint64(bytes)));
    } else if (state_.file.isEmpty()) {
        size = tr("Choose where to write them.");
    }
    size_->setText(size);
    if (stage_ == Stage::finished) {
        showStage(Stage::asking);
    }
    start_->setEnabled(stage_ != Stage::running && isValid());
}

void SimulateDialog::showStage(Stage stage) {
    stage_ = stage;
    const bool running = stage == Stage::running;
    form_->setEnabled(!running);
    bar_->setVisible(stage != Stage::asking);
    status_->setVisible(stage != Stage::asking);
    if (stage != Stage::failed) {
        note_->hide();
    }
    start_->setText(stage == Stage::finished ? tr("Open them") : tr("Simulate"));
    start_->setEnabled(!running && isValid());
    cancel_->setText(running ? tr("Stop") : tr("Close"));
}

void SimulateDialog::setProgress(qint64 done, qint64 count, double secondsLeft) {
    if (stage_ != Stage::running) {
        showStage(Stage::running);
    }
    bar_->setValue(count > 0 ? int(double(done) / double(count) * kProgressSteps) : 0);
    QString text = tr("%1 of %2").arg(countText(done), countText(count));
    if (secondsLeft >= 0) {
        text += tr(", %1 left").arg(durationText(secondsLeft));
    }
    status_->setText(text);
}

void SimulateDialog::setFinished(qint64 count) {
    showStage(Stage::finished);
    bar_->setValue(kProgressSteps);
    status_->setText(tr("%1 galaxies are in the file.").arg(countText(count)));
}

void SimulateDialog::setFailed(const Problem& problem) {
    showStage(Stage::failed);
    bar_->hide();
    status_->hide();
    showProblem(*note_, problem);
}

void SimulateDialog::reject() {
    if (stage_ == Stage::running) {
        status_->setText(tr("Stopping…"));
        Q_EMIT cancelRequested();
        return;
    }
    QDialog::reject();
}

}  // namespace shearbench::widgets

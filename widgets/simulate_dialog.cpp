// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/simulate_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/details_button.h"
#include "widgets/form.h"
#include "widgets/number_edit.h"
#include "widgets/number_text.h"
#include "widgets/segmented.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {
constexpr double kMostImages = 10'000'000;
constexpr int kProgressSteps = 1000;
constexpr int kLabelWidth = 88;
const QString kIntoFile = QStringLiteral("file"), kWhileTraining = QStringLiteral("training");
}  // namespace

SimulateDialog::SimulateDialog(const Theme& theme, QWidget* parent)
    : QDialog(parent), theme_(theme) {
    setWindowTitle(tr("Simulate galaxies"));
    setWindowFlag(Qt::WindowContextHelpButtonHint, false);
    build();
    watchFields();
    connect(browse_, &QPushButton::clicked, this, &SimulateDialog::browseRequested);
    connect(start_, &QPushButton::clicked, this, [this] {
        if (stage_ == Stage::finished) {
            Q_EMIT openRequested(state_.file);
        } else if (isValid()) {
            state_.whileTraining ? Q_EMIT useRequested() : Q_EMIT startRequested();
        }
    });
    connect(cancel_, &QPushButton::clicked, this, &SimulateDialog::reject);
    connect(&theme, &Theme::changed, this, &SimulateDialog::measure);
    measure();
    setState({});
    showStage(Stage::asking);
}

void SimulateDialog::watchFields() {
    std::vector<NumberEdit*> numbers = numbers_;
    numbers.push_back(count_);
    for (NumberEdit* field : numbers) {
        connect(field, &NumberEdit::valueEdited, this, &SimulateDialog::readFields);
        connect(field, &NumberEdit::problemChanged, this, &SimulateDialog::readFields);
    }
    connect(seed_, &SeedEdit::valueEdited, this, &SimulateDialog::readFields);
    connect(seed_, &SeedEdit::problemChanged, this, &SimulateDialog::readFields);
    connect(file_, &QLineEdit::textChanged, this, &SimulateDialog::readFields);
    for (QCheckBox* box : {noiseless_, bulges_, turnedPairs_}) {
        connect(box, &QCheckBox::toggled, this, &SimulateDialog::readFields);
    }
    for (QComboBox* box : {most_, psf_}) {
        connect(box, QOverload<int>::of(&QComboBox::currentIndexChanged), this,
                &SimulateDialog::readFields);
    }
    connect(where_, &Segmented::chosen, this, &SimulateDialog::readFields);
    connect(kind_, QOverload<int>::of(&QComboBox::activated), this, &SimulateDialog::chooseKind);
}

void SimulateDialog::build() {
    words_ = new QLabel(this);
    setRole(words_, Role::field);
    words_->setWordWrap(true);
    form_ = new Form(theme_, this);
    form_->setLabelWidth(kLabelWidth);
    kind_ = new QComboBox(form_);
    kind_->setObjectName(QStringLiteral("kind"));
    count_ = new NumberEdit(NumberEdit::Kind::whole, 1, kMostImages, form_);
    count_->setStep(1000);
    seed_ = new SeedEdit(form_);
    seed_->setToolTip(tr("The same seed gives the same galaxies."));
    where_ = new Segmented(theme_, form_);
    where_->setAccessibleName(tr("Where they go"));
    where_->setItems({{kIntoFile, tr("Into a file"), tr("To be kept, looked through and shared")},
                      {kWhileTraining, tr("Straight into training"),
                       tr("Nothing is stored: every epoch trains on galaxies that were never seen "
                          "before")}});
    fileRow_ = new QWidget(form_);
    file_ = new QLineEdit(fileRow_);
    file_->setAccessibleName(tr("File"));
    browse_ = new QPushButton(tr("Browse…"), fileRow_);
    auto* across = new QHBoxLayout(fileRow_);
    across->setContentsMargins(0, 0, 0, 0);
    across->addWidget(file_, 1);
    across->addWidget(browse_);
    noiseless_ = new QCheckBox(tr("Also keep the images before noise"), form_);
    noiseless_->setAccessibleName(noiseless_->text());
    size_ = new QLabel(form_);
    setRole(size_, Role::caption);
    size_->setWordWrap(true);
    form_->addRow(tr("What to see"), kind_);
    form_->addPair(tr("Images"), count_, tr("Seed"), seed_);
    form_->addRow(tr("They go"), where_);
    form_->addRow(tr("File"), fileRow_)->setBuddy(file_);
    form_->addRow(QString(), noiseless_);
    form_->addRow(QString(), size_);
    buildDetails();

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
    column->addWidget(words_);
    column->addWidget(form_);
    column->addWidget(more_);
    column->addWidget(details_);
    column->addWidget(note_);
    column->addWidget(bar_);
    column->addWidget(status_);
    column->addStretch(1);
    column->addLayout(buttons);
}

void SimulateDialog::buildDetails() {
    details_ = new Form(theme_, this);
    details_->setLabelWidth(kLabelWidth);
    more_ = new DetailsButton(theme_, details_, this);
    more_->setWithName(true);
    most_ = new QComboBox(details_);
    most_->addItems({tr("one galaxy"), tr("one or two galaxies"), tr("one to three galaxies"),
                     tr("one to four galaxies")});
    const auto number = [this](double low, double high, double step, const QString& tip) {
        auto* field = new NumberEdit(NumberEdit::Kind::real, low, high, details_);
        field->setStep(step);
        field->setToolTip(tip);
        numbers_.push_back(field);
        return field;
    };
    brightest_ = number(0, 30, 0.1, tr("Galaxies with a lower r magnitude are left out."));
    faintest_ = number(15, 30, 0.1, tr("Galaxies with a higher r magnitude are left out."));
    leastSnr_ = number(0, 1e5, 5,
                       tr("Images whose central galaxy stands out less from the sky's "
                          "noise in r are left out."));
    colourScatter_ = number(0, 1, 0.05,
                            tr("How much every band’s magnitude differs from its template’s: real "
                               "galaxies have about 0.1, without it redshifts are too easy."));
    psf_ = new QComboBox(details_);
    psf_->addItem(tr("Kolmogorov, turbulent air"), QStringLiteral("kolmogorov"));
    psf_->addItem(tr("Moffat, with wider wings"), QStringLiteral("moffat"));
    psf_->addItem(tr("Gaussian"), QStringLiteral("gaussian"));
    beta_ = number(1.5, 10, 0.5, tr("Moffat’s exponent: smaller, wider wings."));
    seeing_ = number(0.25, 2, 0.05, tr("Full width at half maximum of a star, in arcsec."));
    seeingScatter_ = number(0, 25, 1, tr("How much that differs from image to image, in percent."));
    shear1_ = number(-0.2, 0.2, 0.01, tr("The same shear on every galaxy, along the x axis."));
    shear2_ = number(-0.2, 0.2, 0.01, tr("The same shear on every galaxy, along the diagonal."));
    bulges_ = new QCheckBox(tr("A third of the galaxies have a bulge beside their disk"), details_);
    turnedPairs_ = new QCheckBox(tr("Every galaxy twice, the second time turned by 90°"), details_);
    for (QCheckBox* box : {bulges_, turnedPairs_}) {
        box->setAccessibleName(box->text());
    }
    details_->addRow(tr("In an image"), most_);
    details_->addPair(tr("r mag from"), brightest_, tr("to"), faintest_);
    details_->addPair(tr("Least S/N"), leastSnr_, tr("Colours ±"), colourScatter_);
    details_->addRow(tr("A star is"), psf_);
    details_->addRow(tr("Moffat’s β"), beta_);
    details_->addPair(tr("Seeing, ″"), seeing_, tr("varies by, %"), seeingScatter_);
    details_->addPair(tr("Shear 1"), shear1_, tr("Shear 2"), shear2_);
    details_->addRow(QString(), bulges_);
    details_->addRow(QString(), turnedPairs_);
}

void SimulateDialog::measure() {
    const int margin = theme_.px(16);
    layout()->setContentsMargins(margin, margin, margin, margin);
    layout()->setSpacing(theme_.px(12));
    setMinimumWidth(theme_.px(480));
    bar_->setFixedHeight(theme_.px(4));
}

void SimulateDialog::setKinds(const std::vector<SimulateKind>& kinds) {
    kinds_ = kinds;
    kind_->clear();
    for (const SimulateKind& kind : kinds_) {
        kind_->addItem(kind.title);
    }
    kind_->addItem(tr("As set below"));
    showKind();
}

void SimulateDialog::chooseKind(int index) {
    if (index < int(kinds_.size())) {
        filling_ = true;
        showValues(kinds_[std::size_t(index)].values);
        filling_ = false;
    } else {
        more_->setOpen(true);
    }
    readFields();
}

/// The kind whose values are set.
void SimulateDialog::showKind() {
    const auto found = std::find_if(kinds_.begin(), kinds_.end(), [this](const SimulateKind& kind) {
        return kind.values == state_.values;
    });
    kind_->setCurrentIndex(int(found - kinds_.begin()));
    words_->setText(found == kinds_.end() ? tr("Galaxies as you describe them under Details.")
                                          : found->words);
}

void SimulateDialog::showValues(const SimulateValues& values) {
    most_->setCurrentIndex(values.mostGalaxies - 1);
    brightest_->setValue(values.brightest);
    faintest_->setValue(values.faintest);
    colourScatter_->setValue(values.colourScatter);
    psf_->setCurrentIndex(std::max(0, psf_->findData(values.psf)));
    beta_->setValue(values.moffatBeta);
    leastSnr_->setValue(values.leastSnr);
    seeing_->setValue(values.seeing);
    seeingScatter_->setValue(100 * values.seeingScatter);
    shear1_->setValue(values.shear1);
    shear2_->setValue(values.shear2);
    bulges_->setChecked(values.bulges);
    turnedPairs_->setChecked(values.turnedPairs);
}

SimulateValues SimulateDialog::values() const {
    SimulateValues values;
    values.mostGalaxies = most_->currentIndex() + 1;
    values.brightest = brightest_->value();
    values.faintest = faintest_->value();
    values.colourScatter = colourScatter_->value();
    values.psf = psf_->currentData().toString();
    values.moffatBeta = beta_->value();
    values.leastSnr = leastSnr_->value();
    values.seeing = seeing_->value();
    values.seeingScatter = seeingScatter_->value() / 100;
    values.shear1 = shear1_->value();
    values.shear2 = shear2_->value();
    values.bulges = bulges_->isChecked();
    values.turnedPairs = turnedPairs_->isChecked();
    return values;
}

void SimulateDialog::setState(const SimulateDialogState& state) {
    filling_ = true;
    count_->setValue(double(state.count));
    seed_->setValue(state.seed);
    file_->setText(state.file);
    noiseless_->setChecked(state.noiseless);
    showValues(state.values);
    where_->setCurrent(state.whileTraining ? kWhileTraining : kIntoFile);
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
    const bool numbers = std::all_of(numbers_.begin(), numbers_.end(),
                                     [](NumberEdit* field) { return field->problem().isEmpty(); });
    const bool someLeft = state_.values.brightest < state_.values.faintest;
    return numbers && someLeft && count_->problem().isEmpty() && seed_->problem().isEmpty() &&
           (state_.whileTraining || !state_.file.isEmpty());
}

QString SimulateDialog::sizeText() const {
    if (state_.whileTraining) {
        return tr("Some of them only validate and test; those stay the same.");
    }
    if (state_.file.isEmpty()) {
        return tr("Choose where to write them.");
    }
    if (megabytes_ <= 0) {
        return {};
    }
    const int more = state_.noiseless ? (state_.values.mostGalaxies > 1 ? 3 : 2) : 1;
    return tr("about %1").arg(bytesText(quint64(double(state_.count) * megabytes_ * more * 1e6)));
}

void SimulateDialog::readFields() {
    if (filling_) {
        return;
    }
    state_.count = qint64(count_->value());
    state_.seed = seed_->value();
    state_.file = file_->text().trimmed();
    state_.noiseless = noiseless_->isChecked();
    state_.values = values();
    state_.whileTraining = where_->current() == kWhileTraining;
    for (NumberEdit* field : numbers_) {
        details_->setProblem(field, field->problem());
    }
    if (brightest_->problem().isEmpty() && !(state_.values.brightest < state_.values.faintest)) {
        details_->setProblem(
            brightest_,
            tr("No galaxy is brighter than %1 and fainter than that.").arg(state_.values.faintest));
    }
    details_->setRowVisible(beta_, state_.values.psf == QLatin1String("moffat"));
    form_->setProblem(count_, count_->problem());
    form_->setProblem(seed_, seed_->problem());
    form_->setRowVisible(fileRow_, !state_.whileTraining);
    form_->setRowVisible(noiseless_, !state_.whileTraining);
    size_->setText(sizeText());
    showKind();
    if (stage_ == Stage::finished || stage_ == Stage::failed) {
        showStage(Stage::asking);
    }
    showStart();
}

/// What the first button does.
void SimulateDialog::showStart() {
    start_->setText(stage_ == Stage::finished ? tr("Open them")
                    : state_.whileTraining    ? tr("Use them")
                                              : tr("Simulate"));
    start_->setEnabled(stage_ != Stage::running && isValid());
}

void SimulateDialog::showStage(Stage stage) {
    stage_ = stage;
    const bool running = stage == Stage::running;
    form_->setEnabled(!running);
    details_->setEnabled(!running);
    bar_->setVisible(stage != Stage::asking);
    status_->setVisible(stage != Stage::asking);
    if (stage != Stage::failed) {
        note_->hide();
    }
    showStart();
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
    if (count == 0) {
        showStage(Stage::asking);
        status_->setText(tr("Stopped before the first images; there is no file."));
        status_->show();
        return;
    }
    showStage(Stage::finished);
    bar_->setValue(int(kProgressSteps * double(count) / double(std::max(count, state_.count))));
    status_->setText(count < state_.count ? tr("Stopped: %1 of %2 images are in the file.")
                                                .arg(countText(count), countText(state_.count))
                                          : tr("%1 images are in the file.").arg(countText(count)));
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

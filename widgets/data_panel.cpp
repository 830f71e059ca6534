// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/data_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/band_strip.h"
#include "widgets/details_button.h"
#include "widgets/form.h"
#include "widgets/icon.h"
#include "widgets/number_edit.h"
#include "widgets/number_text.h"
#include "widgets/path_edit.h"
#include "widgets/split_bar.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

const QChar kTimes{0xD7};
const QChar kDash{0x2013};

/// A choice that leaves the decision to what is found in the file, then the others.
void fillChoices(QComboBox& box, const QString& found, const QStringList& choices,
                 const QString& chosen) {
    const QSignalBlocker quiet(box);
    box.clear();
    box.addItem(
        found.isEmpty() ? DataPanel::tr("not found") : DataPanel::tr("%1, as found").arg(found),
        QString());
    for (const QString& choice : choices) {
        box.addItem(choice, choice);
    }
    if (!chosen.isEmpty() && box.findData(chosen) < 0) {
        box.addItem(chosen, chosen);
    }
    box.setCurrentIndex(std::max(0, box.findData(chosen)));
}

QComboBox* shortBox(QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    return box;
}

}  // namespace

DataPanel::DataPanel(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    qRegisterMetaType<Field>("shearbench::widgets::DataPanel::Field");
    build();
    buildDetails();
    connect(&theme, &Theme::changed, this, &DataPanel::measure);
    measure();
    showChoices();
}

void DataPanel::build() {
    form_ = new Form(theme_, this);
    auto* fileRow = new QWidget(form_);
    auto* row = new QHBoxLayout(fileRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    file_ = new PathEdit(fileRow);
    file_->setAccessibleName(tr("File"));
    file_->setPlaceholderText(tr("an HDF5 file of galaxies"));
    browse_ = new QToolButton(fileRow);
    setRole(browse_, Role::mini);
    browse_->setIcon(themeIcon(theme_, QStringLiteral("open")));
    browse_->setToolTip(tr("Open HDF5 file (Ctrl+O)"));
    browse_->setAccessibleName(tr("Open HDF5 file"));
    details_ = new Form(theme_, this);
    detailsButton_ = new DetailsButton(theme_, details_, fileRow);
    row->addWidget(file_, 1);
    row->addWidget(browse_);
    row->addWidget(detailsButton_);
    form_->addRow(tr("File"), fileRow)->setBuddy(file_);

    note_ = new Note(theme_, form_);
    note_->hide();
    form_->addWide(note_);
    images_ = new QLabel(form_);
    setRole(images_, Role::value);
    images_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    bands_ = new BandStrip(theme_, form_);
    labels_ = shortBox(form_);
    split_ = new SplitBar(theme_, form_);
    form_->addRow(tr("Images"), images_);
    form_->addRow(tr("Bands"), bands_);
    form_->addRow(tr("Labels"), labels_);
    form_->addRow(tr("Split"), split_);
    leftOut_ = new QLabel(form_);
    setRole(leftOut_, Role::caption);
    leftOut_->setWordWrap(true);
    form_->addWide(leftOut_);

    connect(file_, &QLineEdit::editingFinished, this, [this] {
        if (file_->text().trimmed() != state_.file) {
            state_.file = file_->text().trimmed();
            Q_EMIT edited();
            Q_EMIT summaryChanged();
        }
    });
    connect(file_, &QLineEdit::textChanged, file_, &QWidget::setToolTip);
    connect(browse_, &QToolButton::clicked, this, &DataPanel::browseRequested);
    connect(note_, &Note::buttonPressed, this,
            [this](int action) { Q_EMIT problemAction(Field::file, action); });
    connect(labels_, QOverload<int>::of(&QComboBox::activated), this, [this](int index) {
        if (index == 1) {
            labels_->setCurrentIndex(0);
            detailsButton_->setOpen(true);
            targets_[0]->setFocus(Qt::OtherFocusReason);
        }
    });
}

void DataPanel::buildDetails() {
    dataset_ = shortBox(details_);
    layout_ = shortBox(details_);
    group_ = shortBox(details_);
    details_->addRow(tr("Dataset"), dataset_);
    details_->addRow(tr("Layout"), layout_);
    const QStringList names{tr("e₁"), tr("e₂"), tr("Redshift")};
    for (int i = 0; i < 3; ++i) {
        targets_[std::size_t(i)] = shortBox(details_);
        details_->addRow(names[i], targets_[std::size_t(i)]);
    }
    group_->setToolTip(tr("Cutouts of the same galaxy stay on one side of the split."));
    details_->addRow(tr("Same galaxy"), group_);
    validation_ = new NumberEdit(NumberEdit::Kind::real, 0, 0.99, details_);
    test_ = new NumberEdit(NumberEdit::Kind::real, 0, 0.99, details_);
    seed_ = new SeedEdit(details_);
    validation_->setStep(0.05);
    test_->setStep(0.05);
    details_->addPair(tr("Validation"), validation_, tr("Test"), test_);
    details_->addRow(tr("Split seed"), seed_);
    notes_ = new QLabel(details_);
    setRole(notes_, Role::caption);
    notes_->setWordWrap(true);
    details_->addWide(notes_);
    describe_ = new QPushButton(tr("How this file is read…"), details_);
    describe_->setToolTip(tr("Bands, axes, labels and profiles, with a look at every band"));
    details_->addRow(QString(), describe_);

    auto* column = new QVBoxLayout(this);
    column->addWidget(form_);
    column->addWidget(details_);

    for (QComboBox* box : {dataset_, layout_, targets_[0], targets_[1], targets_[2], group_}) {
        connect(box, QOverload<int>::of(&QComboBox::activated), this, &DataPanel::readFields);
    }
    for (NumberEdit* edit : {validation_, test_}) {
        connect(edit, &NumberEdit::valueEdited, this, &DataPanel::readFields);
        connect(edit, &NumberEdit::problemChanged, this, &DataPanel::updateProblems);
    }
    connect(describe_, &QPushButton::clicked, this, &DataPanel::describeRequested);
    connect(seed_, &SeedEdit::valueEdited, this, &DataPanel::readFields);
    connect(seed_, &SeedEdit::problemChanged, this, &DataPanel::updateProblems);
}

void DataPanel::measure() {
    layout()->setContentsMargins(theme_.px(8), 0, theme_.px(8), 0);
    layout()->setSpacing(theme_.px(5));
    browse_->setFixedSize(theme_.px(24), theme_.px(24));
    browse_->setIconSize({theme_.px(16), theme_.px(16)});
}

void DataPanel::setState(const DataPanelState& state) {
    state_ = state;
    file_->setText(state.file);
    validation_->setValue(state.validationFraction);
    test_->setValue(state.testFraction);
    seed_->setValue(state.splitSeed);
    showChoices();
    updateProblems();
    Q_EMIT summaryChanged();
}

DataPanelState DataPanel::state() const {
    return state_;
}

bool DataPanel::isValid() const {
    const int ofFile = problems_.contains(int(Field::file)) ? 1 : 0;
    return problems_.size() == ofFile && !form_->hasProblems() && !details_->hasProblems();
}

void DataPanel::setFacts(const DataPanelFacts& facts) {
    facts_ = facts;
    showChoices();
    Q_EMIT summaryChanged();
}

void DataPanel::showChoices() {
    const bool loaded = facts_.loaded;
    for (QWidget* field : {static_cast<QWidget*>(images_), static_cast<QWidget*>(bands_),
                           static_cast<QWidget*>(labels_), static_cast<QWidget*>(split_)}) {
        form_->setRowVisible(field, loaded);
    }
    const QStringList sizes{QString::number(facts_.channels), QString::number(facts_.height),
                            QString::number(facts_.width)};
    QString images =
        tr("%1 of %2").arg(countText(facts_.count), sizes.join(QStringLiteral(" %1 ").arg(kTimes)));
    if (facts_.pixelScaleArcsec > 0) {
        images += tr(", %1″ per pixel").arg(shortText(facts_.pixelScaleArcsec));
    }
    images_->setText(images);
    bands_->setBands(facts_.bands);
    split_->setCounts(facts_.training, facts_.validation, facts_.test);
    fillChoices(*dataset_, facts_.images, facts_.imageDatasets, state_.images);
    fillChoices(*layout_, facts_.layout, {"NCHW", "NHWC", "NHW", "NVCHW", "NVHWC"}, state_.layout);
    for (std::size_t i = 0; i < 3; ++i) {
        fillChoices(*targets_[i], facts_.targets[i], facts_.columns, state_.targets[i]);
    }
    fillChoices(*group_, facts_.group.isEmpty() ? tr("none") : facts_.group,
                QStringList(QStringLiteral("none")) + facts_.columns, state_.group);
    leftOut_->setText(facts_.leftOut.join('\n'));
    leftOut_->setVisible(loaded && !facts_.leftOut.isEmpty());
    notes_->setText(facts_.notes.join('\n'));
    notes_->setVisible(!facts_.notes.isEmpty());
    details_->setRowVisible(describe_, loaded && !state_.file.isEmpty());
    showLabels();
}

void DataPanel::showLabels() {
    QStringList names;
    for (std::size_t i = 0; i < 3; ++i) {
        const QString name = state_.targets[i].isEmpty() ? facts_.targets[i] : state_.targets[i];
        names << (name.isEmpty() ? QString(kDash) : name);
    }
    QString text = names.join(QStringLiteral(", "));
    if (!facts_.convention.isEmpty()) {
        text += QStringLiteral("  ") + facts_.convention;
    }
    labels_->clear();
    labels_->addItem(text);
    labels_->addItem(tr("Choose columns…"));
    labels_->setToolTip(text);
}

void DataPanel::readFields() {
    DataPanelState next = state_;
    next.images = dataset_->currentData().toString();
    next.layout = layout_->currentData().toString();
    next.group = group_->currentData().toString();
    for (std::size_t i = 0; i < 3; ++i) {
        next.targets[i] = targets_[i]->currentData().toString();
    }
    next.validationFraction = validation_->value();
    next.testFraction = test_->value();
    next.splitSeed = seed_->value();
    const bool other = !(next == state_);
    const bool leavesTraining = next.validationFraction + next.testFraction < 1 - 1e-9;
    if (leavesTraining) {
        state_ = next;
        showLabels();
    }
    updateProblems();
    if (other && leavesTraining) {
        Q_EMIT edited();
    }
}

void DataPanel::setProblem(Field field, const Problem& problem) {
    if (problem.isEmpty()) {
        problems_.remove(int(field));
    } else {
        problems_.insert(int(field), problem);
    }
    updateProblems();
}

void DataPanel::clearProblems() {
    problems_.clear();
    updateProblems();
}

void DataPanel::updateProblems() {
    const auto given = [this](Field field) { return problemText(problems_.value(int(field))); };
    showProblem(*note_, problems_.value(int(Field::file)));
    setBad(file_, problems_.contains(int(Field::file)));
    file_->setAccessibleDescription(given(Field::file));
    for (Field field :
         {Field::images, Field::layout, Field::e1, Field::e2, Field::redshift, Field::group}) {
        details_->setProblem(widgetOf(field), given(field));
    }
    const bool nothingLeft = validation_->problem().isEmpty() && test_->problem().isEmpty() &&
                             validation_->value() + test_->value() >= 1 - 1e-9;
    const auto own = [](const QString& mine, const QString& other) {
        return mine.isEmpty() ? other : mine;
    };
    details_->setProblem(validation_, own(validation_->problem(), given(Field::validation)));
    details_->setProblem(
        test_,
        own(nothingLeft ? tr("Validation and test leave nothing to train on.") : test_->problem(),
            given(Field::test)));
    details_->setProblem(seed_, own(seed_->problem(), given(Field::seed)));
    if (details_->hasProblems()) {
        detailsButton_->setOpen(true);
    }
}

QWidget* DataPanel::widgetOf(Field field) const {
    switch (field) {
        case Field::file:
            return file_;
        case Field::images:
            return dataset_;
        case Field::layout:
            return layout_;
        case Field::e1:
            return targets_[0];
        case Field::e2:
            return targets_[1];
        case Field::redshift:
            return targets_[2];
        case Field::group:
            return group_;
        case Field::validation:
            return validation_;
        case Field::test:
            return test_;
        case Field::seed:
            break;
    }
    return seed_;
}

void DataPanel::setRunning(bool running) {
    for (QWidget* field : {static_cast<QWidget*>(file_), static_cast<QWidget*>(browse_),
                           static_cast<QWidget*>(labels_), static_cast<QWidget*>(details_)}) {
        field->setEnabled(!running);
    }
}

QString DataPanel::summary() const {
    if (facts_.loaded) {
        return facts_.fileSize;
    }
    return state_.file.isEmpty() ? tr("no file") : tr("not loaded");
}

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "widgets/details_button.h"
#include "widgets/form.h"
#include "widgets/normalisation_box.h"
#include "widgets/number_edit.h"
#include "widgets/number_text.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

const QString kCustom = QStringLiteral("custom");
const QString kConstant = QStringLiteral("constant");
const QString kCosine = QStringLiteral("cosine");

constexpr TrainingPanel::Field kFields[] = {
    TrainingPanel::Field::recipe,        TrainingPanel::Field::batch,
    TrainingPanel::Field::epochs,        TrainingPanel::Field::learningRate,
    TrainingPanel::Field::schedule,      TrainingPanel::Field::finalFraction,
    TrainingPanel::Field::warmupSteps,   TrainingPanel::Field::clipNorm,
    TrainingPanel::Field::klWeight,      TrainingPanel::Field::klWarmup,
    TrainingPanel::Field::rhoStart,      TrainingPanel::Field::reconstruction,
    TrainingPanel::Field::normalisation, TrainingPanel::Field::turnsAndFlips,
    TrainingPanel::Field::seed};

void choose(QComboBox& box, const QString& id) {
    int index = box.findData(id);
    if (index < 0) {
        box.addItem(id, id);
        index = box.count() - 1;
    }
    box.setCurrentIndex(index);
}

}  // namespace

TrainingPanel::TrainingPanel(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    state_.recipe = kCustom;
    build();
    buildDetails();
    connectFields();
    connect(&theme, &Theme::changed, this, &TrainingPanel::measure);
    measure();
    setRecipes({});
    showState();
    setRunning(false);
}

void TrainingPanel::build() {
    using Kind = NumberEdit::Kind;
    form_ = new Form(theme_, this);
    form_->setLabelWidth(60);
    details_ = new Form(theme_, this);
    auto* recipeRow = new QWidget(form_);
    auto* row = new QHBoxLayout(recipeRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    recipe_ = new QComboBox(recipeRow);
    recipe_->setAccessibleName(tr("Recipe"));
    detailsButton_ = new DetailsButton(theme_, details_, recipeRow);
    row->addWidget(recipe_, 1);
    row->addWidget(detailsButton_);
    batch_ = new NumberEdit(Kind::whole, 1, 4096, form_);
    epochs_ = new NumberEdit(Kind::whole, 1, 1'000'000, form_);
    rate_ = new NumberEdit(Kind::real, 1e-9, 1000, form_);
    seed_ = new SeedEdit(form_);
    batch_->setToolTip(tr("Images in one training step."));
    rate_->setToolTip(tr("Learning rate of Adam."));
    seed_->setToolTip(tr("Start values, order of the images, turns and flips."));
    recipeRow_ = recipeRow;
    form_->addRow(tr("Recipe"), recipeRow)->setBuddy(recipe_);
    form_->addPair(tr("Batch"), batch_, tr("Epochs"), epochs_);
    form_->addPair(tr("Rate"), rate_, tr("Seed"), seed_);
    rate_->setAccessibleName(tr("Learning rate"));
    running_ = new QLabel(tr("Running. Changes wait until it stops."), this);
    setRole(running_, Role::caption);
}

void TrainingPanel::buildDetails() {
    using Kind = NumberEdit::Kind;
    details_->setLabelWidth(60);
    schedule_ = new QComboBox(details_);
    schedule_->addItem(tr("constant rate"), kConstant);
    schedule_->addItem(tr("half a cosine, falling"), kCosine);
    finalFraction_ = new NumberEdit(Kind::real, 0, 1, details_);
    finalFraction_->setToolTip(tr("The rate at the end, as a part of the rate above."));
    warmup_ = new NumberEdit(Kind::whole, 0, 1'000'000'000, details_);
    warmup_->setStep(100);
    warmup_->setToolTip(tr("Steps over which the rate rises from zero."));
    clip_ = new NumberEdit(Kind::real, 0, 1e9, details_);
    clip_->setToolTip(tr("Largest norm of a step's gradient; 0: no clipping."));
    normalisation_ = new NormalisationBox(details_);
    turns_ = new QCheckBox(tr("Turn and flip the images"), details_);
    turns_->setToolTip(tr("Each training image in one of eight orientations, its label along."));
    auto* optimiser = new QLabel(tr("Adam, β 0.9, 0.999"), details_);
    setRole(optimiser, Role::value);
    details_->addRow(tr("Optimiser"), optimiser);
    details_->addRow(tr("Schedule"), schedule_);
    details_->addPair(tr("Ends at"), finalFraction_, tr("Warm-up"), warmup_);
    details_->addRow(tr("Clipping"), clip_);
    buildKl();
    details_->addRow(tr("Pixels"), normalisation_);
    details_->addRow(QString(), turns_);
    turns_->setAccessibleName(turns_->text());
    finalFraction_->setAccessibleName(tr("Final part of the learning rate"));
    warmup_->setAccessibleName(tr("Warm-up steps"));
    clip_->setAccessibleName(tr("Clipping norm"));
    for (QComboBox* box : {recipe_, schedule_, reconstruction_}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(6);
    }

    auto* column = new QVBoxLayout(this);
    column->addWidget(form_);
    column->addWidget(details_);
    column->addWidget(running_);
}

void TrainingPanel::buildKl() {
    using Kind = NumberEdit::Kind;
    klWeight_ = new NumberEdit(Kind::real, 0, 1e6, details_);
    klWarmup_ = new NumberEdit(Kind::whole, 0, 1'000'000, details_);
    klWarmup_->setToolTip(tr("Epochs over which the KL weight rises from zero."));
    rhoStart_ = new NumberEdit(Kind::real, -60, 20, details_);
    rhoStart_->setToolTip(
        tr("Weights, or latent features, start with a standard deviation of log(1 + exp(rho))."));
    reconstruction_ = new QComboBox(details_);
    reconstruction_->addItem(tr("squared error"), QStringLiteral("squared_error"));
    reconstruction_->addItem(tr("cross entropy"), QStringLiteral("cross_entropy"));
    reconstruction_->setToolTip(tr("By what an image and its reconstruction are compared."));
    details_->addPair(tr("KL weight"), klWeight_, tr("Warm-up"), klWarmup_);
    details_->addRow(tr("Rho start"), rhoStart_);
    details_->addRow(tr("Loss"), reconstruction_);
    klWarmup_->setAccessibleName(tr("KL warm-up epochs"));
    reconstruction_->setAccessibleName(tr("Reconstruction loss"));
}

void TrainingPanel::connectFields() {
    connect(recipe_, QOverload<int>::of(&QComboBox::activated), this,
            [this] { chooseRecipe(recipe_->currentData().toString()); });
    for (NumberEdit* edit : {batch_, epochs_, rate_, finalFraction_, warmup_, clip_, klWeight_,
                             klWarmup_, rhoStart_}) {
        connect(edit, &NumberEdit::valueEdited, this, &TrainingPanel::readFields);
        connect(edit, &NumberEdit::problemChanged, this, &TrainingPanel::updateProblems);
    }
    connect(seed_, &SeedEdit::valueEdited, this, &TrainingPanel::readFields);
    connect(seed_, &SeedEdit::problemChanged, this, &TrainingPanel::updateProblems);
    for (QComboBox* box : {schedule_, reconstruction_, static_cast<QComboBox*>(normalisation_)}) {
        connect(box, QOverload<int>::of(&QComboBox::activated), this, &TrainingPanel::readFields);
    }
    connect(turns_, &QCheckBox::toggled, this, &TrainingPanel::readFields);
}

void TrainingPanel::measure() {
    layout()->setContentsMargins(theme_.px(8), 0, theme_.px(8), 0);
    layout()->setSpacing(theme_.px(5));
}

void TrainingPanel::setRecipes(const std::vector<Recipe>& recipes) {
    recipes_ = recipes;
    recipe_->clear();
    for (const Recipe& recipe : recipes) {
        recipe_->addItem(recipe.title, recipe.id);
        recipe_->setItemData(recipe_->count() - 1, recipe.tip, Qt::ToolTipRole);
    }
    recipe_->addItem(tr("Custom"), kCustom);
    showRecipe();
}

void TrainingPanel::setState(const TrainingPanelState& state) {
    state_ = state;
    showState();
    showRecipe();
    updateProblems();
    Q_EMIT summaryChanged();
}

TrainingPanelState TrainingPanel::state() const {
    return state_;
}

bool TrainingPanel::isValid() const {
    return !form_->hasProblems() && !details_->hasProblems();
}

QString TrainingPanel::recipeOf(const RecipeValues& values) const {
    for (const Recipe& recipe : recipes_) {
        if (recipe.values == values) {
            return recipe.id;
        }
    }
    return kCustom;
}

void TrainingPanel::showRecipe() {
    state_.recipe = recipeOf(state_.values);
    choose(*recipe_, state_.recipe);
    recipe_->setToolTip(recipe_->currentData(Qt::ToolTipRole).toString());
}

void TrainingPanel::showState() {
    filling_ = true;
    batch_->setValue(state_.batch);
    epochs_->setValue(state_.epochs);
    rate_->setValue(state_.values.learningRate);
    seed_->setValue(state_.seed);
    choose(*schedule_, state_.values.schedule);
    finalFraction_->setValue(state_.values.finalFraction);
    warmup_->setValue(state_.values.warmupSteps);
    clip_->setValue(state_.values.clipNorm);
    klWeight_->setValue(state_.values.klWeight);
    klWarmup_->setValue(state_.values.klWarmup);
    rhoStart_->setValue(state_.values.rhoStart);
    choose(*reconstruction_, state_.values.reconstruction);
    normalisation_->setNormalisation(state_.values.normalisation);
    showKl();
    turns_->setChecked(state_.turnsAndFlips);
    finalFraction_->setEnabled(state_.values.schedule == kCosine);
    filling_ = false;
}

void TrainingPanel::showKl() {
    const bool weights = state_.kl == KlOf::weights, latents = state_.kl == KlOf::latents;
    details_->setRowVisible(klWeight_, weights || latents);
    details_->setRowVisible(klWarmup_, weights || latents);
    details_->setRowVisible(rhoStart_, weights || latents);
    details_->setRowVisible(reconstruction_, latents);
    klWeight_->setToolTip(
        latents
            ? tr("Factor of the latent features' divergence from N(0, 1) in the loss.")
            : tr("Factor of the weights' divergence from N(0, 1), which enters the loss divided "
                 "by the number of training images. 1: the evidence lower bound."));
}

void TrainingPanel::readFields() {
    if (filling_) {
        return;
    }
    const TrainingPanelState before = state_;
    state_.batch = int(batch_->value());
    state_.epochs = int(epochs_->value());
    state_.seed = seed_->value();
    state_.values.learningRate = rate_->value();
    state_.values.schedule = schedule_->currentData().toString();
    state_.values.finalFraction = finalFraction_->value();
    state_.values.warmupSteps = int(warmup_->value());
    state_.values.clipNorm = clip_->value();
    state_.values.klWeight = klWeight_->value();
    state_.values.klWarmup = int(klWarmup_->value());
    state_.values.rhoStart = rhoStart_->value();
    state_.values.reconstruction = reconstruction_->currentData().toString();
    state_.values.normalisation = normalisation_->normalisation();
    state_.turnsAndFlips = turns_->isChecked();
    finalFraction_->setEnabled(state_.values.schedule == kCosine);
    showRecipe();
    if (!(before == state_)) {
        problems_.clear();
        updateProblems();
        Q_EMIT edited();
        Q_EMIT summaryChanged();
    }
}

void TrainingPanel::chooseRecipe(const QString& id) {
    for (const Recipe& recipe : recipes_) {
        if (recipe.id == id) {
            state_.values = recipe.values;
            showState();
            showRecipe();
            updateProblems();
            Q_EMIT edited();
            Q_EMIT summaryChanged();
            return;
        }
    }
    // "Custom" has no values of its own: it opens the ones there are.
    detailsButton_->setOpen(true);
    showRecipe();
}

void TrainingPanel::setProblem(Field field, const QString& text) {
    if (text.isEmpty()) {
        problems_.remove(int(field));
    } else {
        problems_.insert(int(field), text);
    }
    updateProblems();
}

void TrainingPanel::updateProblems() {
    for (Field field : kFields) {
        QWidget* widget = widgetOf(field);
        QString text = problems_.value(int(field));
        if (const auto* number = qobject_cast<NumberEdit*>(widget);
            number != nullptr && !number->problem().isEmpty()) {
            text = number->problem();
        } else if (const auto* seed = qobject_cast<SeedEdit*>(widget);
                   seed != nullptr && !seed->problem().isEmpty()) {
            text = seed->problem();
        }
        form_->setProblem(widget, text);
        details_->setProblem(widget, text);
    }
    if (details_->hasProblems()) {
        detailsButton_->setOpen(true);
    }
}

QWidget* TrainingPanel::widgetOf(Field field) const {
    switch (field) {
        case Field::recipe:
            return recipeRow_;
        case Field::batch:
            return batch_;
        case Field::epochs:
            return epochs_;
        case Field::learningRate:
            return rate_;
        case Field::schedule:
            return schedule_;
        case Field::finalFraction:
            return finalFraction_;
        case Field::warmupSteps:
            return warmup_;
        case Field::clipNorm:
            return clip_;
        case Field::klWeight:
            return klWeight_;
        case Field::klWarmup:
            return klWarmup_;
        case Field::rhoStart:
            return rhoStart_;
        case Field::reconstruction:
            return reconstruction_;
        case Field::normalisation:
            return normalisation_;
        case Field::turnsAndFlips:
            return turns_;
        case Field::seed:
            break;
    }
    return seed_;
}

void TrainingPanel::setRunning(bool running) {
    for (QWidget* field : {static_cast<QWidget*>(recipe_), static_cast<QWidget*>(batch_),
                           static_cast<QWidget*>(epochs_), static_cast<QWidget*>(rate_),
                           static_cast<QWidget*>(seed_), static_cast<QWidget*>(details_)}) {
        field->setEnabled(!running);
    }
    running_->setVisible(running);
}

void TrainingPanel::setEstimate(const QString& text) {
    estimate_ = text;
    Q_EMIT summaryChanged();
}

QString TrainingPanel::summary() const {
    if (!estimate_.isEmpty()) {
        return estimate_;
    }
    return tr("batch %1, rate %2")
        .arg(countText(state_.batch), plainNumber(state_.values.learningRate));
}

}  // namespace shearbench::widgets

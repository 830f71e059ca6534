// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/generation_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>

#include "widgets/number_edit.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

constexpr int kStretchSteps = 100, kRoomForStretch = 560, kLeastWidth = 396;
constexpr double kHottest = 10;

}  // namespace

GenerationBar::GenerationBar(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      seed_(new SeedEdit),
      count_(new NumberEdit(NumberEdit::Kind::whole, 1, kMostGalaxies)),
      temperature_(new NumberEdit(NumberEdit::Kind::real, 0, kHottest)),
      stretch_(new QSlider(Qt::Horizontal)) {
    seed_->setToolTip(tr("Which galaxies: the same seed gives the same ones"));
    count_->setToolTip(tr("How many galaxies, up to %1").arg(kMostGalaxies));
    temperature_->setToolTip(tr("Below 1: closer to the commonest galaxies; above: stranger ones"));
    temperature_->setStep(0.1);
    stretch_->setRange(-kStretchSteps, kStretchSteps);
    stretch_->setToolTip(tr("Brightness of all pictures alike"));
    // Narrower than all fields together: the stretch gives way.
    setMinimumWidth(160);
    auto* row = new QHBoxLayout(this);
    const auto add = [&](std::vector<QWidget*>& group, const QString& text, QWidget* field) {
        group.push_back(label(text, field));
        group.push_back(field);
        row->addWidget(group[group.size() - 2]);
        row->addWidget(field);
    };
    add(generating_, tr("Seed"), seed_);
    add(generating_, tr("Count"), count_);
    add(generating_, tr("Temperature"), temperature_);
    row->addStretch(1);
    add(stretching_, tr("Stretch"), stretch_);
    connect(seed_, &SeedEdit::valueEdited, this, [this] {
        choice_.seed = seed_->value();
        Q_EMIT choiceEdited();
    });
    connect(count_, &NumberEdit::valueEdited, this, [this] {
        choice_.count = int(count_->value());
        Q_EMIT choiceEdited();
    });
    connect(temperature_, &NumberEdit::valueEdited, this, [this] {
        choice_.temperature = temperature_->value();
        Q_EMIT choiceEdited();
    });
    for (NumberEdit* field : {count_, temperature_}) {
        connect(field, &NumberEdit::problemChanged, this,
                [field] { setBad(field, !field->problem().isEmpty()); });
    }
    connect(seed_, &SeedEdit::problemChanged, this,
            [this] { setBad(seed_, !seed_->problem().isEmpty()); });
    connect(stretch_, &QSlider::valueChanged, this, [this](int value) {
        choice_.stretch = double(value) / kStretchSteps;
        Q_EMIT stretchEdited();
    });
    connect(&theme, &Theme::changed, this, &GenerationBar::measure);
    setChoice({});
    measure();
}

QLabel* GenerationBar::label(const QString& text, QWidget* field) {
    auto* result = new QLabel(text);
    setRole(result, Role::field);
    result->setBuddy(field);
    field->setAccessibleName(text);
    return result;
}

void GenerationBar::setChoice(const GenerationChoice& choice) {
    choice_ = choice;
    seed_->setValue(choice.seed);
    count_->setValue(choice.count);
    temperature_->setValue(choice.temperature);
    const QSignalBlocker quiet(stretch_);
    stretch_->setValue(qRound(choice.stretch * kStretchSteps));
}

void GenerationBar::setGenerating(bool possible) {
    for (QWidget* widget : generating_) {
        widget->setEnabled(possible);
    }
}

void GenerationBar::measure() {
    layout()->setContentsMargins(theme_.px(12), 0, theme_.px(12), theme_.px(4));
    layout()->setSpacing(theme_.px(8));
    seed_->setFixedWidth(theme_.px(84));
    count_->setFixedWidth(theme_.px(52));
    temperature_->setFixedWidth(theme_.px(48));
    stretch_->setFixedWidth(theme_.px(96));
}

// The stretch asks for no room.
QSize GenerationBar::minimumSizeHint() const {
    return {theme_.px(kLeastWidth), QWidget::minimumSizeHint().height()};
}

void GenerationBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    for (QWidget* widget : stretching_) {
        widget->setVisible(width() >= theme_.px(kRoomForStretch));
    }
}

}  // namespace shearbench::widgets

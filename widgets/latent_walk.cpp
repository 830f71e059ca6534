// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/latent_walk.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <numeric>

#include "widgets/galaxy_grid.h"
#include "widgets/number_text.h"
#include "widgets/segmented.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

// A slider's step is a tenth of a standard deviation.
constexpr int kStepsPerDeviation = 10, kMostDeviations = 4;
constexpr int kControlsWidth = 236;

const QString kSlidersId = QStringLiteral("sliders"), kBetweenId = QStringLiteral("between");

std::vector<float> mixture(const std::vector<float>& a, const std::vector<float>& b, float part) {
    std::vector<float> result(a.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = a[i] + part * (b[i] - a[i]);
    }
    return result;
}

}  // namespace

LatentWalk::LatentWalk(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      mode_(new Segmented(theme)),
      pages_(new QStackedWidget),
      controls_(new QWidget),
      scroll_(new QScrollArea),
      grid_(new GalaxyGrid(theme)) {
    mode_->setAccessibleName(tr("Way through the latent features"));
    mode_->setItems({{kSlidersId, tr("One galaxy"), tr("Move single latent features")},
                     {kBetweenId, tr("Between two"), tr("A straight way from one to another")}});
    pages_->addWidget(buildSliders());
    pages_->addWidget(buildBetween());
    grid_->setAccessibleName(tr("Galaxies of the walk"));
    auto* column = new QVBoxLayout(controls_);
    column->addWidget(mode_);
    column->addWidget(pages_, 1);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll_->setWidgetResizable(true);
    scroll_->setFocusPolicy(Qt::NoFocus);
    scroll_->setWidget(controls_);
    scroll_->viewport()->setAutoFillBackground(false);
    controls_->setAutoFillBackground(false);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(scroll_);
    row->addWidget(grid_, 1);
    connect(mode_, &Segmented::chosen, this, [this] { setBetween(isBetween()); });
    connect(&theme, &Theme::changed, this, &LatentWalk::measure);
    setFocusProxy(sliders_.front().slider);
    measure();
}

QSpinBox* LatentWalk::galaxyBox(const QString& name) {
    auto* box = new QSpinBox;
    box->setRange(1, 1);
    box->setAccessibleName(name);
    box->setKeyboardTracking(false);
    return box;
}

QWidget* LatentWalk::buildSliders() {
    auto* page = new QWidget;
    auto* grid = new QGridLayout(page);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setColumnStretch(1, 1);
    from_ = galaxyBox(tr("Galaxy to start from"));
    reset_ = new QPushButton(tr("Reset"));
    reset_->setToolTip(tr("Put all features back to the galaxy's own"));
    auto* label = new QLabel(tr("Galaxy"));
    label->setBuddy(from_);
    setRole(label, Role::field);
    auto* first = new QHBoxLayout;
    first->addWidget(label);
    first->addWidget(from_, 1);
    first->addWidget(reset_);
    grid->addLayout(first, 0, 0, 1, 3);
    connect(from_, QOverload<int>::of(&QSpinBox::valueChanged), this, &LatentWalk::restart);
    connect(reset_, &QPushButton::clicked, this, &LatentWalk::restart);
    for (int i = 0; i < kSliders; ++i) {
        Slider row{new QSpinBox, new QSlider(Qt::Horizontal), new QLabel};
        row.dimension->setRange(1, 1);
        row.dimension->setToolTip(tr("Which latent feature the slider moves"));
        row.dimension->setAccessibleName(tr("Latent feature of slider %1").arg(i + 1));
        row.slider->setRange(-kMostDeviations * kStepsPerDeviation,
                             kMostDeviations * kStepsPerDeviation);
        row.slider->setAccessibleName(
            tr("Standard deviations from the galaxy's own, slider %1").arg(i + 1));
        setRole(row.value, Role::remark);
        row.value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        grid->addWidget(row.dimension, i + 1, 0);
        grid->addWidget(row.slider, i + 1, 1);
        grid->addWidget(row.value, i + 1, 2);
        connect(row.dimension, QOverload<int>::of(&QSpinBox::valueChanged), this,
                &LatentWalk::want);
        connect(row.slider, &QSlider::valueChanged, this, &LatentWalk::want);
        sliders_.push_back(row);
    }
    auto* unit = new QLabel(tr("in standard deviations of each feature"));
    setRole(unit, Role::caption);
    grid->addWidget(unit, kSliders + 1, 0, 1, 3);
    grid->setRowStretch(kSliders + 2, 1);
    return page;
}

QWidget* LatentWalk::buildBetween() {
    auto* page = new QWidget;
    auto* grid = new QGridLayout(page);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setColumnStretch(1, 1);
    start_ = galaxyBox(tr("First galaxy of the way"));
    end_ = galaxyBox(tr("Last galaxy of the way"));
    int row = 0;
    for (const auto& [text, box] : {std::pair{tr("From"), start_}, std::pair{tr("To"), end_}}) {
        auto* label = new QLabel(text);
        label->setBuddy(box);
        setRole(label, Role::field);
        grid->addWidget(label, row, 0);
        grid->addWidget(box, row++, 1);
        connect(box, QOverload<int>::of(&QSpinBox::valueChanged), this, &LatentWalk::want);
    }
    grid->setRowStretch(row, 1);
    return page;
}

void LatentWalk::measure() {
    scroll_->setFixedWidth(theme_.px(kControlsWidth));
    controls_->layout()->setContentsMargins(theme_.px(12), theme_.px(2), 0, theme_.px(8));
    controls_->layout()->setSpacing(theme_.px(8));
    for (const Slider& row : sliders_) {
        row.dimension->setFixedWidth(theme_.px(56));
        row.value->setFixedWidth(theme_.px(34));
    }
    for (int i = 0; i < pages_->count(); ++i) {
        auto* grid = static_cast<QGridLayout*>(pages_->widget(i)->layout());
        grid->setVerticalSpacing(theme_.px(5));
        grid->setHorizontalSpacing(theme_.px(8));
    }
}

QSize LatentWalk::minimumSizeHint() const {
    return {theme_.px(kControlsWidth + 64), theme_.px(110)};
}

void LatentWalk::setSpace(LatentSpace space, const CutoutFormat& format) {
    const bool otherFeatures = space.dimensions() != space_.dimensions();
    space_ = std::move(space);
    scene_.format = format;
    const int count = std::max(1, int(space_.latents.size()));
    const bool fresh = end_->maximum() == 1;
    for (QSpinBox* box : {from_, start_, end_}) {
        const QSignalBlocker quiet(box);
        box->setRange(1, count);
    }
    if (fresh) {
        const QSignalBlocker quiet(end_);
        end_->setValue(std::min(2, count));
    }
    if (otherFeatures) {
        chooseDimensions();
    }
    pictures_.clear();
    want();
}

/// The features in which galaxies differ most.
void LatentWalk::chooseDimensions() {
    std::vector<int> order(space_.deviations.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [this](int a, int b) {
        return space_.deviations[std::size_t(a)] > space_.deviations[std::size_t(b)];
    });
    for (std::size_t i = 0; i < sliders_.size(); ++i) {
        const QSignalBlocker quiet(sliders_[i].dimension);
        sliders_[i].dimension->setRange(1, std::max(1, space_.dimensions()));
        if (i < order.size()) {
            sliders_[i].dimension->setValue(order[i] + 1);
        }
    }
}

void LatentWalk::setDisplay(const CutoutDisplay& display) {
    scene_.display = display;
    showScene();
}

void LatentWalk::setStart(int index) {
    for (QSpinBox* box : {from_, start_}) {
        const QSignalBlocker quiet(box);
        box->setValue(index + 1);
    }
    restart();
}

void LatentWalk::setEnd(int index) {
    end_->setValue(index + 1);
}

int LatentWalk::start() const {
    return (isBetween() ? start_ : from_)->value() - 1;
}

void LatentWalk::setBetween(bool between) {
    mode_->setCurrent(between ? kBetweenId : kSlidersId);
    pages_->setCurrentIndex(between ? 1 : 0);
    pictures_.clear();
    want();
}

bool LatentWalk::isBetween() const {
    return mode_->current() == kBetweenId;
}

void LatentWalk::moveFeature(int dimension, double deviations) {
    const auto found = std::find_if(sliders_.begin(), sliders_.end(), [&](const Slider& row) {
        return row.dimension->value() == dimension + 1;
    });
    const Slider& row = found == sliders_.end() ? sliders_.back() : *found;
    row.dimension->setValue(dimension + 1);
    row.slider->setValue(qRound(deviations * kStepsPerDeviation));
}

void LatentWalk::restart() {
    for (const Slider& row : sliders_) {
        const QSignalBlocker quiet(row.slider);
        row.slider->setValue(0);
    }
    want();
}

void LatentWalk::want() {
    for (const Slider& row : sliders_) {
        row.value->setText(signedText(double(row.slider->value()) / kStepsPerDeviation, 1));
    }
    const std::vector<std::vector<float>>& own = space_.latents;
    const auto placeOf = [](const QSpinBox* box) { return std::size_t(box->value() - 1); };
    const std::size_t from = placeOf(isBetween() ? start_ : from_), to = placeOf(end_);
    std::vector<std::vector<float>> latents;
    if (isBetween() && from < own.size() && to < own.size()) {
        for (int step = 0; step < kSteps; ++step) {
            latents.push_back(mixture(own[from], own[to], float(step) / float(kSteps - 1)));
        }
    } else if (!isBetween() && from < own.size()) {
        latents.push_back(own[from]);
        for (const Slider& row : sliders_) {
            const std::size_t i = placeOf(row.dimension);
            if (i < latents.back().size()) {
                latents.back()[i] +=
                    float(double(row.slider->value()) / kStepsPerDeviation * space_.deviations[i]);
            }
        }
    }
    showScene();
    if (!latents.empty()) {
        Q_EMIT wanted(latents);
    }
}

void LatentWalk::setPictures(std::vector<CutoutPixels> pictures) {
    pictures_ = std::move(pictures);
    showScene();
}

void LatentWalk::showScene() {
    scene_.groups.clear();
    const auto name = [this](const QSpinBox* box) {
        return space_.galaxies.name(std::size_t(box->value() - 1));
    };
    GalaxyGroup walk;
    walk.noun = tr("step");
    walk.made = true;
    walk.pixels = pictures_;
    if (isBetween()) {
        scene_.title = tr("From %1 to %2").arg(name(start_), name(end_));
        walk.title = tr("Way");
        walk.remark = scene_.title;
        scene_.groups.push_back(walk);
    } else {
        scene_.title = tr("%1 with changed latent features").arg(name(from_));
        GalaxyGroup own;
        own.title = tr("As it is");
        own.noun = space_.galaxies.noun;
        const auto index = std::size_t(from_->value() - 1);
        if (index < space_.galaxies.pixels.size()) {
            own.remark = space_.galaxies.name(index);
            own.pixels = {space_.galaxies.pixels[index]};
            own.numbers = {space_.galaxies.number(index)};
        }
        walk.title = tr("Changed");
        scene_.groups = {own, walk};
    }
    grid_->setScene(scene_);
    Q_EMIT sceneChanged();
}

const GalaxyScene& LatentWalk::scene() const {
    return scene_;
}

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/presentation.h"

#include <QHBoxLayout>
#include <QLabel>

#include "app/progress_view.h"
#include "widgets/elided_label.h"
#include "widgets/style.h"

namespace shearbench::app {

namespace {

constexpr int kTitlePixels = 22;

}  // namespace

PresentationTitle::PresentationTitle(const widgets::Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      title_(new widgets::ElidedLabel(theme, widgets::TextSize::title, widgets::Colour::text)),
      progress_(new ProgressView(theme)) {
    auto* row = new QHBoxLayout(this);
    title_->setType(kTitlePixels / 14.0, QFont::DemiBold);
    row->addWidget(title_, 1);
    row->addWidget(progress_);
    connect(&theme_, &widgets::Theme::changed, this, &PresentationTitle::restyle);
    setDrawing(false);
    restyle();
}

void PresentationTitle::setDrawing(bool drawing) {
    title_->setFullText(drawing ? tr("A network learns to draw galaxies")
                                : tr("A network learns to measure galaxy shapes"));
}

void PresentationTitle::restyle() {
    layout()->setContentsMargins(theme_.px(8), theme_.px(4), theme_.px(8), theme_.px(4));
}

PresentationKeys::PresentationKeys(const widgets::Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme), remark_(new QLabel) {
    auto* row = new QHBoxLayout(this);
    const auto add = [&](const QString& key, const QString& meaning) {
        auto* cap = new QLabel(key);
        widgets::setRole(cap, widgets::Role::keycap);
        meanings_.push_back(new QLabel(meaning));
        widgets::setRole(meanings_.back(), widgets::Role::remark);
        row->addWidget(cap);
        row->addWidget(meanings_.back());
        return cap;
    };
    panes_ = add({}, tr("one picture large"));
    add(tr("Space"), tr("pause"));
    draw_ = {add(tr("N"), tr("new galaxies")), meanings_.back()};
    add(tr("Esc"), tr("leave"));
    widgets::setRole(remark_, widgets::Role::remark);
    row->addStretch(1);
    row->addWidget(remark_);
    connect(&theme_, &widgets::Theme::changed, this, &PresentationKeys::restyle);
    restyle();
}

void PresentationKeys::setChoices(int panes, bool drawing) {
    panes_->setText(tr("1 – %1").arg(panes));
    for (QLabel* label : draw_)
        label->setVisible(drawing);
}

void PresentationKeys::setRemark(const QString& text) {
    remark_->setText(text);
}

void PresentationKeys::restyle() {
    layout()->setContentsMargins(theme_.px(8), 0, theme_.px(8), theme_.px(6));
    layout()->setSpacing(theme_.px(8));
    for (QLabel* meaning : meanings_)
        meaning->setContentsMargins(0, 0, theme_.px(12), 0);
}

}  // namespace shearbench::app

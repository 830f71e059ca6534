// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/picker_button.h"

#include <QMenu>
#include <algorithm>

#include "widgets/style.h"

namespace shearbench::app {

PickerButton::PickerButton(const QString& name, QWidget* parent)
    : QToolButton(parent), name_(name) {
    widgets::setRole(this, widgets::Role::pick);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    setPopupMode(QToolButton::InstantPopup);
    setFocusPolicy(Qt::TabFocus);
    setToolTip(name);
    auto* menu = new QMenu(this);
    setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, &PickerButton::fillMenu);
    showCurrent();
}

void PickerButton::setChoices(std::vector<std::pair<QString, QString>> choices) {
    if (choices == choices_)
        return;
    choices_ = std::move(choices);
    const bool there = std::any_of(choices_.begin(), choices_.end(),
                                   [this](const auto& choice) { return choice.first == current_; });
    if (!there)
        current_ = choices_.empty() ? QString() : choices_.front().first;
    showCurrent();
}

void PickerButton::setCurrent(const QString& key) {
    current_ = key;
    showCurrent();
}

void PickerButton::showCurrent() {
    QString shown;
    for (const auto& [key, text] : choices_)
        if (key == current_)
            shown = text;
    setText(shown);
    setAccessibleName(QStringLiteral("%1: %2").arg(name_, shown));
}

void PickerButton::fillMenu() {
    menu()->clear();
    for (const auto& [key, text] : choices_) {
        QAction* action = menu()->addAction(text);
        action->setCheckable(true);
        action->setChecked(key == current_);
        connect(action, &QAction::triggered, this, [this, key = key] {
            setCurrent(key);
            Q_EMIT picked(key);
        });
    }
}

}  // namespace shearbench::app

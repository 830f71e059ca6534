// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/segmented.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPushButton>
#include <algorithm>

#include "widgets/style.h"

namespace shearbench::widgets {

Segmented::Segmented(const Theme&, QWidget* parent)
    : QWidget(parent), group_(new QButtonGroup(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    group_->setExclusive(true);
    // Neighbours share their border with the chosen one.
    connect(group_, &QButtonGroup::idToggled, this, [this] {
        for (QPushButton* button : buttons_) {
            button->update();
        }
    });
    connect(group_, &QButtonGroup::idClicked, this, [this] { Q_EMIT chosen(current()); });
}

void Segmented::setItems(const std::vector<Item>& items) {
    const QString before = current();
    qDeleteAll(buttons_);
    buttons_.clear();
    items_ = items;
    for (const Item& item : items) {
        auto* button = new QPushButton(item.title, this);
        setRole(button, Role::segment);
        button->setCheckable(true);
        button->setToolTip(item.tip);
        button->setAccessibleName(item.title);
        group_->addButton(button, int(buttons_.size()));
        layout()->addWidget(button);
        buttons_.push_back(button);
    }
    if (!buttons_.empty()) {
        buttons_.front()->setChecked(true);
    }
    setCurrent(before);
}

QString Segmented::current() const {
    const int index = group_->checkedId();
    return index >= 0 && std::size_t(index) < items_.size() ? items_[std::size_t(index)].id
                                                            : QString();
}

void Segmented::setCurrent(const QString& id) {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (items_[i].id == id) {
            buttons_[i]->setChecked(true);
        }
    }
}

}  // namespace shearbench::widgets

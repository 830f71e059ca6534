// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/segmented.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPushButton>
#include <algorithm>

namespace shearbench::widgets {

Segmented::Segmented(const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme), group_(new QButtonGroup(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    group_->setExclusive(true);
    connect(group_, &QButtonGroup::idToggled, this, [this] { restyle(); });
    connect(group_, &QButtonGroup::idClicked, this, [this] { Q_EMIT chosen(current()); });
    connect(&theme, &Theme::changed, this, &Segmented::restyle);
}

void Segmented::setItems(const std::vector<Item>& items) {
    const QString before = current();
    qDeleteAll(buttons_);
    buttons_.clear();
    items_ = items;
    for (const Item& item : items) {
        auto* button = new QPushButton(item.title, this);
        button->setObjectName(QStringLiteral("seg"));
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
    restyle();
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

/// One border between neighbours, in the accent beside the chosen one; round ends.
void Segmented::restyle() {
    const int radius = theme_.px(4), count = int(buttons_.size()), on = group_->checkedId();
    for (int i = 0; i < count; ++i) {
        QString style;
        if (i == 0) {
            style += QStringLiteral("border-top-left-radius:%1px;border-bottom-left-radius:%1px;")
                         .arg(radius);
        }
        if (i == count - 1) {
            style += QStringLiteral("border-top-right-radius:%1px;border-bottom-right-radius:%1px;")
                         .arg(radius);
        }
        if (i != on && i + 1 < count && i + 1 <= on) {
            style += QStringLiteral("border-right:none;");
        }
        if (i != on && i > 0 && i - 1 >= on) {
            style += QStringLiteral("border-left:none;");
        }
        // One border has to stay under the focus, which may be on any of them.
        const QString sheet =
            QStringLiteral("QPushButton#seg{%1} QPushButton#seg:focus{border:2px solid %2;}")
                .arg(style, theme_.colour(Colour::focus).name());
        if (buttons_[std::size_t(i)]->styleSheet() != sheet) {
            buttons_[std::size_t(i)]->setStyleSheet(sheet);
        }
    }
}

}  // namespace shearbench::widgets

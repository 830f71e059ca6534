// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/disclosure.h"

#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/icon.h"

namespace shearbench::widgets {

Disclosure::Disclosure(const Theme& theme, const QString& title, QWidget* body, QWidget* parent)
    : QWidget(parent), theme_(theme), button_(new QToolButton(this)), body_(body) {
    button_->setText(title);
    button_->setAccessibleName(title);
    button_->setObjectName(QStringLiteral("disclosure"));
    button_->setCheckable(true);
    button_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(button_, 0, Qt::AlignLeft);
    column->addWidget(body_);
    body_->hide();
    connect(button_, &QToolButton::toggled, this, [this](bool open) {
        body_->setVisible(open);
        measure();
        Q_EMIT openChanged(open);
    });
    connect(&theme, &Theme::changed, this, &Disclosure::measure);
    measure();
}

void Disclosure::measure() {
    layout()->setSpacing(theme_.px(5));
    button_->setIcon(themeIcon(theme_, isOpen() ? QStringLiteral("down") : QStringLiteral("right"),
                               Colour::text3));
    button_->setIconSize({theme_.px(12), theme_.px(12)});
    button_->setFont(theme_.font(TextSize::caption));
    button_->setStyleSheet(
        QStringLiteral("QToolButton{background:transparent;border:none;padding:1px;color:%1;"
                       "font-size:%2pt;} QToolButton:hover{color:%3;}"
                       "QToolButton:focus{border:2px solid %4;padding:0;border-radius:%5px;}")
            .arg(theme_.colour(Colour::text3).name())
            .arg(theme_.font(TextSize::caption).pointSizeF())
            .arg(theme_.colour(Colour::text).name(), theme_.colour(Colour::focus).name())
            .arg(theme_.px(4)));
}

bool Disclosure::isOpen() const {
    return button_->isChecked();
}

void Disclosure::setOpen(bool open) {
    button_->setChecked(open);
}

}  // namespace shearbench::widgets

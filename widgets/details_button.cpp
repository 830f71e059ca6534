// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/details_button.h"

#include "widgets/icon.h"
#include "widgets/style.h"

namespace shearbench::widgets {

DetailsButton::DetailsButton(const Theme& theme, QWidget* details, QWidget* parent)
    : QToolButton(parent), theme_(theme) {
    setRole(this, Role::mini);
    setCheckable(true);
    setIcon(themeIcon(theme, QStringLiteral("more"), Colour::text2, Colour::accent));
    setAccessibleName(tr("Details"));
    details->hide();
    connect(this, &QToolButton::toggled, details, &QWidget::setVisible);
    connect(this, &QToolButton::toggled, this, [this](bool open) {
        setToolTip(open ? tr("Hide the details") : tr("Show the details"));
    });
    setToolTip(tr("Show the details"));
    connect(&theme, &Theme::changed, this, &DetailsButton::measure);
    measure();
}

void DetailsButton::setWithName(bool on) {
    setText(on ? accessibleName() : QString());
    setToolButtonStyle(on ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
    measure();
}

void DetailsButton::measure() {
    setIconSize({theme_.px(16), theme_.px(16)});
    if (text().isEmpty()) {
        setFixedSize(theme_.px(24), theme_.px(24));
    } else {
        setFixedSize(sizeHint().width() + theme_.px(8), theme_.px(24));
    }
}

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace shearbench::widgets {

/// Takes a widget out of sight now and deletes it when the event loop comes round. While Qt gives
/// all widgets a new font it resizes some; one that deleted its children on that occasion would
/// pull them out of Qt's list.
inline void discard(QWidget* widget) {
    if (widget == nullptr)
        return;
    widget->hide();
    widget->setParent(nullptr);
    widget->deleteLater();
}

}  // namespace shearbench::widgets

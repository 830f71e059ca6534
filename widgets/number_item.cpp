// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_item.h"

#include <cmath>

#include "widgets/figure.h"
#include "widgets/number_text.h"

namespace shearbench::widgets {

QStandardItem* numberItem(double value, int digits) {
    auto* item = new QStandardItem;
    item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    if (std::isfinite(value)) {
        item->setText(shortText(value, digits));
        item->setData(value, Figure::kRawValueRole);
    }
    return item;
}

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStandardItem>

namespace shearbench::widgets {

/// A cell for a figure's table: the text rounded to so many digits, the number itself for
/// Figure::kRawValueRole. What is not finite gives an empty cell. The table owns it.
QStandardItem* numberItem(double value, int digits = 6);

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

// Numbers as the window shows them: minus U+2212, thousands separated by a comma, independent of
// the desktop's language. For files use core's locale-free functions instead.

namespace shearbench::widgets {

inline const QChar kMinus{0x2212};

/// Fixed decimals: "1,778", "-2.60". NaN: "NaN"; infinities: "∞", "-∞" (with U+2212). A value that
/// rounds to zero has no sign.
QString fixedText(double value, int decimals);
/// The same with "+" before positive values, for quantities where the sign carries meaning.
QString signedText(double value, int decimals);
/// About `digits` significant digits, no trailing zeros, plain up to 9,999,999 and down to 0.0001;
/// beyond that a power of ten: "3.2 × 10^−7" in superscript characters.
QString shortText(double value, int digits = 3);
/// Thousands separated: "1,517,217".
QString countText(qint64 value);
/// Where there is little room: exact below 10,000, then "163k", "1.52M".
QString briefCountText(qint64 value);
/// "±0.03".
QString plusMinusText(double value, int decimals);
/// "640 B", "97 MB", "15.6 GB": powers of 1000, three digits.
QString bytesText(quint64 bytes);
/// "11 min", "2 h 5 min", "40 s", "3.4 s": two units at most.
QString durationText(double seconds);

}  // namespace shearbench::widgets

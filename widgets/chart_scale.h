// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <utility>
#include <vector>

#include "widgets/line_chart.h"

// The arithmetic of chart axes, without drawing. "Along the axis" means log10 of the value on a log
// axis and the value itself on a linear one.

namespace shearbench::widgets {

struct Tick {
    double value = 0;
    QString text;
};

/// Whether the value has a position along the axis: none have those that are not finite, larger
/// than 1e300, or on a log axis less than 1e-300.
inline bool hasPosition(double value, Scale scale) {
    // Beyond these, differences and powers overflow.
    constexpr double kLargest = 1e300, kSmallest = 1e-300;
    return value <= kLargest && value >= (scale == Scale::log ? kSmallest : -kLargest);
}

/// Position along the axis; NaN where there is none.
double alongAxis(double value, Scale scale);
double valueAt(double along, Scale scale);

/// A step of 1, 2 or 5 times a power of ten, so that `span` has at most `most` (>= 1) intervals.
double niceStep(double span, int most);

/// Ticks at multiples of a nice step within [low, high]; texts have equal decimals. The step is
/// `leastStep` or more, unless the range is smaller than that.
std::vector<Tick> linearTicks(double low, double high, int most, double leastStep = 0);

/// Ticks at 1, 2, 5 times powers of ten within [low, high], both positive; powers only, then every
/// second, third ... power where the axis would be crowded: at most `most`. Less than half a decade
/// has linear ticks.
std::vector<Tick> logTicks(double low, double high, int most);

/// The range to show for values between low and high: the top is a tick's value, the bottom a
/// little below the data. Equal, reversed, or not finite ends give a range around them.
std::pair<double, double> niceRange(double low, double high, Scale scale, int most);

/// Tops of `heights`-high labels whose middles want to be at `wanted`: sorted, pushed apart so that
/// none overlap, kept within [top, bottom] as far as they fit; in the order of the input.
std::vector<double> spreadLabels(const std::vector<double>& wanted,
                                 const std::vector<double>& heights, double top, double bottom);

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "widgets/line_chart.h"

// The charts of a benchmark as specs for LineChart: a quantity against batch size or number of
// images, and the ratio of two.

namespace shearbench::widgets {

/// What lies on the x axis.
enum class SizeAxis { batch, images };

/// A device's curve. `gaps` are sizes where there is no value (out of memory, failed): small
/// crosses on the x axis.
struct SizeCurve {
    QString key;    ///< the same from update to update
    QString label;  ///< stands at the curve's end
    QString note;   ///< second line beneath it, may be empty
    DeviceColour colour = DeviceColour::green;
    bool published = false;  ///< dashed and hollow; measured ones are solid and filled
    std::vector<ChartPoint> points;
    std::vector<double> gaps;
};

struct SizeScene {
    QString title;   ///< of exports, accessible name
    QString yTitle;  ///< with the unit
    QString unit;    ///< behind values that are read out: "s"
    SizeAxis axis = SizeAxis::batch;
    Scale xScale = Scale::linear, yScale = Scale::log;
    std::vector<SizeCurve> curves;
    std::vector<ChartLevel> levels;
    std::optional<ChartPending> pending;
};

/// Ticks stand at the sizes that were measured or published.
ChartSpec sizeSpec(const SizeScene& scene);

/// Curves are ratios time(A) / time(B), each in the colour of its B. A red line at 1, and the
/// halves beside it tinted and named; `plain`: in the words of people who do not program.
ChartSpec ratioSpec(const SizeScene& scene, bool plain);

}  // namespace shearbench::widgets

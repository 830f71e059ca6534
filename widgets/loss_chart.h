// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <optional>
#include <vector>

#include "widgets/line_chart.h"

namespace shearbench::widgets {

/// A training run's losses. Points are (epoch, loss); epochs count finished ones, so that the value
/// after the first epoch stands at 1, and fractions lie within an epoch.
struct LossCurve {
    QString quantity;  ///< "mean of −log p(e₁, e₂, z)"; the axis adds nothing to it
    std::vector<QPointF> training;    ///< several an epoch
    std::vector<QPointF> validation;  ///< one an epoch
    double epochs = 0;                ///< asked for: the end of the axis; 0: not known
    double warmUpEpochs = 0;          ///< shaded; 0: none
    std::optional<double> bestEpoch;  ///< of the lowest validation loss, whose weights are kept
    QString trainingName, validationName;  ///< at the curves' ends; empty: "training", "validation"
    /// Where and why it ended early: "NaN, stopped". The cross stands at the last finite loss.
    std::optional<QString> failure;
};

/// Loss against epochs. The first steps, which often lie far above everything after them, do not
/// choose the range: where they leave it an arrow says so, and zooming out shows them.
class LossChart : public LineChart {
    Q_OBJECT
  public:
    explicit LossChart(const Theme& theme, QWidget* parent = nullptr);
    void setCurve(const LossCurve& curve);
};

}  // namespace shearbench::widgets

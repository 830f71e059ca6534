// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <optional>
#include <vector>

#include "widgets/theme.h"

class QLabel;
class QTableView;

namespace shearbench::widgets {

/// One layer with the PReLU that follows it.
struct LayerRow {
    QString title;   ///< "conv 32→64 /2"
    QString output;  ///< "64 × 32 × 32"
    qint64 parameters = 0;
    QString tip;      ///< more about it, may be empty
    QString layer{};  ///< its name
    /// Whether its weights are distributions, where that is to be chosen.
    std::optional<bool> bayesian{};
};

struct LayerTotals {
    qint64 parameters = 0, trainable = 0;
    double flops = 0;  ///< floating-point operations of one image forward; 0: not known
};

class LayerModel;

/// A network's layers with output shapes and parameters; a bar behind each number is the layer's
/// share of the largest. Totals below. As high as its rows. Where layers may be Bayesian or not, a
/// check box before each says so; a click or the space bar changes it.
class LayerTable : public QWidget {
    Q_OBJECT
  public:
    explicit LayerTable(const Theme& theme, QWidget* parent = nullptr);

    void setLayers(const std::vector<LayerRow>& rows, const LayerTotals& totals);

    /// Checked ones cannot be changed while this is off.
    void setEditable(bool on);

  Q_SIGNALS:
    /// Someone wants the layer of this name Bayesian, or not.
    void bayesianChosen(const QString& layer, bool on);

  private:
    void measure();

    const Theme& theme_;
    LayerModel* model_;
    QTableView* view_;
    QWidget* line_;
    QLabel* total_;
    QLabel* totalNumber_;
    QLabel* detail_;
};

}  // namespace shearbench::widgets

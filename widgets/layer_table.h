// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
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
    QString tip;  ///< more about it, may be empty
};

struct LayerTotals {
    qint64 parameters = 0, trainable = 0;
    double flops = 0;  ///< floating-point operations of one image forward; 0: not known
};

class LayerModel;

/// A network's layers with output shapes and parameters; a bar behind each number is the layer's
/// share of the largest. Totals below. As high as its rows.
class LayerTable : public QWidget {
    Q_OBJECT
  public:
    explicit LayerTable(const Theme& theme, QWidget* parent = nullptr);

    void setLayers(const std::vector<LayerRow>& rows, const LayerTotals& totals);

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

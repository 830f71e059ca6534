// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "widgets/line_chart.h"

namespace shearbench::widgets {

/// The points of a chart as rows, one a value of x over all series, ascending; several of a series
/// at one x have a row each. Where a series has intervals, its column is followed by two for their
/// ends. Missing values are empty cells.
class ChartTable : public QAbstractTableModel {
    Q_OBJECT
  public:
    explicit ChartTable(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    /// Takes over the chart's points. Rows that are only added at the end leave a view where it is.
    void setSpec(const ChartSpec& spec);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    struct Column {
        QString head;
        std::vector<double> values;  // one a row
        std::vector<bool> present;
        int decimals = 0;  // one precision a column
    };
    static std::vector<Column> columnsOf(const ChartSpec& spec);

    std::vector<Column> columns_;
};

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

#include "widgets/theme.h"

class QTableView;

namespace shearbench::widgets {

/// What one operation takes of a training step. Numbers that are 0 are left out.
struct OperationRow {
    QString name, method;    ///< "conv3", "Winograd by tiles"
    double seconds = 0;      ///< of one step
    double gflops = 0;       ///< 1e9 operations a second, as the layer's definition has them
    double shareOfPeak = 0;  ///< of the device's measured rate; above 1 where fewer are needed
    double gigabytes = 0;    ///< 1e9 bytes a second
};

/// Operations that follow each other: "Forward".
struct OperationGroup {
    QString title;
    std::vector<OperationRow> rows;
};

struct OperationScene {
    std::vector<OperationGroup> groups;
    double stepSeconds = 0;
    DeviceColour colour = DeviceColour::green;
};

class OperationModel;

/// Where a step's time goes: a horizontal bar an operation in the order of a step, as long as it
/// takes, and its numbers beside it; the share of the device's peak as a bar behind its number.
/// Each group begins with its sum.
class OperationChart : public QWidget {
    Q_OBJECT
  public:
    explicit OperationChart(const Theme& theme, QWidget* parent = nullptr);

    void setScene(const OperationScene& scene);
    /// All numbers, comma-separated, a line an operation.
    QString csv() const;

  private:
    void measure();

    const Theme& theme_;
    OperationModel* model_;
    QTableView* view_;
};

}  // namespace shearbench::widgets

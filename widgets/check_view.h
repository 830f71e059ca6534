// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

#include "widgets/theme.h"

class QLabel;
class QTableView;

namespace shearbench::widgets {

/// How far two devices' numbers for one tensor lie apart; NaN where a number is not finite.
struct CheckRow {
    QString name;        ///< "conv3.kernel"
    double typical = 0;  ///< of the newest step: root mean square difference by the tensor's size
    double most = 0;     ///< the largest of those of all steps
    double largest = 0;  ///< of the newest step: of any single number, in its own unit
    double size = 0;     ///< the numbers' root mean square
};

/// Two devices compared while they train.
struct CheckScene {
    enum class Verdict { agree, differ, broken };

    Verdict verdict = Verdict::agree;
    QString headline, detail;  ///< a sentence for everyone; what stands behind it
    std::vector<CheckRow> rows;
    /// Typical differences up to `tolerance` are usual, up to `limit` they may be harmless yet.
    double tolerance = 0, limit = 0;
    DeviceColour colour = DeviceColour::green;
};

class CheckModel;

/// A sentence on whether two devices agree, and below it a line a tensor: how far it differs as a
/// bar on a log scale, on which a line marks the tolerance, and as numbers. What is beyond it has
/// the colour of warnings, of bars beyond the limit red.
class CheckView : public QWidget {
    Q_OBJECT
  public:
    explicit CheckView(const Theme& theme, QWidget* parent = nullptr);

    void setScene(const CheckScene& scene);
    const CheckScene& scene() const;

  private:
    void measure();

    const Theme& theme_;
    CheckModel* model_;
    QLabel *icon_, *headline_, *detail_;
    QTableView* view_;
};

}  // namespace shearbench::widgets

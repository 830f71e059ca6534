// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <optional>

#include "widgets/theme.h"

namespace shearbench::widgets {

/// What a batch size needs and what there is, in 1e6 bytes.
struct MemoryUse {
    int batch = 0;
    double weights = 0;      ///< parameters and optimiser
    double activations = 0;  ///< and everything else that grows with the batch
    double limit = 0;        ///< the cap, or the device's memory; 0: unknown
    int fitsUpTo = 0;        ///< largest batch within the limit; 0: not even one; -1: unknown

    double total() const { return weights + activations; }
    bool fits() const { return limit <= 0 || total() <= limit; }
};

/// "Memory for batch 14 ... 97 of 286 MB" over a bar: weights solid, activations half.
class MemoryBar : public QWidget {
    Q_OBJECT
  public:
    explicit MemoryBar(const Theme& theme, QWidget* parent = nullptr);

    /// Nothing: "planned once there are a file and a network".
    void setUse(const std::optional<MemoryUse>& use);
    void setDeviceColour(DeviceColour colour);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    struct Words {
        QString title, amount, parts, fits;
        bool good = true;
    };
    Words words() const;

    const Theme& theme_;
    std::optional<MemoryUse> use_;
    DeviceColour colour_ = DeviceColour::green;
};

}  // namespace shearbench::widgets

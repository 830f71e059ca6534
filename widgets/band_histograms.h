// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <vector>

#include "widgets/theme.h"

namespace shearbench::widgets {

/// How often values occur in one band.
struct BandHistogram {
    double low = 0, high = 1;  ///< of the bins together
    std::vector<double> counts;
    double mean = 0, sigma = 0;  ///< of all finite values
};

/// One small histogram a band, counts on a logarithmic axis, all on the same scale of values.
class BandHistograms : public QWidget {
    Q_OBJECT
  public:
    explicit BandHistograms(const Theme& theme, QWidget* parent = nullptr);

    void setHistograms(const QStringList& bands, std::vector<BandHistogram> histograms);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    const Theme& theme_;
    QStringList bands_;
    std::vector<BandHistogram> histograms_;
};

}  // namespace shearbench::widgets

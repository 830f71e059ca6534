// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "widgets/figure_export.h"

class QComboBox;
class QDoubleSpinBox;

namespace shearbench::widgets {

/// Asks for the size of a figure on paper, with the columns of journals as presets, the size of its
/// type and the resolution of a PNG.
class FigureDialog : public QDialog {
    Q_OBJECT
  public:
    explicit FigureDialog(const FigureOptions& options, QWidget* parent = nullptr);

    FigureOptions options() const;

  private:
    QDoubleSpinBox* addNumber(const QString& title, double value, double low, double high,
                              const QString& unit);
    void usePreset(int index);

    QComboBox* preset_;
    QDoubleSpinBox *width_, *height_, *type_, *dpi_;
};

}  // namespace shearbench::widgets

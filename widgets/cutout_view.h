// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <array>
#include <optional>
#include <vector>

#include "widgets/cutout_canvas.h"
#include "widgets/cutout_image.h"
#include "widgets/theme.h"

class QBoxLayout;
class QGridLayout;
class QLabel;
class QPushButton;
class QScrollArea;

namespace shearbench::widgets {

class BandThumbnails;
class ElidedLabel;

/// A quantity as the file labels it and as the network believes it.
struct LabelledValue {
    QString name;  ///< "e₁"
    std::optional<double> label, mean, sigma;
    int decimals = 3;
    bool withSign = false;  ///< "+" before positive values

    bool operator==(const LabelledValue&) const = default;
};

/// One galaxy, large.
struct CutoutDetails {
    qint64 row = -1;
    QString title;        ///< "Galaxy 1015"
    QString place;        ///< "14 of 1,612 in this order"
    CutoutPixels pixels;  ///< null: still being read
    CutoutOutlines outlines;
    std::vector<LabelledValue> values;
    QString facts;  ///< "r mag 24.2   SNR 262   half-light radius 0.67″"
};

/// One galaxy: the picture with a scale bar and the outlines of label (dashed white) and posterior
/// mean (solid violet), its bands, and what label and posterior say. The pixel under the cursor is
/// read out; arrow keys move that cursor when the picture has the focus. Where it is wider than
/// tall the values stand beside the picture, else below.
class CutoutView : public QWidget {
    Q_OBJECT
  public:
    explicit CutoutView(const Theme& theme, QWidget* parent = nullptr);

    void setFormat(const CutoutFormat& format);
    /// Nothing: "Choose a galaxy."
    void setDetails(const std::optional<CutoutDetails>& details);
    /// How it is shown; its crop is used as it is.
    void setDisplay(const CutoutDisplay& display);
    CutoutDisplay display() const;

    /// "label, posterior, pull" as tab-separated lines.
    QString valuesText() const;

  Q_SIGNALS:
    void posteriorRequested(qint64 row);
    void displayChanged();  ///< the user chose another band

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void build();
    void measure();
    void arrange();
    void showValues();
    void showKey();
    QLabel* cell(int row, int column, const QString& text, Qt::Alignment side);

    const Theme& theme_;
    CutoutFormat format_;
    std::optional<CutoutDetails> details_;
    std::vector<LabelledValue> shownValues_;  ///< in the table
    QScrollArea* scroll_;
    QWidget *content_, *buttons_;
    CutoutCanvas* canvas_;
    BandThumbnails* bands_;
    QLabel *title_, *facts_, *key_, *empty_;
    ElidedLabel *place_, *readout_;
    QBoxLayout* parts_;     ///< picture and values
    QBoxLayout* pictures_;  ///< large one and bands
    QWidget* values_;
    QGridLayout* table_;
    QPushButton *posterior_, *copy_;
};

/// (mean - label) / sigma; nothing where one is missing or sigma is not above zero.
std::optional<double> pullOf(const LabelledValue& value);

}  // namespace shearbench::widgets

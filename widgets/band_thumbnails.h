// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "widgets/cutout_image.h"
#include "widgets/theme.h"

class QAbstractButton;
class QGridLayout;

namespace shearbench::widgets {

/// A cutout's bands as small pictures, the colour picture not among them; each is a button that
/// chooses its band, and again that goes back to colour. Few with short names stand above each
/// other, others in rows with their names below.
class BandThumbnails : public QWidget {
    Q_OBJECT
  public:
    explicit BandThumbnails(const Theme& theme, QWidget* parent = nullptr);

    /// How many stand in a row, where there are rows (4).
    void setAcross(int across) { across_ = across; }
    void setFormat(const CutoutFormat& format);
    void setPixels(CutoutPixels pixels);
    void setDisplay(const CutoutDisplay& display);

    /// Whether they stand in rows.
    bool inRows() const { return inRows_; }

  Q_SIGNALS:
    void chosen(int band);  ///< -1: colour

  private:
    class Button;
    void measure();

    const Theme& theme_;
    CutoutFormat format_;
    CutoutPixels pixels_;
    CutoutDisplay display_;
    QGridLayout* grid_;
    std::vector<Button*> buttons_;
    bool inRows_ = false;
    int across_ = 4;
};

}  // namespace shearbench::widgets

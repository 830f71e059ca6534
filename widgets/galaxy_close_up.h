// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>
#include <vector>

#include "widgets/cutout_image.h"
#include "widgets/theme.h"

class QGridLayout;
class QLabel;
class QPushButton;

namespace shearbench::widgets {

class BandThumbnails;
class CutoutCanvas;
class ElidedLabel;

/// A galaxy, and maybe others beside it: its reconstruction, the real ones nearest to it.
struct CloseUp {
    struct Galaxy {
        QString title;
        bool made = false;  ///< by the network
        CutoutPixels pixels;
    };
    std::vector<Galaxy> galaxies;
    /// A line a measured quantity: its name, and a value for each galaxy.
    struct Line {
        QString name;
        QStringList values;
    };
    std::vector<Line> lines;
    bool canWalk = false;  ///< it has latent features to walk from
};

/// Galaxies large, side by side at the same stretch, with the bands of the last one to choose from
/// and numbers. The pixel under the cursor is read out.
class GalaxyCloseUp : public QWidget {
    Q_OBJECT
  public:
    explicit GalaxyCloseUp(const Theme& theme, QWidget* parent = nullptr);

    void setFormat(const CutoutFormat& format);
    void setDisplay(const CutoutDisplay& display);
    void setCloseUp(const CloseUp& closeUp);
    const CloseUp& closeUp() const { return closeUp_; }

    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void backRequested();
    void walkRequested();
    void bandChosen(int band);  ///< -1: colour

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void arrange();
    void fillNumbers();

    static constexpr std::size_t kMost = 4;

    const Theme& theme_;
    CloseUp closeUp_;
    QWidget *pictures_, *numbers_;
    std::vector<QWidget*> columns_;
    std::vector<QLabel*> titles_;
    std::vector<CutoutCanvas*> canvases_;
    BandThumbnails* bands_;
    QGridLayout* table_;
    ElidedLabel* readout_;
    QPushButton *back_, *walk_;
};

}  // namespace shearbench::widgets

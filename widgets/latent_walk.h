// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "widgets/galaxy_scene.h"
#include "widgets/theme.h"

class QLabel;
class QPushButton;
class QScrollArea;
class QSlider;
class QSpinBox;
class QStackedWidget;

namespace shearbench::widgets {

class GalaxyGrid;
class Segmented;

/// Galaxies with the latent features they come from: where a walk starts and ends.
struct LatentSpace {
    GalaxyGroup galaxies;
    std::vector<std::vector<float>> latents;  ///< one a galaxy, all of the same length
    /// Standard deviation of each feature among galaxies; what sliders go by.
    std::vector<double> deviations;

    int dimensions() const { return int(deviations.size()); }
};

/// A way through the latent features: one galaxy whose features are moved by sliders, or a straight
/// way from one galaxy to another. Says which features it wants to see as galaxies, and shows them
/// when they come; knows nothing of how that is done.
class LatentWalk : public QWidget {
    Q_OBJECT
  public:
    static constexpr int kSliders = 4, kSteps = 10;

    explicit LatentWalk(const Theme& theme, QWidget* parent = nullptr);

    void setSpace(LatentSpace space, const CutoutFormat& format);
    void setDisplay(const CutoutDisplay& display);
    /// Place in the space of the galaxy that is walked from, and that a way leads to.
    void setStart(int index);
    void setEnd(int index);
    int start() const;
    /// Between two galaxies, instead of by sliders.
    void setBetween(bool between);
    bool isBetween() const;
    /// Moves feature `dimension` (from 0) by so many standard deviations, with the first slider
    /// that has it, or else the last one.
    void moveFeature(int dimension, double deviations);

    /// Of the features last wanted, in their order.
    void setPictures(std::vector<CutoutPixels> pictures);
    const GalaxyScene& scene() const;

    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void wanted(const std::vector<std::vector<float>>& latents);
    void sceneChanged();

  private:
    struct Slider {
        QSpinBox* dimension;
        QSlider* slider;
        QLabel* value;
    };
    QWidget* buildSliders();
    QWidget* buildBetween();
    void chooseDimensions();
    void restart();
    void want();
    void showScene();
    void measure();
    QSpinBox* galaxyBox(const QString& name);

    const Theme& theme_;
    LatentSpace space_;
    GalaxyScene scene_;
    std::vector<CutoutPixels> pictures_;
    Segmented* mode_;
    QStackedWidget* pages_;
    std::vector<Slider> sliders_;
    QSpinBox *from_, *start_, *end_;
    QPushButton* reset_;
    QWidget* controls_;
    QScrollArea* scroll_;
    GalaxyGrid* grid_;
};

}  // namespace shearbench::widgets

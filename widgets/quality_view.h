// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <array>
#include <vector>

#include "widgets/galaxy_scene.h"
#include "widgets/theme.h"

class QTableView;

namespace shearbench::widgets {

class GalaxyGrid;
class LineChart;

/// The sets that are compared, in this order everywhere.
enum class QualitySet { real, reconstructed, generated };
constexpr std::size_t kQualitySets = 3;

/// One quantity in which sets of galaxies are compared.
struct QualityQuantity {
    QString name;  ///< "flux r"
    QString unit;  ///< may be empty
    /// One number a galaxy; a power spectrum's are shares by whole wavenumber.
    std::array<std::vector<double>, kQualitySets> values;
    bool spectrum = false;
    /// Wasserstein distances to the real ones, in the quantity's unit: of two halves of the real
    /// ones from each other, of the reconstructed ones, of the generated ones. NaN: not known.
    double halves = 0, reconstructed = 0, generated = 0;
};

/// A generated galaxy and the training galaxies nearest to it.
struct QualityNeighbours {
    CutoutPixels generated;
    qint64 number = 0;  ///< of the generated one
    std::vector<CutoutPixels> nearest;
    std::vector<qint64> rows;
    std::vector<double> distances;
};

struct QualityScene {
    std::vector<QualityQuantity> quantities;
    std::vector<QualityNeighbours> neighbours;
    CutoutFormat format;
    QString remark;  ///< "1,000 galaxies of each kind; sky noise is added to ..."
};

/// Real, reconstructed and generated galaxies compared: every quantity's distances as rows, the
/// chosen quantity's distributions as curves, and the training galaxies nearest to generated ones.
class QualityView : public QWidget {
    Q_OBJECT
  public:
    explicit QualityView(const Theme& theme, QWidget* parent = nullptr);
    ~QualityView() override;

    void setScene(QualityScene scene);
    const QualityScene& scene() const { return scene_; }
    /// Shows the distributions of that quantity.
    void choose(int quantity);
    int chosen() const;

    /// The curves: what is saved and copied.
    LineChart* chart() const { return chart_; }
    GalaxyGrid* neighbours() const { return neighbours_; }
    QTableView* table() const { return table_; }

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    class Table;
    void showChart();
    void showNeighbours();
    void measure();

    const Theme& theme_;
    QualityScene scene_;
    Table* model_;
    QTableView* table_;
    LineChart* chart_;
    GalaxyGrid* neighbours_;
};

}  // namespace shearbench::widgets

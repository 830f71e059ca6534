// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

#include "widgets/layer_table.h"
#include "widgets/problem.h"
#include "widgets/segmented.h"
#include "widgets/theme.h"

namespace shearbench::widgets {

struct NetworkPanelState {
    QString preset;

    bool operator==(const NetworkPanelState&) const = default;
};

/// The network section: presets as buttons over the chosen one's layers.
class NetworkPanel : public QWidget {
    Q_OBJECT
  public:
    explicit NetworkPanel(const Theme& theme, QWidget* parent = nullptr);

    /// The presets there are.
    void setPresets(const std::vector<Segmented::Item>& presets);
    void setState(const NetworkPanelState& state);  ///< emits nothing
    NetworkPanelState state() const;

    void setLayers(const std::vector<LayerRow>& rows, const LayerTotals& totals);
    /// In place of the layers: why there are none.
    void setProblem(const Problem& problem);
    void setRunning(bool running);

    QString summary() const;  ///< "1.52 M parameters"

  Q_SIGNALS:
    /// Someone wants the weights of the layer of this name Bayesian, or not.
    void bayesianChosen(const QString& layer, bool on);
    void edited();
    void problemAction(int action);
    void summaryChanged();

  private:
    void measure();

    const Theme& theme_;
    Segmented* presets_;
    LayerTable* table_;
    Note* note_;
    LayerTotals totals_;
};

}  // namespace shearbench::widgets

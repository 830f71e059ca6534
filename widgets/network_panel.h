// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

#include "widgets/layer_table.h"
#include "widgets/problem.h"
#include "widgets/segmented.h"
#include "widgets/theme.h"

class QLabel;

namespace shearbench::widgets {

struct NetworkPanelState {
    QString preset;

    bool operator==(const NetworkPanelState&) const = default;
};

/// Some of a network's layers, with their totals: all of them, or those of an encoder.
struct NetworkPart {
    QString id, title, tip;
    std::vector<LayerRow> rows;
    LayerTotals totals;
};

/// The network section: presets as buttons over the chosen one's layers. Where a network has
/// several parts, buttons below choose the one whose layers are shown.
class NetworkPanel : public QWidget {
    Q_OBJECT
  public:
    explicit NetworkPanel(const Theme& theme, QWidget* parent = nullptr);

    /// The presets there are.
    void setPresets(const std::vector<Segmented::Item>& presets);
    void setState(const NetworkPanelState& state);  ///< emits nothing
    NetworkPanelState state() const;

    void setLayers(const std::vector<LayerRow>& rows, const LayerTotals& totals);
    /// `remark` stands below the table; may be empty.
    void setParts(std::vector<NetworkPart> parts, const QString& remark);
    /// Shows the layers of the part of that id.
    void showPart(const QString& id);
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
    void showLayers();

    const Theme& theme_;
    Segmented *presets_, *choice_;
    LayerTable* table_;
    QLabel* remark_;
    Note* note_;
    std::vector<NetworkPart> parts_;
};

}  // namespace shearbench::widgets

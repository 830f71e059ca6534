// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include "widgets/galaxy_scene.h"

namespace shearbench::widgets {

/// The galaxies of a scene as rows: set, number, and the light of every band within a fifth of the
/// image's width (analysis::apertureFlux), worked out when it is asked for.
class GalaxyTable : public QAbstractTableModel {
    Q_OBJECT
  public:
    explicit GalaxyTable(QObject* parent = nullptr);

    void setScene(const GalaxyScene& scene);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    GalaxyScene scene_;
};

}  // namespace shearbench::widgets

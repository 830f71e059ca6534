// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <memory>

#include "widgets/posterior.h"

namespace shearbench::widgets {

/// Posteriors as rows: label, mean, standard deviation and correlations of e1, e2 and redshift, and
/// the aleatoric and epistemic parts where a network gives them. Unknown values are empty cells.
class PosteriorTable : public QAbstractTableModel {
    Q_OBJECT
  public:
    explicit PosteriorTable(QObject* parent = nullptr);

    void setScene(std::shared_ptr<const PosteriorScene> scene);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::shared_ptr<const PosteriorScene> scene_;
};

}  // namespace shearbench::widgets

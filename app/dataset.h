// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/training/trainer.h"
#include "widgets/cutout_model.h"

namespace shearbench::app {

/// An opened file of cutouts, ready to be shown and trained on. Shared, never changed.
struct Dataset {
    training::PreparedData prepared;
    std::shared_ptr<const widgets::CutoutCatalogue> catalogue;
    QString obstacle, remedy;  ///< why none of it can be trained on, as far as was looked at

    const data::Schema& schema() const { return prepared.source->schema(); }
    /// Column of the catalogue's table with that target (0 e1, 1 e2, 2 redshift); -1: not loaded.
    int targetColumn(int target) const;
    double value(int column, std::int64_t row) const {
        return catalogue->table.columns[static_cast<std::size_t>(column)]
            .values[static_cast<std::size_t>(row)];
    }
    int snrColumn() const { return catalogue->snr; }
};

/// Opens and reads what the window shows of the experiment's data: schema, split, columns,
/// statistics of the pixels. Takes as long as the disk does; throws Error.
std::shared_ptr<const Dataset> loadDataset(const Experiment& experiment);

/// The galaxies whose posteriors are shown unless others are chosen: up to `count` rows that the
/// network never trains on, bright enough to be seen and far apart in (e1, e2).
std::vector<std::int64_t> representativeRows(const Dataset& dataset, int count);

}  // namespace shearbench::app

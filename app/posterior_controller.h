// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "app/background.h"
#include "app/dataset.h"
#include "app/galaxy_selection.h"
#include "app/training_controller.h"
#include "core/model/posterior.h"

namespace shearbench::app {

/// Which galaxies are shown with their posteriors, and those posteriors: from the training while
/// one runs, from the run's saved network afterwards.
class PosteriorController : public QObject {
    Q_OBJECT
  public:
    static constexpr int kGalaxies = 6;

    PosteriorController(TrainingController& training, GalaxySelection& selection,
                        QObject* parent = nullptr);
    ~PosteriorController() override;

    /// Chooses galaxies of a newly opened dataset; posteriors of the one before are forgotten.
    void setDataset(std::shared_ptr<const Dataset> dataset);
    /// Uses the network that `run` has saved (its best epoch's), of a training that is over; what
    /// was shown stays until its posteriors are there.
    void useRun(const training::RunDirectory& run);

    /// Those shown so far are of another network than what comes next.
    void forget();

    /// The galaxies shown; the chosen one is always among them.
    const std::vector<std::int64_t>& rows() const { return rows_; }
    std::optional<model::Posterior> posterior(std::int64_t row) const;

    bool predicting() const { return predicting_ > 0; }

  Q_SIGNALS:
    void rowsChanged();
    void posteriorsChanged();
    void failed(const shearbench::app::Failure& failure);

  private:
    void includeSelected();
    void take(const training::Snapshot& snapshot);
    void predict();

    TrainingController& training_;
    GalaxySelection& selection_;
    std::shared_ptr<const Dataset> dataset_;
    std::vector<std::int64_t> chosen_, rows_;
    std::map<std::int64_t, model::Posterior> posteriors_;
    std::int64_t seenUpdates_ = -1;
    std::uint64_t generation_ = 0;  ///< grows when what is being predicted is out of date
    std::uint64_t predicting_ = 0;  ///< generation under way; 0: none
    std::shared_ptr<const training::RunDirectory> run_;
    Background worker_;  // last: its thread ends before what its jobs use
};

}  // namespace shearbench::app

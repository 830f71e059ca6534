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
#include "core/model/weight_draws.h"

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

    /// What the first draws() weight draws of a Bayesian network say, one posterior each; none for
    /// another network and while training.
    std::vector<model::Posterior> drawsOf(std::int64_t row) const;
    /// How many weight draws posteriors are made of. Fewer count at once; more are computed.
    int draws() const { return draws_; }
    void setDraws(int draws);
    /// Whether the network of the run in use is Bayesian.
    bool bayesian() const { return bayesian_; }

    /// Lays the posteriors of another run over those shown: of its best epoch, on the same rows.
    void compareWith(const training::RunDirectory& run);
    void stopComparing();
    std::optional<model::Posterior> compared(std::int64_t row) const;
    QString comparedRun() const;  ///< empty: none

    bool predicting() const { return predicting_ > 0; }
    /// Whether any galaxy has a posterior.
    bool hasPosteriors() const { return !posteriors_.empty(); }

  Q_SIGNALS:
    void rowsChanged();
    void posteriorsChanged();
    void failed(const shearbench::app::Failure& failure);

  private:
    void includeSelected();
    void take(const training::Snapshot& snapshot);
    void predict();
    void predictCompared();

    TrainingController& training_;
    GalaxySelection& selection_;
    std::shared_ptr<const Dataset> dataset_;
    std::vector<std::int64_t> chosen_, rows_;
    std::map<std::int64_t, model::Posterior> posteriors_;
    std::map<std::int64_t, std::vector<model::Posterior>> drawn_;
    std::map<std::int64_t, model::Posterior> compared_;
    int draws_ = model::kDefaultDraws;
    bool bayesian_ = false;
    std::int64_t seenUpdates_ = -1;
    std::uint64_t generation_ = 0;  ///< grows when what is being predicted is out of date
    std::uint64_t predicting_ = 0;  ///< generation under way; 0: none
    std::uint64_t comparing_ = 0;   ///< grows with every comparison asked for
    std::shared_ptr<const training::RunDirectory> run_, comparedRun_;
    Background worker_;  // last: its thread ends before what its jobs use
};

}  // namespace shearbench::app

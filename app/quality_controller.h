// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "app/background.h"
#include "app/dataset.h"
#include "app/training_controller.h"
#include "core/model/quality.h"
#include "widgets/cutout_image.h"

namespace shearbench::app {

/// Compares a generative run's galaxies with the real ones it was trained on, on a thread of its
/// own.
class QualityController : public QObject {
    Q_OBJECT
  public:
    /// Generated galaxies whose neighbours among the real ones are looked for.
    static constexpr std::size_t kNeighboursOf = 6;

    struct Comparison {
        model::Quality quality;
        std::vector<std::int64_t> rows;  ///< of the real galaxies
        std::vector<widgets::CutoutPixels> generated;
        /// Of each of those, as in quality.nearest.
        std::vector<std::vector<widgets::CutoutPixels>> nearest;
    };

    explicit QualityController(QObject* parent = nullptr);
    /// Ends a comparison under way.
    ~QualityController() override;

    void setDataset(std::shared_ptr<const Dataset> dataset);
    void useRun(const training::RunDirectory& run);
    void forget();

    /// Whether the run in use has come as far as to generate.
    bool canCompare() const { return run_ != nullptr && dataset_ != nullptr && !comparing_; }
    bool comparing() const { return comparing_; }
    double share() const { return share_; }  ///< of the comparison that is done
    const std::optional<Comparison>& comparison() const { return comparison_; }

    /// Compares as many galaxies of each kind, or as many as there are.
    void compare(std::int64_t count);
    void cancel();

  Q_SIGNALS:
    void changed();
    void failed(const shearbench::app::Failure& failure);

  private:
    void over();

    std::shared_ptr<const Dataset> dataset_;
    std::shared_ptr<const training::RunDirectory> run_;
    std::optional<Comparison> comparison_;
    bool comparing_ = false;
    double share_ = 0;
    std::shared_ptr<std::atomic<bool>> stop_;  ///< of the comparison under way
    Background worker_;                        // last: its thread ends before what its jobs use
};

}  // namespace shearbench::app

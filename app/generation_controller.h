// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "app/background.h"
#include "app/dataset.h"
#include "app/training_controller.h"
#include "core/model/generator.h"
#include "widgets/cutout_image.h"

namespace shearbench::app {

/// The galaxies that a generative network makes, and real ones beside them: from the training while
/// one runs, from the run's saved networks afterwards. Everything is computed on a thread of its
/// own; the newest wish counts.
class GenerationController : public QObject {
    Q_OBJECT
  public:
    /// Real galaxies shown beside those made while training.
    static constexpr int kWatched = 24;

    enum class Kind { none, reconstructed, generated };
    struct Request {
        int count = 40;
        std::uint64_t seed = 1;
        double temperature = 1;
        bool operator==(const Request&) const = default;
    };
    struct Galaxies {
        Kind kind = Kind::none;
        std::vector<std::int64_t> rows;  ///< of the real ones
        std::vector<widgets::CutoutPixels> real, made;
        std::vector<std::vector<float>> latents;  ///< of those made; empty while training
        std::vector<double> deviations;           ///< of the latent features, among them
        Request request;
        double seconds = 0;  ///< that making them took
        bool live = false;   ///< from the training under way
    };

    explicit GenerationController(TrainingController& training, QObject* parent = nullptr);
    ~GenerationController() override;

    void setDataset(std::shared_ptr<const Dataset> dataset);
    /// Uses the networks that a generative `run` has saved, of a training that is over; what was
    /// shown stays until theirs is there.
    void useRun(const training::RunDirectory& run);
    /// What is shown so far is of another network than what comes next.
    void forget();

    const Galaxies& galaxies() const { return galaxies_; }
    /// Whether there is a run in use, and whether it has come as far as to generate.
    bool hasRun() const { return engine_ != nullptr; }
    bool canGenerate() const { return canGenerate_; }
    bool working() const { return working_ > 0; }

    const Request& request() const { return request_; }
    void setRequest(const Request& request);
    /// Generated galaxies or reconstructions; the former until there is no flow.
    void setKind(Kind kind);
    Kind kind() const { return kind_; }

    /// The first galaxies kept from training: of the test set, else the validation set, else those
    /// trained on.
    std::vector<std::int64_t> realRows(int count) const;
    enum class Origin { test, validation, training };
    Origin origin() const;
    /// Their number in those, to be watched while training.
    std::vector<std::int64_t> watchedRows() const { return realRows(kWatched); }

    /// Wants galaxies of these latent features; decoded() has them, in their order.
    void decode(const std::vector<std::vector<float>>& latents);

  Q_SIGNALS:
    void galaxiesChanged();
    void decoded(const std::vector<shearbench::widgets::CutoutPixels>& galaxies);
    void failed(const shearbench::app::Failure& failure);

  private:
    struct Engine;
    struct Result {
        Galaxies galaxies;
        bool canGenerate = false;
    };
    static Result make(Engine& engine, const Dataset& dataset, Galaxies wanted);
    void refresh();
    void take(const training::Snapshot& snapshot);
    void readWatched();

    TrainingController& training_;
    std::shared_ptr<const Dataset> dataset_;
    std::shared_ptr<Engine> engine_;  ///< its inside belongs to the worker
    Galaxies galaxies_;
    std::map<std::int64_t, widgets::CutoutPixels> watched_;  ///< real ones, while training
    std::shared_ptr<const training::WatchedImages> seen_;
    Request request_;
    Kind kind_ = Kind::generated;
    bool canGenerate_ = false;
    std::uint64_t generation_ = 0, decoding_ = 0;  ///< grow with every wish
    int working_ = 0;
    std::vector<std::vector<float>> nextLatents_;
    bool decodingNow_ = false;
    Background worker_;  // last: its thread ends before what its jobs use
};

}  // namespace shearbench::app

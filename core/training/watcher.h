// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/data/normalisation.h"
#include "core/device/session.h"
#include "core/training/snapshot.h"

namespace shearbench::training {

/// Computes what someone watches, now and then between training steps: of some galaxies the
/// posteriors or, from an autoencoder, the reconstructions; from a flow as many new galaxies.
/// watch() may be called from any thread, the rest belongs to the training thread.
class Watcher {
  public:
    /// At most this share of the time goes into watching, whatever rate was asked for.
    static constexpr double kLargestShare = 0.008;

    Watcher(std::shared_ptr<const data::CutoutSource> source, data::Normalisation normalisation);

    /// Throws Error(usage) for rows that are not there.
    void watch(std::vector<std::int64_t> rows, double perSecond);

    /// What a flow's galaxies are made with: a decoder of latent features (n, D) to images
    /// (n, C, H, W) in the units of the file, and their seed (model::baseNumbers). Without a
    /// decoder a flow is not watched.
    using Decoder = std::function<void(std::span<const float>, std::span<float>)>;
    void setDecoder(Decoder decoder, std::uint64_t seed);

    /// Whether update() would compute something for a network of that loss: the rows were changed
    /// or it is time again.
    bool due(network::LossKind loss) const;
    /// Posteriors or images of the network under training into the snapshot, in the order of the
    /// rows, without those whose image or posterior is not finite.
    void update(device::Session& session, Snapshot& snapshot);

  private:
    using Clock = std::chrono::steady_clock;
    void readImages();
    std::vector<WatchedPosterior> posteriors(device::Session& session) const;
    std::shared_ptr<const WatchedImages> reconstructions(device::Session& session) const;
    std::shared_ptr<const WatchedImages> galaxies(device::Session& session) const;

    std::shared_ptr<const data::CutoutSource> source_;
    data::Normalisation normalisation_;

    mutable std::mutex mutex_;
    std::vector<std::int64_t> asked_;  ///< guarded by mutex_
    std::atomic<double> perSecond_ = 2;
    std::atomic<bool> changed_ = false;

    std::vector<std::int64_t> rows_;
    std::vector<float> images_;
    Decoder decoder_;
    std::uint64_t seed_ = 1;
    Clock::time_point next_ = Clock::now();
};

}  // namespace shearbench::training

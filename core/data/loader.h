// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/data/normalisation.h"

namespace shearbench::data {

/// What a training step takes: ready to be handed to a Session.
struct Batch {
    std::vector<float> images;         ///< (batch, C, H, W), normalised and augmented
    std::vector<float> targets;        ///< (batch, 3): e1, e2, redshift
    std::vector<std::int64_t> rows;    ///< where they came from
    std::int64_t epoch = 0, step = 0;  ///< step within the epoch, from 0
};

struct LoaderSettings {
    std::vector<std::int64_t> rows;
    int batch = 8;
    std::uint64_t seed = 1;
    std::array<std::string, 3> targets;
    Normalisation normalisation;
    bool turnsAndFlips = false;
    int ahead = 4;  ///< batches prepared before they are asked for
};

/// Endless training batches, prepared on a thread of its own. The order of an epoch and the turns
/// of its images depend on seed, epoch and row alone, so a loader that starts at some epoch and
/// step continues exactly as one that got there; an epoch has rows / batch whole batches, its
/// remainder is left out (a different one each epoch). Rows whose image or target is not finite are
/// refused: Error(data) with their number and the first of them, at construction for targets, by
/// next() for images.
class Loader {
  public:
    Loader(std::shared_ptr<const CutoutSource> source, LoaderSettings settings,
           std::int64_t startEpoch = 0, std::int64_t startStep = 0);
    ~Loader();

    std::int64_t stepsPerEpoch() const;

    /// The next batch; valid until the following call. Errors of the thread come out here.
    const Batch& next();

    /// Seconds next() has spent waiting, in total.
    double waited() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// All of `source`'s rows read once and kept in memory as they are; for data that fits.
std::shared_ptr<const CutoutSource> keepInMemory(std::shared_ptr<const CutoutSource> source);

/// Normalised images and targets of some rows, without augmentation, for validation and prediction.
/// `images` (n, C, H, W).
std::vector<float> readNormalised(const CutoutSource& source, std::span<const std::int64_t> rows,
                                  const Normalisation& normalisation);

}  // namespace shearbench::data

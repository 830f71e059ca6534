// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/augmentation.h"
#include "core/data/cutout_source.h"
#include "core/data/normalisation.h"

namespace shearbench::data {

/// What a training step takes: ready to be handed to a Session.
struct Batch {
    std::vector<float> images;            ///< (batch, C, H, W), normalised and augmented
    std::vector<float> targets;           ///< (batch, 3): e1, e2, redshift; turned with the images
    std::vector<std::int64_t> rows;       ///< where they came from
    std::vector<std::int64_t> positions;  ///< of these in LoaderSettings::rows
    std::vector<Symmetry> turns;          ///< what was done to each image
    /// How many of them took the place of images with pixels that are not finite.
    std::int64_t replaced = 0;
    std::int64_t epoch = 0, step = 0;  ///< step within the epoch, from 0
};

struct LoaderSettings {
    std::vector<std::int64_t> rows;
    int batch = 8;
    std::uint64_t seed = 1;
    std::array<std::string, 3> targets{};
    Normalisation normalisation{};
    bool turnsAndFlips = false;
    /// False: batches come without images, which are neither read nor looked at; for someone who
    /// has them. Not with a window, or of a source that changes with the epoch.
    bool pixels = true;
    int ahead = 4;  ///< batches prepared before they are asked for
    /// Rows among which the order is random, for images that are read as they are needed; 0: all.
    /// An epoch then takes runs of neighbouring rows in random order, enough for a window at a
    /// time, and shuffles within it. Two windows are kept in memory.
    std::int64_t window = 0;
    std::int64_t block = 0;  ///< rows of the file in such a run; 0: about 4 MB of them
};

/// A window of images of 256 MB, as many as make the order of an epoch as good as random.
std::int64_t usualWindow(const Schema& schema);

/// Bytes of memory a loader takes, apart from its source.
std::uint64_t loaderBytes(const Schema& schema, const LoaderSettings& settings);

/// Throws Error(usage) for images that are not square, which cannot be turned.
void requireTurnable(const Schema& schema);

/// Endless training batches, prepared on threads of its own: one reads (and decompresses) windows,
/// where there are any, one makes batches. The order of an epoch and the turns of its images depend
/// on seed, epoch, row, window and block alone, so a loader that starts at some epoch and step
/// continues exactly as one that got there; an epoch has rows / batch whole batches, its remainder
/// is left out (a different one each epoch). With three empty target names, batches have no
/// targets. Images and targets are the epoch's own where the source's change with it. Construction
/// throws Error(usage) for settings that cannot be (a batch larger than the rows, a wrong number of
/// scales, turns of images that are not square) and Error(data) for rows that are absent or whose
/// targets are not finite (usableRows() of targets.h leaves those out). An image with pixels that
/// are not finite is refused by next(), at its step, with its row and their number; with windows,
/// which see images no one could look at before, the next finite one of its window takes its place
/// and is counted in the batch.
class Loader {
  public:
    Loader(std::shared_ptr<const CutoutSource> source, LoaderSettings settings,
           std::int64_t startEpoch = 0, std::int64_t startStep = 0);
    /// Waits for the read under way, then ends the thread.
    ~Loader();

    std::int64_t stepsPerEpoch() const;

    /// The next batch; valid until the following call. Errors of the thread come out here, after
    /// the batches before them, and again at every further call. From one thread at a time.
    const Batch& next();

    /// Seconds next() has spent waiting, in total. From any thread.
    double waited() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Normalised images of some rows, without augmentation, for validation and prediction: (n, C, H,
/// W). Throws Error(data) for pixels that are not finite, with the first such row.
std::vector<float> readNormalised(const CutoutSource& source, std::span<const std::int64_t> rows,
                                  const Normalisation& normalisation);

}  // namespace shearbench::data

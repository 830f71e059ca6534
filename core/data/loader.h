// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <functional>
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
    std::vector<float> targets;        ///< (batch, 3): e1, e2, redshift; turned with the images
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

/// Throws Error(usage) for images that are not square, which cannot be turned.
void requireTurnable(const Schema& schema);

/// Endless training batches, prepared on a thread of its own. The order of an epoch and the turns
/// of its images depend on seed, epoch and row alone, so a loader that starts at some epoch and
/// step continues exactly as one that got there; an epoch has rows / batch whole batches, its
/// remainder is left out (a different one each epoch). With three empty target names, batches have
/// no targets. Images and targets are the epoch's own where the source's change with it.
/// Construction throws Error(usage) for settings that cannot be (a batch larger than
/// the rows, a wrong number of scales, turns of images that are not square) and Error(data) for
/// rows that are absent or whose targets are not finite (usableRows() of targets.h leaves those
/// out). An image with pixels that are not finite is refused by next(), at its step, with its row
/// and their number.
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

/// Called now and then with the number of images read; returning false cancels.
using ReadingProgress = std::function<bool(std::int64_t done, std::int64_t count)>;

/// Bytes the images of `source` take in memory.
std::uint64_t bytesInMemory(const CutoutSource& source);

/// Half of the machine's memory: the bound of keepInMemory when none is stated.
std::uint64_t memoryForCutouts();

/// All of `source`'s images read once and kept in memory as float32; columns are read from
/// `source`. Null after a cancel. Throws Error(data) when they need more than `mostBytes` (0: the
/// bound above).
std::shared_ptr<const CutoutSource> keepInMemory(std::shared_ptr<const CutoutSource> source,
                                                 std::uint64_t mostBytes = 0,
                                                 const ReadingProgress& progress = {});

/// Normalised images of some rows, without augmentation, for validation and prediction: (n, C, H,
/// W). Throws Error(data) for pixels that are not finite, with the first such row.
std::vector<float> readNormalised(const CutoutSource& source, std::span<const std::int64_t> rows,
                                  const Normalisation& normalisation);

}  // namespace shearbench::data

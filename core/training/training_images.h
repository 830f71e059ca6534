// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/data/loader.h"
#include "core/data/memory_source.h"
#include "core/device/image_keeper.h"

namespace shearbench::training {

/// How the images of a training come to its session: they are kept on a device that has memory of
/// its own for them, normalised and unaugmented, and batches name them; else every batch brings its
/// own. Both make the same steps, bit for bit.
class TrainingImages {
  public:
    /// Copies the images of `settings.rows` to the device where they can stay there, a few
    /// megabytes at a time, asking `progress` in between; once that says no they are not kept.
    /// Images that change with the epoch or are read while training always come with their batches.
    /// Throws Error(device), Error(data) for pixels that are not finite.
    TrainingImages(device::Session& session, const data::CutoutSource& source,
                   const data::LoaderSettings& settings, const data::ReadingProgress& progress);

    /// Whether batches need no pixels: data::LoaderSettings::pixels.
    bool onDevice() const { return keeper_; }
    /// Where they lie: "Images: kept on the device, 141 MB."; empty where the device computes on
    /// what the host holds.
    const std::string& sentence() const { return sentence_; }

    /// Session::step() on a batch of a loader with those settings. `targets` as
    /// ImageKeeper::stepWithKept() has them where batches have no pixels.
    void step(const data::Batch& batch, std::span<const float> targets,
              const device::StepSettings& settings);

  private:
    device::Session& session_;
    device::ImageKeeper* keeper_ = nullptr;
    std::string sentence_;
    std::vector<device::KeptImage> named_;
};

}  // namespace shearbench::training

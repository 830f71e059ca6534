// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/model/generated_file.h"
#include "core/model/generator.h"
#include "core/training/control.h"
#include "core/training/prepare.h"
#include "core/training/run.h"
#include "core/training/snapshot_board.h"
#include "core/training/watcher.h"

namespace shearbench::training {

/// What a generative experiment does: trains the autoencoder in its run directory, encodes the
/// training galaxies, trains the flow in the directory's folder "flow" (a run of its own), and
/// writes experiment.generative.count galaxies to generated.h5. Each part goes on where it was left
/// and is passed over where it is done; a flow that belongs to another state of the autoencoder is
/// started anew.
class GenerativeSequence {
  public:
    GenerativeSequence(const PreparedData& data, const device::Device& device, RunDirectory run,
                       Control& control, SnapshotBoard& board, Watcher& watcher);

    /// Whether everything was finished; false when it was stopped.
    bool run();

  private:
    void beginStage(const std::string& stage);
    bool proceed();
    bool trainAutoencoder();
    void noteSettings();
    bool trainFlow();
    bool generate();

    const PreparedData& data_;
    const device::Device& device_;
    RunDirectory run_;
    Control& control_;
    SnapshotBoard& board_;
    Watcher& watcher_;
};

/// Where a generative run keeps its flow.
std::filesystem::path flowFolder(const RunDirectory& run);
/// That run; nothing before it was begun.
std::optional<RunDirectory> flowOf(const RunDirectory& run);

/// The generator a run has trained. Throws Error(usage) for a run of another network, Error(data)
/// naming what is missing when it has not come that far.
model::Generator makeGenerator(const RunDirectory& run, const device::Device& device, int threads,
                               int batch = 16);
/// What galaxies of `generator`, made by makeGenerator(), are written with: bands, pixel scale and
/// zero points of the file that was trained on, where it is still there, and the run's name. Count,
/// seed and temperature are the caller's.
model::GenerationRequest generationRequest(const RunDirectory& run, model::Generator& generator);
/// What galaxies must not be written over: the files of the run, and the one it was trained on.
std::vector<std::filesystem::path> filesKept(const RunDirectory& run);

/// Its autoencoder alone.
std::shared_ptr<model::Autoencoder> makeAutoencoder(const RunDirectory& run,
                                                    const device::Device& device, int threads,
                                                    int batch = 16);

}  // namespace shearbench::training

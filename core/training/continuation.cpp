// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/continuation.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/words.h"

namespace shearbench::training {
namespace {

[[noreturn]] void refuse(const RunDirectory& run, const std::string& problem,
                         const std::string& remedy) {
    throw Error(
        ErrorKind::usage,
        fmt::format("The run {} cannot be continued like this: {}.", run.path().string(), problem),
        remedy);
}

/// The data are those of the run, whatever their file is called now; the checksum tells.
DataSettings movedData(const RunDirectory& run, const DataSettings& wanted) {
    DataSettings data = run.experiment().data;
    data.file = wanted.file;
    DataSettings compared = wanted;
    compared.checksum = data.checksum;
    compared.normalisationScale = data.normalisationScale;
    if (compared != data)
        refuse(run, "it would see other data (columns, split, normalisation or augmentation)",
               "Leave those options out, or start a new run.");
    return data;
}

}  // namespace

Experiment continuation(const RunDirectory& run, const Experiment& wanted,
                        RunDirectory::Kept from) {
    const Experiment& begun = run.experiment();
    Experiment experiment = wanted;
    experiment.provenance = begun.provenance;
    experiment.data = movedData(run, wanted.data);
    if (wanted.network != begun.network && wanted.network.preset == begun.network.preset)
        refuse(run, "it would train a network of other Bayesian layers or start values",
               "Leave those options out, or start a new run.");
    if (wanted.network != begun.network)
        refuse(run,
               fmt::format("it trains the network {}, not {}", begun.network.preset,
                           wanted.network.preset),
               "Start a new run for another network.");
    if (wanted.training.seed != begun.training.seed)
        refuse(run,
               fmt::format("it was started with seed {}, not {}", begun.training.seed,
                           wanted.training.seed),
               "Start a new run for another seed.");
    experiment.training.recipe = honestRecipe(wanted);
    check(experiment);
    if (from == RunDirectory::Kept::last)
        requireLastState(run);
    if (!run.hasCheckpoint(from) || experiment.training == begun.training)
        return experiment;
    const Checkpoint checkpoint = run.loadCheckpoint(from);
    if (checkpoint.step > 0 && wanted.training.batch != begun.training.batch)
        refuse(run,
               fmt::format("it stopped within epoch {}, where the batch stays at {}",
                           checkpoint.epoch + 1, begun.training.batch),
               "Keep the batch, or continue from the best epoch.");
    if (wanted.training.epochs < checkpoint.epoch)
        refuse(run,
               fmt::format("{} asked for, {} are finished",
                           counted(wanted.training.epochs, "epoch"), checkpoint.epoch),
               "Ask for more epochs.");
    return experiment;
}

void requireLastState(const RunDirectory& run) {
    using Kept = RunDirectory::Kept;
    // best.h5 alone is what a kill leaves between the first epoch's two files: it is made again.
    if (run.hasCheckpoint(Kept::last) || run.metrics().empty())
        return;
    const bool best = run.hasCheckpoint(Kept::best);
    throw Error(
        ErrorKind::data,
        fmt::format("The run {} has finished epochs, but its last state, checkpoint.h5, is "
                    "not there; going on would begin at epoch 1 and replace what they left.",
                    run.path().string()),
        best ? fmt::format("Go on from the best epoch: shearbench-cli train --resume "
                           "--from-best --out {}",
                           run.path().string())
             : "Bring the file back, or start a new run.");
}

bool isFinished(const RunDirectory& run, const Experiment& experiment, RunDirectory::Kept from) {
    if (run.state() != "done" || !run.hasCheckpoint(from))
        return false;
    const bool sameGalaxies = experiment.network.preset != "generative" ||
                              experiment.generative == run.experiment().generative;
    return sameGalaxies && run.loadCheckpoint(from).epoch >= experiment.training.epochs;
}

}  // namespace shearbench::training

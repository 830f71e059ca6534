// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/trained_network.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/network/presets.h"

namespace shearbench::training {

TrainedNetwork loadTrainedNetwork(const RunDirectory& run, RunDirectory::Kept which) {
    using Kept = RunDirectory::Kept;
    if (!run.hasCheckpoint(which))
        which = Kept::last;
    if (!run.hasCheckpoint(which))
        throw Error(ErrorKind::data,
                    fmt::format("The run {} has saved no network yet.", run.path().string()),
                    "Train it for at least one epoch.");
    Checkpoint checkpoint = run.loadCheckpoint(which);
    const Experiment& experiment = run.experiment();
    return {network::makeNetwork(experiment.network, checkpoint.input),
            std::move(checkpoint.parameters),
            {data::normalisationKind(experiment.data.normalisation),
             experiment.data.normalisationScale}};
}

model::Predictor makePredictor(const TrainedNetwork& trained, const device::Device& device,
                               int threads) {
    if (trained.network.loss() != network::LossKind::gaussianNll)
        throw Error(ErrorKind::usage,
                    fmt::format("This run's network, {}, gives no posteriors over (e1, e2, "
                                "redshift): it makes galaxies.",
                                trained.network.name()),
                    "Choose a run of a deterministic or Bayesian network, or make galaxies with "
                    "this one: shearbench-cli generate.");
    return model::Predictor(device, trained.network, trained.parameters, trained.normalisation,
                            threads);
}

}  // namespace shearbench::training

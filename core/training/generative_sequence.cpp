// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/generative_sequence.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>

#include "core/data/cutout_file.h"
#include "core/data/schema_request.h"
#include "core/data/turned_source.h"
#include "core/error.h"
#include "core/model/generated_file.h"
#include "core/training/latent_source.h"
#include "core/training/segments.h"
#include "core/training/trained_network.h"
#include "core/training/training_loop.h"

namespace shearbench::training {

namespace {

namespace fs = std::filesystem;

constexpr int kEncodingBatch = 16;

Experiment flowExperiment(const Experiment& whole, const std::string& autoencoder) {
    const GenerativeSettings& generative = whole.generative;
    Experiment flow;
    flow.name = displayName(whole) + "_flow";
    flow.network.preset = "flow";
    flow.device = whole.device;
    flow.data.file = whole.data.file;
    flow.data.group = "none";
    flow.data.checksum = autoencoder;
    flow.data.normalisation = "none";
    flow.data.turnsAndFlips = false;
    flow.training = whole.training;
    flow.training.batch = generative.flowBatch;
    flow.training.epochs = generative.flowEpochs;
    flow.training.learningRate = generative.flowLearningRate;
    flow.training.recipe = "custom";
    return flow;
}

/// The run in `folder`, begun anew unless it is that experiment's.
RunDirectory openFlowRun(const fs::path& folder, const Experiment& wanted) {
    std::error_code problem;
    if (fs::exists(folder / "experiment.json", problem)) {
        RunDirectory run = RunDirectory::open(folder);
        // One whose last state is gone is quickly made anew.
        if (run.experiment().data.checksum == wanted.data.checksum &&
            (run.hasCheckpoint(RunDirectory::Kept::last) || run.metrics().empty()))
            return run;
        fs::remove_all(folder, problem);
        if (problem)
            throw Error(ErrorKind::data,
                        fmt::format("The flow in {} belongs to an earlier autoencoder and could "
                                    "not be removed: {}.",
                                    folder.string(), problem.message()),
                        "Remove that folder.");
    }
    return RunDirectory::createAt(folder, wanted);
}

void requireGenerative(const RunDirectory& run) {
    if (run.experiment().network.preset != "generative")
        throw Error(ErrorKind::usage,
                    fmt::format("The run {} has a {} network; only a generative one makes "
                                "galaxies.",
                                run.path().string(), run.experiment().network.preset),
                    "Choose a run of a generative experiment.");
}

}  // namespace

fs::path flowFolder(const RunDirectory& run) {
    return run.path() / "flow";
}

std::optional<RunDirectory> flowOf(const RunDirectory& run) {
    std::error_code problem;
    if (!fs::exists(flowFolder(run) / "experiment.json", problem))
        return std::nullopt;
    return RunDirectory::open(flowFolder(run));
}

std::shared_ptr<model::Autoencoder> makeAutoencoder(const RunDirectory& run,
                                                    const device::Device& device, int threads,
                                                    int batch) {
    requireGenerative(run);
    const TrainedNetwork vae = loadTrainedNetwork(run);
    return std::make_shared<model::Autoencoder>(device, vae.network, vae.parameters,
                                                vae.normalisation, threads, batch);
}

model::Generator makeGenerator(const RunDirectory& run, const device::Device& device, int threads,
                               int batch) {
    requireGenerative(run);
    const std::optional<RunDirectory> flowRun = flowOf(run);
    if (!flowRun)
        throw Error(ErrorKind::data,
                    fmt::format("The run {} has no flow yet: its autoencoder is not trained to "
                                "the end.",
                                run.path().string()),
                    "Resume its training.");
    const TrainedNetwork flow = loadTrainedNetwork(*flowRun);
    return model::Generator(device, makeAutoencoder(run, device, threads, batch), flow.network,
                            flow.parameters, threads, batch);
}

model::GenerationRequest generationRequest(const RunDirectory& run, model::Generator& generator) {
    const DataSettings& data = run.experiment().data;
    model::GenerationRequest request;
    request.attributes = {{"run", run.path().string()}};
    try {
        request.schema = data::CutoutFile(data.file, data::schemaRequest(data)).schema();
    } catch (const Error&) {
        request.schema = {};
    }
    const network::Shape shape = generator.autoencoder().imageShape();
    if (data::imageSize(request.schema) != shape.count()) {
        request.schema = {};
        request.schema.channels = shape.channels;
        request.schema.height = shape.height;
        request.schema.width = shape.width;
    }
    return request;
}

std::vector<fs::path> filesKept(const RunDirectory& run) {
    std::vector<fs::path> kept = run.files();
    if (!run.experiment().data.file.empty())
        kept.emplace_back(run.experiment().data.file);
    return kept;
}

GenerativeSequence::GenerativeSequence(const PreparedData& data, const device::Device& device,
                                       RunDirectory run, Control& control, SnapshotBoard& board,
                                       Watcher& watcher)
    : data_(data),
      device_(device),
      run_(std::move(run)),
      control_(control),
      board_(board),
      watcher_(watcher) {}

bool GenerativeSequence::run() {
    if (!trainAutoencoder())
        return false;
    noteSettings();
    return trainFlow() && generate();
}

/// Where no epoch of the autoencoder was left, the settings of what follows may still be others.
void GenerativeSequence::noteSettings() {
    RunDirectory run = RunDirectory::open(run_.path());
    if (run.experiment().generative != data_.experiment.generative)
        beginSegment(run, data_.experiment, device_, data_.experiment.training.epochs, 0);
}

void GenerativeSequence::beginStage(const std::string& stage) {
    Snapshot fresh;
    fresh.version = board_.draft().version;
    fresh.images = board_.draft().images;
    fresh.stage = stage;
    board_.draft() = std::move(fresh);
    board_.publish();
}

/// Stays here while pausing; false when it is time to stop.
bool GenerativeSequence::proceed() {
    if (control_.pausing()) {
        const TrainingState before = board_.draft().state;
        board_.draft().state = TrainingState::paused;
        board_.publish();
        while (control_.pausing())
            control_.wait();
        board_.draft().state = before;
        board_.publish();
    }
    return !control_.stopping();
}

bool GenerativeSequence::trainAutoencoder() {
    beginStage("autoencoder");
    return TrainingLoop(data_, device_, run_, control_, board_, watcher_).run();
}

bool GenerativeSequence::trainFlow() {
    beginStage("flow");
    board_.draft().message = "Encoding the galaxies";
    board_.publish();
    const GenerativeSettings& settings = data_.experiment.generative;
    // Each galaxy in as many positions as it was trained in, and as there are samples of it.
    const int variants = data_.experiment.data.turnsAndFlips ? std::min(8, settings.flowDraws) : 1;
    const auto training = static_cast<std::int64_t>(data_.split.training.size());
    std::vector<std::int64_t> rows;
    for (const std::vector<std::int64_t>* part : {&data_.split.training, &data_.split.validation})
        for (const std::int64_t row : *part)
            for (int variant = 0; variant < variants; ++variant)
                rows.push_back(row * variants + variant);
    const TrainedNetwork vae = loadTrainedNetwork(run_);
    const auto autoencoder = std::make_shared<model::Autoencoder>(
        device_, vae.network, vae.parameters, vae.normalisation, data_.experiment.device.threads,
        kEncodingBatch);
    std::vector<float> encoded =
        autoencoder->encode(data::TurnedSource(data_.source, variants), rows,
                            [this](std::int64_t) { return proceed(); });
    if (control_.stopping())
        return false;

    PreparedData latents;
    latents.experiment = flowExperiment(data_.experiment, autoencoder->fingerprint());
    latents.source = std::make_shared<LatentSource>(
        std::move(encoded), static_cast<int>(autoencoder->latentCount()), variants,
        settings.flowDraws, data_.experiment.training.seed, "The latent features");
    const std::int64_t count = latents.source->schema().count;
    latents.split.training.resize(static_cast<std::size_t>(training * settings.flowDraws));
    std::iota(latents.split.training.begin(), latents.split.training.end(), 0);
    for (std::int64_t row = training * settings.flowDraws; row < count; row += settings.flowDraws)
        latents.split.validation.push_back(row);

    const RunDirectory run = openFlowRun(flowFolder(run_), latents.experiment);
    watcher_.setDecoder(
        [autoencoder](std::span<const float> features, std::span<float> images) {
            autoencoder->decode(features, images);
        },
        data_.experiment.training.seed);
    const bool done = TrainingLoop(latents, device_, run, control_, board_, watcher_).run();
    run.setState(done ? "done" : "stopped");
    return done;
}

bool GenerativeSequence::generate() {
    const GenerativeSettings& settings = data_.experiment.generative;
    if (settings.count == 0)
        return true;
    beginStage("generation");
    board_.draft().state = TrainingState::running;
    board_.draft().epochs = 1;
    board_.draft().stepsPerEpoch = settings.count;
    model::Generator generator = makeGenerator(run_, device_, data_.experiment.device.threads);
    model::GenerationRequest request;
    request.count = settings.count;
    request.seed = data_.experiment.training.seed;
    request.temperature = settings.temperature;
    request.schema = data_.source->schema();
    request.attributes = {{"run", run_.path().string()}};
    const auto report = [this](const model::GenerationProgress& progress) {
        Snapshot& draft = board_.draft();
        draft.step = progress.done;
        draft.imagesPerSecond = progress.imagesPerSecond;
        draft.secondsLeft = progress.secondsLeft;
        board_.publishNowAndThen();
        return proceed();
    };
    return model::writeGenerated(generator, request, run_.path() / "generated.h5", report);
}

}  // namespace shearbench::training

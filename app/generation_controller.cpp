// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/generation_controller.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "core/device/registry.h"
#include "core/training/generative_sequence.h"

namespace shearbench::app {

namespace {

using widgets::CutoutPixels;

/// One image after the other.
std::vector<CutoutPixels> separate(std::span<const float> images, std::size_t size) {
    std::vector<CutoutPixels> pixels;
    for (std::size_t first = 0; first + size <= images.size(); first += size)
        pixels.push_back(std::make_shared<const std::vector<float>>(
            images.begin() + static_cast<std::ptrdiff_t>(first),
            images.begin() + static_cast<std::ptrdiff_t>(first + size)));
    return pixels;
}

std::vector<CutoutPixels> readReal(const Dataset& dataset, std::span<const std::int64_t> rows) {
    std::vector<float> images(rows.size() * data::imageSize(dataset.schema()));
    dataset.prepared.source->readImages(rows, images);
    return separate(images, data::imageSize(dataset.schema()));
}

/// Standard deviation of each feature among latents.
std::vector<double> deviationsOf(const std::vector<std::vector<float>>& latents) {
    if (latents.empty())
        return {};
    std::vector<double> deviations;
    for (std::size_t d = 0; d < latents.front().size(); ++d) {
        double sum = 0, squares = 0;
        for (const std::vector<float>& latent : latents) {
            sum += latent[d];
            squares += static_cast<double>(latent[d]) * latent[d];
        }
        const auto count = static_cast<double>(latents.size());
        deviations.push_back(std::sqrt(std::max(0.0, squares / count - sum * sum / count / count)));
    }
    return deviations;
}

}  // namespace

/// A run's networks, once they are loaded.
struct GenerationController::Engine {
    explicit Engine(training::RunDirectory directory) : run(std::move(directory)) {}

    void load() {
        if (autoencoder)
            return;
        const DeviceSettings& settings = run.experiment().device;
        const auto device = device::findDevice(settings.id);
        const auto flow = training::flowOf(run);
        using Kept = training::RunDirectory::Kept;
        if (flow && (flow->hasCheckpoint(Kept::best) || flow->hasCheckpoint(Kept::last))) {
            generator.emplace(training::makeGenerator(run, *device, settings.threads));
            if (flow->experiment().data.checksum == generator->autoencoder().fingerprint())
                return;
            generator.reset();  // of an autoencoder that has been trained further since
        }
        autoencoder = training::makeAutoencoder(run, *device, settings.threads);
    }
    model::Autoencoder& decoder() { return generator ? generator->autoencoder() : *autoencoder; }

    training::RunDirectory run;
    std::optional<model::Generator> generator;
    std::shared_ptr<model::Autoencoder> autoencoder;  ///< without a flow
};

GenerationController::GenerationController(TrainingController& training, QObject* parent)
    : QObject(parent), training_(training) {
    connect(&training_, &TrainingController::changed, this, &GenerationController::take);
}

GenerationController::~GenerationController() = default;

void GenerationController::setDataset(std::shared_ptr<const Dataset> dataset) {
    const bool same = dataset && dataset_ && dataset->schema().file == dataset_->schema().file &&
                      dataset->schema().count == dataset_->schema().count &&
                      dataset->prepared.split.test == dataset_->prepared.split.test;
    dataset_ = std::move(dataset);
    if (!same)
        forget();
}

void GenerationController::useRun(const training::RunDirectory& run) {
    engine_ = std::make_shared<Engine>(run);
    refresh();
}

void GenerationController::forget() {
    ++generation_;
    ++decoding_;
    worker_.clear();
    working_ = 0;
    decodingNow_ = false;
    engine_.reset();
    canGenerate_ = false;
    watched_.clear();
    seen_.reset();
    galaxies_ = {};
    Q_EMIT galaxiesChanged();
}

void GenerationController::setRequest(const Request& request) {
    if (request == request_)
        return;
    request_ = request;
    refresh();
}

void GenerationController::setKind(Kind kind) {
    if (kind == kind_)
        return;
    kind_ = kind;
    refresh();
}

GenerationController::Origin GenerationController::origin() const {
    const data::Split& split = dataset_->prepared.split;
    return !split.test.empty()         ? Origin::test
           : !split.validation.empty() ? Origin::validation
                                       : Origin::training;
}

std::vector<std::int64_t> GenerationController::realRows(int count) const {
    if (!dataset_)
        return {};
    const data::Split& split = dataset_->prepared.split;
    const std::vector<std::int64_t>& rows = origin() == Origin::test         ? split.test
                                            : origin() == Origin::validation ? split.validation
                                                                             : split.training;
    const auto shown = std::min(rows.size(), static_cast<std::size_t>(count));
    return {rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(shown)};
}

GenerationController::Result GenerationController::make(Engine& engine, const Dataset& dataset,
                                                        Galaxies wanted) {
    engine.load();
    Result result{std::move(wanted), engine.generator.has_value()};
    Galaxies& galaxies = result.galaxies;
    if (galaxies.real.size() != galaxies.rows.size())
        galaxies.real = readReal(dataset, galaxies.rows);
    if (!result.canGenerate)
        galaxies.kind = Kind::reconstructed;
    const std::size_t size = engine.decoder().imageCount(),
                      features = engine.decoder().latentCount();
    std::vector<float> latents;
    const auto start = std::chrono::steady_clock::now();
    if (galaxies.kind == Kind::generated) {
        const Request& request = galaxies.request;
        latents = engine.generator->latents(request.seed, 0, request.count, request.temperature);
    } else {
        const std::vector<float> encoded =
            engine.decoder().encode(*dataset.prepared.source, galaxies.rows);
        for (std::size_t n = 0; n < galaxies.rows.size(); ++n) {
            const auto first = encoded.begin() + static_cast<std::ptrdiff_t>(2 * n * features);
            latents.insert(latents.end(), first, first + static_cast<std::ptrdiff_t>(features));
        }
    }
    std::vector<float> images(latents.size() / features * size);
    engine.decoder().decode(latents, images);
    galaxies.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    galaxies.made = separate(images, size);
    for (std::size_t first = 0; first < latents.size(); first += features)
        galaxies.latents.emplace_back(
            latents.begin() + static_cast<std::ptrdiff_t>(first),
            latents.begin() + static_cast<std::ptrdiff_t>(first + features));
    galaxies.deviations = deviationsOf(galaxies.latents);
    return result;
}

void GenerationController::refresh() {
    if (!engine_ || !dataset_ || training_.active())
        return;
    const std::uint64_t generation = ++generation_;
    worker_.clear();
    decodingNow_ = false;
    working_ = 1;
    Galaxies wanted;
    wanted.kind = kind_;
    wanted.request = request_;
    wanted.rows = realRows(request_.count);
    if (!galaxies_.live && galaxies_.rows == wanted.rows)
        wanted.real = galaxies_.real;
    worker_.run([engine = engine_, dataset = dataset_,
                 wanted = std::move(wanted)] { return make(*engine, *dataset, wanted); },
                [this, generation](Result result) {
                    if (generation != generation_)
                        return;
                    working_ = 0;
                    canGenerate_ = result.canGenerate;
                    galaxies_ = std::move(result.galaxies);
                    Q_EMIT galaxiesChanged();
                },
                [this, generation](const Failure& failure) {
                    if (generation != generation_)
                        return;
                    working_ = 0;
                    Q_EMIT failed(failure);
                });
}

// While a walk's galaxies are being made only the newest wish is kept.
void GenerationController::decode(const std::vector<std::vector<float>>& latents) {
    if (!engine_ || !dataset_ || training_.active())
        return;
    nextLatents_ = latents;
    if (decodingNow_)
        return;
    decodingNow_ = true;
    const std::uint64_t decoding = ++decoding_;
    const auto over = [this, decoding] {
        if (decoding != decoding_)
            return false;
        decodingNow_ = false;
        return true;
    };
    worker_.run(
        [engine = engine_, latents = std::exchange(nextLatents_, {})] {
            engine->load();
            std::vector<float> together;
            for (const std::vector<float>& latent : latents)
                together.insert(together.end(), latent.begin(), latent.end());
            const std::size_t size = engine->decoder().imageCount();
            std::vector<float> images(latents.size() * size);
            engine->decoder().decode(together, images);
            return separate(images, size);
        },
        [this, over](const std::vector<CutoutPixels>& galaxies) {
            if (!over())
                return;
            Q_EMIT decoded(galaxies);
            if (!nextLatents_.empty())
                decode(std::exchange(nextLatents_, {}));
        },
        [this, over](const Failure& failure) {
            if (over())
                Q_EMIT failed(failure);
        });
}

/// The real galaxies that those made while training stand beside.
void GenerationController::readWatched() {
    const std::uint64_t generation = generation_;
    worker_.run([dataset = dataset_,
                 rows = watchedRows()] { return std::pair(rows, readReal(*dataset, rows)); },
                [this, generation](const auto& read) {
                    if (generation != generation_ || !training_.active())
                        return;
                    for (std::size_t i = 0; i < read.first.size(); ++i)
                        watched_[read.first[i]] = read.second[i];
                    seen_.reset();
                    take(training_.snapshot());
                },
                [this](const Failure& failure) { Q_EMIT failed(failure); });
}

void GenerationController::take(const training::Snapshot& snapshot) {
    if (!dataset_ || !snapshot.images || snapshot.images == seen_)
        return;
    if (watched_.empty() && !seen_) {
        seen_ = snapshot.images;
        readWatched();
        return;
    }
    seen_ = snapshot.images;
    const training::WatchedImages& images = *snapshot.images;
    Galaxies shown;
    shown.live = true;
    shown.kind = images.rows.empty() ? Kind::generated : Kind::reconstructed;
    shown.rows = images.rows;
    if (images.rows.empty())
        for (const auto& [row, pixels] : watched_)
            shown.rows.push_back(row);
    for (const std::int64_t row : shown.rows)
        shown.real.push_back(watched_.count(row) ? watched_[row] : nullptr);
    shown.made = separate(images.pixels, data::imageSize(dataset_->schema()));
    shown.request.count = static_cast<int>(images.count);
    shown.request.seed = training_.experiment()->training.seed;
    galaxies_ = std::move(shown);
    Q_EMIT galaxiesChanged();
}

}  // namespace shearbench::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <optional>

#include "core/benchmark/workload.h"
#include "core/data/loader.h"
#include "core/device/host.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/memory.h"
#include "core/network/presets.h"
#include "core/random.h"
#include "core/training/training_images.h"

namespace shearbench::benchmark {
namespace {

constexpr int kBands = 6;
constexpr std::int64_t kMadeUpImages = 1024;
constexpr std::uint64_t kMadeUpSeed = 1;

/// Pixels uniform in +-sqrt(3), targets within what targets are.
class MadeUpImages final : public data::CutoutSource {
  public:
    MadeUpImages(std::int64_t count, int size) {
        schema_.file = "made-up images";
        schema_.count = count;
        schema_.channels = kBands;
        schema_.height = schema_.width = size;
        schema_.targets = {"e1", "e2", "redshift"};
        schema_.skySigma.assign(kBands, 1);
        const std::size_t pixels = data::imageSize(schema_);
        pixels_.resize(static_cast<std::size_t>(count) * pixels);
        std::vector<std::uint32_t> words(pixels);
        for (std::size_t row = 0; row < static_cast<std::size_t>(count); ++row) {
            RandomStream(kMadeUpSeed, StreamPurpose::noise, row).fill(words);
            const float unit = std::sqrt(12.0f) / 4294967296.0f;
            std::transform(words.begin(), words.end(),
                           pixels_.begin() + static_cast<std::ptrdiff_t>(row * pixels),
                           [unit](std::uint32_t word) {
                               return (static_cast<float>(word) - 2147483648.0f) * unit;
                           });
        }
    }

    const data::Schema& schema() const override { return schema_; }

    void readImages(std::span<const std::int64_t> rows, std::span<float> out) const override {
        data::requireRows(schema_, rows, out.size());
        const std::size_t pixels = data::imageSize(schema_);
        for (std::size_t i = 0; i < rows.size(); ++i)
            std::copy_n(pixels_.data() + static_cast<std::size_t>(rows[i]) * pixels, pixels,
                        out.data() + i * pixels);
    }
    std::vector<double> readColumn(const std::string& name) const override {
        RandomStream random(kMadeUpSeed, StreamPurpose::noise, 1u << 31);
        const bool redshift = name == "redshift";
        std::vector<double> values(static_cast<std::size_t>(schema_.count));
        for (double& value : values)
            value = redshift ? random.uniform(0, 2) : random.uniform(-0.5, 0.5);
        return values;
    }
    std::vector<std::int64_t> readIntegerColumn(const std::string&) const override {
        return std::vector<std::int64_t>(static_cast<std::size_t>(schema_.count));
    }

  private:
    data::Schema schema_;
    std::vector<float> pixels_;
};

std::vector<float> standardNormals(std::size_t count) {
    RandomStream random(kMadeUpSeed, StreamPurpose::latent, 0);
    std::vector<float> numbers(count);
    for (float& number : numbers)
        number = static_cast<float>(random.normal());
    return numbers;
}

class TrainingWork final : public Work {
  public:
    TrainingWork(const training::PreparedData& images, const device::Device& device,
                 const network::Network& network, const device::SessionOptions& options)
        : session_(device.compile(network, options)), memoryBytes_(session_->memoryPlan().total()) {
        session_->setParameters(
            network::initialParameters(network, images.experiment.training.seed));
        const auto batch = static_cast<std::size_t>(options.batch);
        data::LoaderSettings loading = loaderSettings(images, options.batch);
        if (network.input().count() != data::imageSize(images.source->schema())) {
            vectors_ = standardNormals(batch * network.input().count());
        } else {
            images_.emplace(*session_, *images.source, loading, data::ReadingProgress());
            loading.pixels = !images_->onDevice();
        }
        loader_ = std::make_unique<data::Loader>(images.source, std::move(loading));
        settings_.learningRate = 1e-5;  // leaves the weights where no number overflows
        settings_.weightKl = 1.0 / static_cast<double>(images.split.training.size());
        settings_.latentKl = 1;
        settings_.noise.seed = images.experiment.training.seed;
    }

    void run(std::int64_t steps) override {
        for (std::int64_t i = 0; i < steps; ++i) {
            const data::Batch& batch = loader_->next();
            if (images_)
                images_->step(batch, targetsOf(batch, batch.images), settings_);
            else
                session_->step(vectors_, targetsOf(batch, vectors_), settings_);
            ++settings_.noise.step;
        }
        finite_ = session_->takeSummary().finite && finite_;
    }
    std::uint64_t memoryBytes() const override { return memoryBytes_; }
    std::uint64_t parameters() const override { return session_->network().parameterCount(); }
    std::string remark() const override {
        std::string remark;
        if (images_ && !images_->onDevice())
            remark = images_->sentence();
        if (!finite_)
            remark +=
                fmt::format("{}The loss was not finite, which some processors compute more slowly.",
                            remark.empty() ? "" : " ");
        return remark;
    }

  private:
    /// Labels, the input itself for an autoencoder, or none.
    std::span<const float> targetsOf(const data::Batch& batch, std::span<const float> input) const {
        const std::size_t count = session_->network().targetCount();
        if (count == 0)
            return {};
        return count == 3 ? std::span<const float>(batch.targets) : input;
    }

    static data::LoaderSettings loaderSettings(const training::PreparedData& images, int batch) {
        const DataSettings& data = images.experiment.data;
        return {
            .rows = images.split.training,
            .batch = batch,
            .seed = images.experiment.training.seed,
            .targets = data.targets,
            .normalisation = {data::normalisationKind(data.normalisation), data.normalisationScale},
            .turnsAndFlips = data.turnsAndFlips,
            .window = std::max<std::int64_t>(0, data.shuffleWindow)};
    }

    std::unique_ptr<device::Session> session_;
    const std::uint64_t memoryBytes_;
    std::vector<float> vectors_;  ///< input of a network that takes no images
    std::optional<training::TrainingImages> images_;
    std::unique_ptr<data::Loader> loader_;
    device::StepSettings settings_;
    bool finite_ = true;
};

struct GenerationNetworks {
    explicit GenerationNetworks(network::Shape image)
        : flow(network::makeFlow()), decoder(network::decoderOf(network::makeVae(image)).network) {}

    network::Network flow, decoder;
};

std::int64_t largestPart(const Task& task) {
    const std::int64_t parts = unitSteps({}, task);
    return (task.size + parts - 1) / parts;
}

/// Draws latent vectors from the flow and decodes them, part by part: as many parts as unitSteps()
/// says make all the images; their sizes differ by one at most.
class GenerationWork final : public Work {
  public:
    /// `options.batch`: images of the largest part.
    GenerationWork(const device::Device& device, const GenerationNetworks& networks,
                   const device::SessionOptions& options, const Task& task)
        : images_(task.size),
          parts_(unitSteps({}, task)),
          flow_(device.compile(networks.flow, options)),
          decoder_(device.compile(networks.decoder, options)) {
        for (device::Session* session : {flow_.get(), decoder_.get()})
            session->setParameters(network::initialParameters(session->network(), kMadeUpSeed));
        const auto most = static_cast<std::size_t>(options.batch);
        latent_.resize(most * networks.flow.input().count());
        pixels_.resize(most * networks.decoder.output().count());
    }

    void run(std::int64_t steps) override {
        const std::size_t features = flow_->network().input().count(),
                          size = decoder_->network().output().count();
        for (std::int64_t i = 0; i < steps; ++i) {
            const std::int64_t first = part_ * images_ / parts_;
            const std::int64_t last = ++part_ * images_ / parts_;
            part_ %= parts_;
            const auto count = static_cast<std::size_t>(last - first);
            const std::vector<float> base = standardNormals(count * features);
            const std::span<float> latent(latent_.data(), base.size());
            flow_->invert(base, latent);
            decoder_->predict(latent, {pixels_.data(), count * size});
        }
    }
    std::uint64_t memoryBytes() const override {
        return flow_->memoryPlan().total() + decoder_->memoryPlan().total();
    }
    std::uint64_t parameters() const override {
        return flow_->network().parameterCount() + decoder_->network().parameterCount();
    }

  private:
    std::int64_t images_, parts_, part_ = 0;
    std::unique_ptr<device::Session> flow_, decoder_;
    std::vector<float> latent_, pixels_;
};

/// A device in the machine's own memory takes what the system has left, and would bring it down.
void requireFreeMemory(const device::Device& device, std::uint64_t bytes) {
    if (device.info().memoryBytes != device::host().memoryBytes)
        return;
    const std::uint64_t free = freeMemory();
    if (bytes > free)
        throw OutOfMemory{fmt::format("{} MB are needed, {} MB are free now.", bytes / 1'000'000,
                                      free / 1'000'000),
                          bytes};
}

/// Makes what holds `bytes`; that the system refuses them is no failure.
template <class Make>
std::unique_ptr<Work> allocating(std::uint64_t bytes, const Make& make) {
    try {
        return make();
    } catch (const std::bad_alloc&) {
        throw OutOfMemory{"The system refused the memory.", bytes};
    }
}

std::unique_ptr<Work> makeGeneration(const training::PreparedData& images, const Task& task) {
    const auto device = device::findDevice(task.device);
    const data::Schema& schema = images.source->schema();
    const GenerationNetworks networks({schema.channels, schema.height, schema.width});
    device::SessionOptions options = training::sessionOptions(images.experiment);
    options.batch = static_cast<int>(largestPart(task));
    const std::uint64_t bytes = device->plan(networks.flow, options).total() +
                                device->plan(networks.decoder, options).total();
    if (options.memoryCapBytes > 0 && bytes > options.memoryCapBytes)
        throw OutOfMemory{fmt::format("Flow and decoder need {:.1f} MB for {} images at a time; "
                                      "{:.1f} MB may be used.",
                                      static_cast<double>(bytes) / 1e6, options.batch,
                                      static_cast<double>(options.memoryCapBytes) / 1e6),
                          bytes};
    requireFreeMemory(*device, bytes);
    return allocating(
        bytes, [&] { return std::make_unique<GenerationWork>(*device, networks, options, task); });
}

std::unique_ptr<Work> makeTraining(const training::PreparedData& images, const Task& task) {
    const auto device = device::findDevice(task.device);
    const data::Schema& schema = images.source->schema();
    const network::Network network =
        network::makePreset(task.network, {schema.channels, schema.height, schema.width});
    device::SessionOptions options = training::sessionOptions(images.experiment);
    options.batch = task.size;
    const device::MemoryPlan plan = device->plan(network, options);
    try {
        device::checkFits(*device, network, plan, options);
    } catch (const Error& error) {
        throw OutOfMemory{error.what(), plan.total()};
    }
    requireFreeMemory(*device, plan.total());
    return allocating(plan.total(), [&] {
        return std::make_unique<TrainingWork>(images, *device, network, options);
    });
}

}  // namespace

training::PreparedData prepareImages(const Experiment& experiment) {
    if (!experiment.data.file.empty()) {
        training::PreparedData prepared = training::prepareData(experiment);
        training::checkPixels(prepared);
        return prepared;
    }
    const BenchmarkSettings& benchmark = experiment.benchmark;
    const auto largest = benchmark.batches.empty() ? experiment.training.batch
                                                   : *std::max_element(benchmark.batches.begin(),
                                                                       benchmark.batches.end());
    const std::int64_t count =
        std::max<std::int64_t>(std::min<std::int64_t>(kMadeUpImages, benchmark.images), largest);
    Experiment madeUp = experiment;
    madeUp.data.validationFraction = madeUp.data.testFraction = 0;
    madeUp.data.targets = {"e1", "e2", "redshift"};
    madeUp.data.normalisationScale.clear();
    madeUp.training.batch = 1;
    training::PreparedData prepared =
        training::prepareData(madeUp, std::make_shared<MadeUpImages>(count, benchmark.imageSize));
    // What was made up is no part of what was asked.
    prepared.experiment.training.batch = experiment.training.batch;
    return prepared;
}

DataRecord describeImages(const training::PreparedData& images) {
    const data::Schema& schema = images.source->schema();
    const DataSettings& data = images.experiment.data;
    DataRecord record;
    record.description =
        data.file.empty() ? schema.file : std::filesystem::path(data.file).filename().string();
    record.checksum = data.file.empty() ? fmt::format("{} of {} pixels, seed {}", schema.count,
                                                      schema.height, kMadeUpSeed)
                                        : data.checksum;
    record.channels = schema.channels;
    record.height = schema.height;
    record.width = schema.width;
    record.images = static_cast<std::int64_t>(images.split.training.size());
    return record;
}

WorkMaker makeWork(std::shared_ptr<const training::PreparedData> images) {
    return [images = std::move(images)](const Task& task) -> std::unique_ptr<Work> {
        if (task.kind == Kind::generation)
            return makeGeneration(*images, task);
        return makeTraining(*images, task);
    };
}

}  // namespace shearbench::benchmark

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "core/data/epoch_order.h"
#include "core/data/targets.h"
#include "core/data/window_reader.h"
#include "core/error.h"
#include "core/random.h"

namespace shearbench::data {
namespace {

void requireSettings(const CutoutSource& source, const LoaderSettings& settings, std::int64_t epoch,
                     std::int64_t step) {
    const Schema& schema = source.schema();
    if (settings.batch < 1 || static_cast<std::size_t>(settings.batch) > settings.rows.size())
        throw Error(ErrorKind::usage,
                    fmt::format("Batches of {} cannot be made from {} training rows.",
                                settings.batch, settings.rows.size()),
                    "Choose a smaller batch or more training rows.");
    if (settings.ahead < 1)
        throw Error(ErrorKind::usage, "A loader prepares at least one batch ahead.");
    if (epoch < 0 || step < 0)
        throw Error(ErrorKind::usage,
                    fmt::format("A loader cannot start at epoch {}, step {}.", epoch, step));
    if (settings.normalisation.kind != Normalisation::Kind::none &&
        settings.normalisation.scale.size() != static_cast<std::size_t>(schema.channels))
        throw Error(ErrorKind::usage,
                    fmt::format("{} scales cannot normalise {} bands.",
                                settings.normalisation.scale.size(), schema.channels));
    if (settings.turnsAndFlips)
        requireTurnable(schema);
    if (!settings.pixels && (settings.window > 0 || source.changesWithEpoch()))
        throw Error(ErrorKind::usage,
                    "Images that are read while training are no one's to have beforehand.");
    if (settings.window < 0)
        throw Error(ErrorKind::usage,
                    fmt::format("A loader cannot shuffle among {} rows.", settings.window));
    if (settings.window > 0 && !std::is_sorted(settings.rows.begin(), settings.rows.end()))
        throw Error(ErrorKind::usage, "Rows that are shuffled by windows have to ascend.");
}

std::int64_t blockOf(const Schema& schema, const LoaderSettings& settings) {
    constexpr std::size_t kBlockValues = std::size_t{1} << 20;
    return settings.block > 0 ? settings.block : blockRows(schema, kBlockValues);
}

/// (rows, 3) in the order of `rows`; empty without target names.
std::vector<float> readTargetsOf(const CutoutSource& source, const LoaderSettings& settings) {
    const auto& names = settings.targets;
    if (names[0].empty() && names[1].empty() && names[2].empty())
        return {};
    std::vector<float> targets = targetsOf(readTargets(source, names), settings.rows);
    std::int64_t bad = 0, firstBad = -1;
    for (std::size_t i = 0; i < settings.rows.size(); ++i) {
        const float* target = &targets[3 * i];
        if (!std::all_of(target, target + 3, [](float value) { return std::isfinite(value); }))
            firstBad = bad++ ? firstBad : settings.rows[i];
    }
    if (bad > 0)
        throw Error(
            ErrorKind::data,
            fmt::format("{} of {} rows of {} have a target ({}) that is not finite, row {} first.",
                        bad, settings.rows.size(), source.schema().file, fmt::join(names, ", "),
                        firstBad));
    return targets;
}

/// One epoch's turn of one image.
Symmetry symmetryOf(std::uint64_t seed, std::int64_t epoch, std::int64_t row) {
    const std::uint64_t index =
        (static_cast<std::uint64_t>(epoch) << 32) ^ static_cast<std::uint64_t>(row);
    const std::uint32_t bits = RandomStream(seed, StreamPurpose::augmentation, index).bits();
    return {static_cast<int>(bits & 3), (bits & 4) != 0};
}

}  // namespace

void requireTurnable(const Schema& schema) {
    if (schema.height != schema.width)
        throw Error(ErrorKind::usage,
                    fmt::format("Images of {} x {} pixels cannot be turned; only square ones can.",
                                schema.height, schema.width),
                    "Switch the turns and flips off.");
}

struct Loader::Impl {
    std::shared_ptr<const CutoutSource> source;
    LoaderSettings settings;
    std::vector<float> targets;  ///< (rows, 3)
    std::int64_t stepsPerEpoch = 0, epoch = 0, step = 0;

    // The ring: slot n % size holds batch n. Batches [released, produced) are the consumer's.
    std::vector<Batch> ring;
    std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t produced = 0, released = 0;
    bool holding = false, stopping = false;
    std::exception_ptr failure;
    std::atomic<double> waited{0};
    std::thread thread;

    // With windows only. The reader uses the order and goes first.
    std::optional<EpochOrder> windows;
    std::unique_ptr<WindowReader> reader;
    const WindowReader::Window* window = nullptr;

    void run();
    void produceAll();
    bool produce(const std::vector<std::int64_t>& order);
    void takeFromFile(Batch& batch, const std::int64_t* order);
    void takeFromWindow(Batch& batch);
    void finish(Batch& batch);

    std::vector<float> scratch;
};

void Loader::Impl::run() {
    try {
        produceAll();
    } catch (...) {
        const std::lock_guard held(mutex);
        failure = std::current_exception();
        changed.notify_all();
    }
}

void Loader::Impl::produceAll() {
    scratch.resize(imageSize(source->schema()));
    for (;; ++epoch, step = 0) {
        std::vector<std::int64_t> order;
        if (!reader)
            order = permutation(static_cast<std::int64_t>(settings.rows.size()),
                                RandomStream(settings.seed, StreamPurpose::shuffle,
                                             static_cast<std::uint64_t>(epoch)));
        for (; step < stepsPerEpoch; ++step)
            if (!produce(order))
                return;
    }
}

/// One batch; false when it is time to stop.
bool Loader::Impl::produce(const std::vector<std::int64_t>& order) {
    std::unique_lock held(mutex);
    changed.wait(held, [&] { return stopping || produced - released < ring.size(); });
    if (stopping)
        return false;
    Batch& batch = ring[produced % ring.size()];
    held.unlock();
    batch.epoch = epoch;
    batch.step = step;
    if (reader)
        takeFromWindow(batch);
    else
        takeFromFile(batch, order.data() + step * settings.batch);
    finish(batch);
    held.lock();
    ++produced;
    changed.notify_all();
    return true;
}

void Loader::Impl::takeFromFile(Batch& batch, const std::int64_t* order) {
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
        batch.positions[i] = order[i];
        batch.rows[i] = settings.rows[static_cast<std::size_t>(order[i])];
    }
    if (!settings.pixels)
        return;
    if (source->changesWithEpoch())
        source->readEpoch(epoch, batch.rows, settings.targets, batch.images, batch.targets);
    else
        source->readImages(batch.rows, batch.images);
    requireFinite(source->schema(), batch.rows, batch.images);
}

void Loader::Impl::takeFromWindow(Batch& batch) {
    const std::size_t size = imageSize(source->schema());
    batch.replaced = 0;
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
        const std::int64_t place = step * settings.batch + static_cast<std::int64_t>(i);
        const auto holds = [&] {
            return window && window->epoch == epoch && place >= window->first &&
                   place < window->first + static_cast<std::int64_t>(window->positions.size());
        };
        while (!holds())
            window = &reader->next();
        const auto at = static_cast<std::size_t>(place - window->first);
        batch.positions[i] = window->positions[at];
        batch.replaced += window->replaced[at];
        batch.rows[i] = settings.rows[static_cast<std::size_t>(batch.positions[i])];
        std::copy_n(window->images.begin() + static_cast<std::ptrdiff_t>(at * size), size,
                    batch.images.begin() + static_cast<std::ptrdiff_t>(i * size));
    }
}

/// Normalises and turns what was taken, and adds its targets.
void Loader::Impl::finish(Batch& batch) {
    const Schema& schema = source->schema();
    const std::size_t size = imageSize(schema);
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
        if (settings.turnsAndFlips)
            batch.turns[i] = symmetryOf(settings.seed, epoch, batch.rows[i]);
        if (settings.pixels) {
            const std::span<float> image(batch.images.data() + i * size, size);
            settings.normalisation.apply(image);
            turnImage(batch.turns[i], schema.channels, schema.height, image, scratch);
        }
        if (targets.empty())
            continue;
        float* target = &batch.targets[3 * i];
        if (!source->changesWithEpoch())
            std::copy_n(&targets[3 * static_cast<std::size_t>(batch.positions[i])], 3, target);
        turnEllipticity(batch.turns[i], target[0], target[1]);
    }
}

std::int64_t usualWindow(const Schema& schema) {
    constexpr std::size_t kWindowValues = std::size_t{1} << 26;
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(kWindowValues / imageSize(schema)));
}

std::uint64_t loaderBytes(const Schema& schema, const LoaderSettings& settings) {
    const std::uint64_t image = settings.pixels ? imageSize(schema) * sizeof(float) : 0;
    const std::uint64_t ring = static_cast<std::uint64_t>(settings.ahead + 1) *
                               static_cast<std::uint64_t>(settings.batch) * image;
    if (settings.window == 0)
        return ring;
    const std::int64_t rows = std::min(static_cast<std::int64_t>(settings.rows.size()),
                                       settings.window - 1 + blockOf(schema, settings));
    return ring + (2 * static_cast<std::uint64_t>(rows) +
                   static_cast<std::uint64_t>(blockOf(schema, settings))) *
                      image;
}

Loader::Loader(std::shared_ptr<const CutoutSource> source, LoaderSettings settings,
               std::int64_t startEpoch, std::int64_t startStep)
    : impl_(std::make_unique<Impl>()) {
    const Schema& schema = source->schema();
    requireSettings(*source, settings, startEpoch, startStep);
    requireRows(schema, settings.rows, settings.rows.size() * imageSize(schema));
    impl_->targets = readTargetsOf(*source, settings);
    impl_->stepsPerEpoch = static_cast<std::int64_t>(settings.rows.size()) / settings.batch;
    impl_->epoch = startEpoch + startStep / impl_->stepsPerEpoch;
    impl_->step = startStep % impl_->stepsPerEpoch;
    impl_->ring.resize(static_cast<std::size_t>(settings.ahead) + 1);
    const auto batch = static_cast<std::size_t>(settings.batch);
    for (Batch& slot : impl_->ring) {
        slot.images.resize(settings.pixels ? batch * imageSize(schema) : 0);
        slot.targets.resize(impl_->targets.empty() ? 0 : 3 * batch);
        slot.rows.resize(batch);
        slot.positions.resize(batch);
        slot.turns.resize(batch);
    }
    impl_->source = std::move(source);
    impl_->settings = std::move(settings);
    if (impl_->settings.window > 0) {
        impl_->windows.emplace(impl_->settings.rows, impl_->settings.window,
                               blockOf(impl_->source->schema(), impl_->settings),
                               impl_->settings.seed);
        impl_->reader =
            std::make_unique<WindowReader>(impl_->source, impl_->settings.rows, *impl_->windows,
                                           impl_->stepsPerEpoch * impl_->settings.batch,
                                           impl_->epoch, impl_->step * impl_->settings.batch);
    }
    impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

Loader::~Loader() {
    {
        const std::lock_guard held(impl_->mutex);
        impl_->stopping = true;
    }
    impl_->changed.notify_all();
    if (impl_->reader)
        impl_->reader->stop();
    impl_->thread.join();
}

std::int64_t Loader::stepsPerEpoch() const {
    return impl_->stepsPerEpoch;
}

const Batch& Loader::next() {
    const auto begin = std::chrono::steady_clock::now();
    std::unique_lock held(impl_->mutex);
    if (impl_->holding) {
        ++impl_->released;
        impl_->holding = false;
        impl_->changed.notify_all();
    }
    impl_->changed.wait(held, [&] { return impl_->failure || impl_->produced > impl_->released; });
    const std::chrono::duration<double> waiting = std::chrono::steady_clock::now() - begin;
    impl_->waited = impl_->waited + waiting.count();
    if (impl_->produced == impl_->released)
        std::rethrow_exception(impl_->failure);
    impl_->holding = true;
    return impl_->ring[impl_->released % impl_->ring.size()];
}

double Loader::waited() const {
    return impl_->waited;
}

std::vector<float> readNormalised(const CutoutSource& source, std::span<const std::int64_t> rows,
                                  const Normalisation& normalisation) {
    const Schema& schema = source.schema();
    const std::size_t size = imageSize(schema);
    std::vector<float> images;
    try {
        images.resize(rows.size() * size);
    } catch (const std::exception&) {
        throw Error(ErrorKind::data, fmt::format("There is not enough memory for {} images of {}.",
                                                 rows.size(), schema.file));
    }
    source.readImages(rows, images);
    requireFinite(schema, rows, images);
    for (std::size_t i = 0; i < rows.size(); ++i)
        normalisation.apply({images.data() + i * size, size});
    return images;
}

}  // namespace shearbench::data

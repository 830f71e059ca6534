// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/quality.h"

#include <algorithm>

#include "core/device/host.h"
#include "core/device/thread_pool.h"
#include "core/random.h"

namespace shearbench::model {

namespace {

using analysis::GalaxyStatistics;
using analysis::Neighbour;

constexpr std::size_t kTogether = 256;  // galaxies held in memory
constexpr std::size_t kOfTask = 16;     // of them, measured by one thread

/// To images first, first + 1, ... of those that get noise of that seed.
void addSky(std::span<float> images, const data::Schema& schema, std::uint64_t seed,
            std::size_t first, int threads) {
    const std::size_t bands = schema.skySigma.size(), size = data::imageSize(schema);
    const std::size_t pixels = size / bands;
    device::ThreadPool::shared().run(
        static_cast<std::int64_t>(images.size() / size), threads, [&](std::int64_t n, int) {
            const std::size_t image = static_cast<std::size_t>(n);
            for (std::size_t band = 0; band < bands; ++band) {
                RandomStream noise(seed, StreamPurpose::noise, (first + image) * bands + band);
                for (float& value : images.subspan(image * size + band * pixels, pixels))
                    value += static_cast<float>(schema.skySigma[band] * noise.normal());
            }
        });
}

GalaxyStatistics measure(const data::Schema& schema, std::span<const float> images, int threads) {
    const std::size_t size = data::imageSize(schema), perTask = kOfTask * size;
    std::vector<GalaxyStatistics> parts((images.size() + perTask - 1) / perTask);
    device::ThreadPool::shared().run(
        static_cast<std::int64_t>(parts.size()), threads, [&](std::int64_t task, int) {
            const std::size_t first = static_cast<std::size_t>(task) * perTask;
            const std::size_t count = std::min(perTask, images.size() - first);
            parts[static_cast<std::size_t>(task)] =
                analysis::galaxyStatistics(galaxyImages(schema, images.subspan(first, count)));
        });
    GalaxyStatistics whole;
    for (const GalaxyStatistics& part : parts)
        whole.append(part);
    return whole;
}

/// The nearest so far of those found before and of `more`, which begin with galaxy `first`.
void keepNearest(std::vector<Neighbour>& found, std::vector<Neighbour> more, std::size_t first,
                 std::size_t wanted) {
    for (Neighbour& neighbour : more) {
        neighbour.index += first;
        found.push_back(neighbour);
    }
    std::sort(found.begin(), found.end(), [](const Neighbour& a, const Neighbour& b) {
        return std::pair(a.distance, a.index) < std::pair(b.distance, b.index);
    });
    found.resize(std::min(found.size(), wanted));
}

std::vector<float> reconstruct(Autoencoder& autoencoder, std::span<const float> images) {
    const std::size_t latent = autoencoder.latentCount();
    const std::vector<float> encoded = autoencoder.encode(images);
    std::vector<float> means, decoded(images.size());
    for (auto at = encoded.begin(); at != encoded.end();
         at += static_cast<std::ptrdiff_t>(2 * latent))
        means.insert(means.end(), at, at + static_cast<std::ptrdiff_t>(latent));
    autoencoder.decode(means, decoded);
    return decoded;
}

}  // namespace

analysis::GalaxyImages galaxyImages(const data::Schema& schema, std::span<const float> values) {
    analysis::GalaxyImages images;
    images.values = values;
    images.channels = schema.channels;
    images.size = schema.height;
    images.zeroPoints = schema.zeroPoints;
    const auto find = [&](const char* name, int usual) {
        const auto found = std::find(schema.bands.begin(), schema.bands.end(), name);
        return found == schema.bands.end() ? usual : static_cast<int>(found - schema.bands.begin());
    };
    images.green = find("g", 1);
    images.red = find("r", 2);
    images.infrared = find("i", 3);
    return images;
}

Quality judgeQuality(Generator& generator, const data::CutoutSource& source,
                     std::span<const std::int64_t> rows, const QualityRequest& request,
                     const std::function<bool(double)>& progress) {
    const data::Schema& schema = source.schema();
    const int threads = device::threadCount(request.threads);
    const auto count = std::min<std::size_t>(rows.size(), static_cast<std::size_t>(request.count));
    const std::size_t size = generator.imageCount(), shown = std::min(count, request.neighboursOf);
    Quality quality;
    quality.count = static_cast<std::int64_t>(count);
    quality.noiseAdded =
        request.addNoise && schema.skySigma.size() == static_cast<std::size_t>(schema.channels);
    const auto made = [&](std::span<float> images, std::size_t first, std::uint64_t seed) {
        if (quality.noiseAdded)
            addSky(images, schema, seed, first, threads);
        return measure(schema, images, threads);
    };

    std::vector<float> shownImages(shown * size);
    generator.generate(request.seed, 0, shownImages, request.temperature);
    quality.nearest.resize(shown);
    GalaxyStatistics halves[2];
    const std::size_t half = count / 2;
    std::vector<float> images;
    for (std::size_t first = 0; first < count;) {
        const std::size_t end = std::min(first + kTogether, first < half ? half : count);
        images.resize((end - first) * size);
        source.readImages(rows.subspan(first, end - first), images);
        halves[first >= half].append(measure(schema, images, threads));
        for (std::size_t n = 0; n < shown; ++n)
            keepNearest(quality.nearest[n],
                        analysis::nearestNeighbours(std::span(shownImages).subspan(n * size, size),
                                                    images, request.neighbours),
                        first, request.neighbours);
        images = reconstruct(generator.autoencoder(), images);
        quality.reconstructed.append(made(images, first, request.seed));
        first = end;
        if (progress && !progress(0.6 * static_cast<double>(first) / static_cast<double>(count)))
            return quality;
    }
    for (std::size_t first = 0; first < count; first += kTogether) {
        images.resize(std::min(kTogether, count - first) * size);
        generator.generate(request.seed, static_cast<std::int64_t>(first), images,
                           request.temperature);
        quality.generated.append(made(images, first, request.seed + 1));
        const auto done = static_cast<double>(std::min(count, first + kTogether));
        if (progress && !progress(0.6 + 0.4 * done / static_cast<double>(count)))
            return quality;
    }
    quality.halves = analysis::statisticDistances(halves[0], halves[1], schema.bands);
    quality.real = std::move(halves[0]);
    quality.real.append(halves[1]);
    quality.toReconstructed =
        analysis::statisticDistances(quality.real, quality.reconstructed, schema.bands);
    quality.toGenerated =
        analysis::statisticDistances(quality.real, quality.generated, schema.bands);
    return quality;
}

}  // namespace shearbench::model

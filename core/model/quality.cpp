// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/quality.h"

#include <algorithm>

#include "core/random.h"

namespace shearbench::model {

namespace {

void addSky(std::span<float> images, const data::Schema& schema, std::uint64_t seed) {
    const std::size_t bands = schema.skySigma.size();
    const std::size_t pixels = data::imageSize(schema) / bands;
    for (std::size_t plane = 0; plane * pixels < images.size(); ++plane) {
        RandomStream noise(seed, StreamPurpose::noise, plane);
        for (float& value : images.subspan(plane * pixels, pixels))
            value += static_cast<float>(schema.skySigma[plane % bands] * noise.normal());
    }
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
    const auto count = std::min<std::size_t>(rows.size(), static_cast<std::size_t>(request.count));
    const std::size_t size = generator.imageCount(), latent = generator.latentCount();
    const auto done = [&](double share) { return !progress || progress(share); };
    Quality quality;
    quality.count = static_cast<std::int64_t>(count);

    std::vector<float> real(count * size), decoded(count * size);
    source.readImages(rows.first(count), real);
    quality.real = analysis::galaxyStatistics(galaxyImages(schema, real));
    if (!done(0.3))
        return quality;

    const std::vector<float> encoded = generator.autoencoder().encode(real);
    std::vector<float> means;
    for (std::size_t n = 0; n < count; ++n) {
        const auto first = encoded.begin() + static_cast<std::ptrdiff_t>(2 * n * latent);
        means.insert(means.end(), first, first + static_cast<std::ptrdiff_t>(latent));
    }
    generator.autoencoder().decode(means, decoded);
    quality.noiseAdded =
        request.addNoise && schema.skySigma.size() == static_cast<std::size_t>(schema.channels);
    if (quality.noiseAdded)
        addSky(decoded, schema, request.seed);
    quality.reconstructed = analysis::galaxyStatistics(galaxyImages(schema, decoded));
    if (!done(0.6))
        return quality;

    generator.generate(request.seed, 0, decoded, request.temperature);
    const std::size_t shown = std::min(count, request.neighboursOf);
    for (std::size_t n = 0; n < shown; ++n)
        quality.nearest.push_back(analysis::nearestNeighbours(
            std::span<const float>(decoded).subspan(n * size, size), real, request.neighbours));
    if (quality.noiseAdded)
        addSky(decoded, schema, request.seed + 1);
    quality.generated = analysis::galaxyStatistics(galaxyImages(schema, decoded));

    const std::size_t half = count / 2;
    const std::span<const float> all(real);
    const auto a = analysis::galaxyStatistics(galaxyImages(schema, all.first(half * size)));
    const auto b = analysis::galaxyStatistics(galaxyImages(schema, all.last(half * size)));
    quality.halves = analysis::statisticDistances(a, b, schema.bands);
    quality.toReconstructed =
        analysis::statisticDistances(quality.real, quality.reconstructed, schema.bands);
    quality.toGenerated =
        analysis::statisticDistances(quality.real, quality.generated, schema.bands);
    done(1);
    return quality;
}

}  // namespace shearbench::model

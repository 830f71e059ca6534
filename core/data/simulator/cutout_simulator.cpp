// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/cutout_simulator.h"

#include <cmath>
#include <utility>

#include "core/data/simulator/noise.h"

namespace shearbench::data::simulator {

namespace {

constexpr std::size_t kPixels = kStampSize * kStampSize;

double signalToNoise(std::span<const float> signal, double sky) {
    double sum = 0;
    for (double s : signal)
        sum += s * s / (s + sky);
    return std::sqrt(sum);
}

}  // namespace

CutoutSimulator::CutoutSimulator(std::uint64_t seed, std::shared_ptr<const FourierGrids> grids)
    : seed_(seed), renderer_(std::move(grids)), unit_(kPixels), signal_(kPixels) {}

std::shared_ptr<const FourierGrids> CutoutSimulator::makeGrids() {
    return std::make_shared<FourierGrids>(kSurveyPsf, StampGeometry{kStampSize, kPixelScale});
}

CutoutLabels CutoutSimulator::draw(std::int64_t id, std::span<float> images,
                                   std::span<float> noiseless) {
    CutoutLabels labels;
    labels.galaxy = drawGalaxy(seed_, id);
    // Profile and PSF are the same in all bands, so that one stamp serves them all.
    renderer_.draw(std::span(&labels.galaxy.profile, 1), unit_);
    for (std::size_t band = 0; band < kBands; ++band) {
        for (std::size_t pixel = 0; pixel < kPixels; ++pixel)
            signal_[pixel] = static_cast<float>(labels.galaxy.flux[band]) * unit_[pixel];
        if (band == kBandR)
            labels.snr = signalToNoise(signal_, kSky[band]);
        if (!noiseless.empty())
            for (std::size_t pixel = 0; pixel < kPixels; ++pixel)
                noiseless[band * kPixels + pixel] = signal_[pixel];
        const std::uint64_t stream = static_cast<std::uint64_t>(id) * kBands + band;
        addPhotonNoise(signal_, kSky[band], RandomStream(seed_, StreamPurpose::noise, stream),
                       images.subspan(band * kPixels, kPixels));
    }
    return labels;
}

}  // namespace shearbench::data::simulator

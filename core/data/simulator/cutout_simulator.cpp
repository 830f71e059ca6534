// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/cutout_simulator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/data/simulator/noise.h"
#include "core/error.h"

namespace shearbench::data::simulator {

namespace {

constexpr double kFarthest = 3.2, kNearest = 0.325;  // arcsec
constexpr double kMostPsfScatters = 3;
constexpr int kMostTries = 2000;

double signalToNoise(std::span<const float> signal, double sky) {
    double sum = 0;
    for (double s : signal)
        sum += s * s / (s + sky);
    return std::sqrt(sum);
}

double innerProduct(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += static_cast<double>(a[i]) * b[i];
    return sum;
}

void moveTo(Galaxy& galaxy, double dx, double dy) {
    galaxy.main.profile.dx = dx;
    galaxy.main.profile.dy = dy;
    if (galaxy.bulge) {
        galaxy.bulge->profile.dx = dx;
        galaxy.bulge->profile.dy = dy;
    }
}

// Where a neighbour of the central galaxy lies.
void placeAround(const Sersic& central, RandomStream& stream, Galaxy& galaxy) {
    while (true) {
        const double dx = stream.uniform(-kFarthest, kFarthest),
                     dy = stream.uniform(-kFarthest, kFarthest);
        if (std::hypot(dx - central.dx, dy - central.dy) < kNearest)
            continue;
        moveTo(galaxy, dx, dy);
        return;
    }
}

}  // namespace

Psf psfOf(const GalaxyRecipe& recipe) {
    const auto kind = recipe.psf == PsfShape::moffat     ? Psf::Kind::moffat
                      : recipe.psf == PsfShape::gaussian ? Psf::Kind::gaussian
                                                         : Psf::Kind::kolmogorov;
    return {kind, recipe.psfFwhm, recipe.moffatBeta};
}

CutoutSimulator::CutoutSimulator(std::uint64_t seed, const GalaxyRecipe& recipe)
    : CutoutSimulator(seed, recipe, makeGrids(recipe)) {}

CutoutSimulator::CutoutSimulator(std::uint64_t seed, const GalaxyRecipe& recipe,
                                 std::shared_ptr<const FourierGrids> grids)
    : seed_(seed),
      recipe_(recipe),
      renderer_(std::move(grids)),
      signal_(kStampPixels),
      alone_(kStampPixels) {
    check(recipe);
}

std::shared_ptr<const FourierGrids> CutoutSimulator::makeGrids(const GalaxyRecipe& recipe) {
    check(recipe);
    return std::make_shared<FourierGrids>(psfOf(recipe), StampGeometry{kStampSize, kPixelScale},
                                          std::exp(kMostPsfScatters * recipe.psfScatter));
}

CutoutLabels CutoutSimulator::drawScene(RandomStream& stream, bool turned) const {
    CutoutLabels labels;
    labels.psfFwhm = recipe_.psfFwhm;
    labels.shear1 = recipe_.shear1;
    labels.shear2 = recipe_.shear2;
    if (recipe_.psfScatter > 0)
        labels.psfFwhm *= std::exp(
            recipe_.psfScatter * std::clamp(stream.normal(), -kMostPsfScatters, kMostPsfScatters));
    const auto count = 1 + (recipe_.mostGalaxies > 1
                                ? stream.below(static_cast<std::uint64_t>(recipe_.mostGalaxies))
                                : 0);
    for (std::uint64_t i = 0; i < count; ++i)
        labels.galaxies.push_back({drawGalaxy(recipe_, stream, turned)});
    std::stable_sort(labels.galaxies.begin(), labels.galaxies.end(),
                     [](const DrawnGalaxy& a, const DrawnGalaxy& b) {
                         return a.galaxy.flux[kBandR] > b.galaxy.flux[kBandR];
                     });
    for (std::size_t i = 1; i < labels.galaxies.size(); ++i)
        placeAround(labels.central().galaxy.main.profile, stream, labels.galaxies[i].galaxy);
    return labels;
}

// Fills layers_. Profile and PSF are the same in all bands, so that one stamp serves them all.
void CutoutSimulator::render(CutoutLabels& labels) {
    used_ = 0;
    const auto add = [&](const Component& component, int galaxy) {
        if (used_ == layers_.size())
            layers_.push_back({std::vector<float>(kStampPixels)});
        Layer& layer = layers_[used_++];
        layer.flux = component.flux;
        layer.galaxy = galaxy;
        renderer_.draw(std::span(&component.profile, 1), layer.unit, labels.psfFwhm);
    };
    for (std::size_t i = 0; i < labels.galaxies.size(); ++i) {
        const Galaxy& galaxy = labels.galaxies[i].galaxy;
        add(galaxy.main, static_cast<int>(i));
        if (galaxy.bulge)
            add(*galaxy.bulge, static_cast<int>(i));
    }
}

// The light of one galaxy, or of all (-1).
void CutoutSimulator::sumLayers(std::size_t band, std::span<float> out, int galaxy) const {
    bool first = true;
    for (std::size_t i = 0; i < used_; ++i) {
        const Layer& layer = layers_[i];
        if (galaxy >= 0 && layer.galaxy != galaxy)
            continue;
        const auto flux = static_cast<float>(layer.flux[band]);
        const float* unit = layer.unit.data();
        if (first)
            for (std::size_t pixel = 0; pixel < kStampPixels; ++pixel)
                out[pixel] = flux * unit[pixel];
        else
            for (std::size_t pixel = 0; pixel < kStampPixels; ++pixel)
                out[pixel] += flux * unit[pixel];
        first = false;
    }
}

// Fills in what needs the r image; returns the central galaxy's signal-to-noise.
double CutoutSimulator::measure(CutoutLabels& labels) {
    const double sky = kSky[kBandR];
    for (std::size_t i = labels.galaxies.size(); i-- > 0;) {
        sumLayers(kBandR, alone_, static_cast<int>(i));
        labels.galaxies[i].snr = signalToNoise(alone_, sky);
    }
    if (labels.galaxies.size() > 1) {
        sumLayers(kBandR, signal_);
        labels.blendedness = 1 - innerProduct(alone_, alone_) / innerProduct(signal_, alone_);
    }
    return labels.central().snr;
}

CutoutLabels CutoutSimulator::labels(std::int64_t id, bool measured) {
    return scene(id, measured);
}

// `measured`: rendered into layers_ and measured, which a cut needs anyway.
CutoutLabels CutoutSimulator::scene(std::int64_t id, bool measured) {
    measured |= recipe_.leastSnr > 0;
    const bool turned = recipe_.turnedPairs && id % 2 != 0;
    const std::int64_t scene = recipe_.turnedPairs ? id / 2 : id;
    RandomStream stream(seed_, StreamPurpose::simulation, static_cast<std::uint64_t>(scene));
    for (int i = 0; i < kMostTries; ++i) {
        CutoutLabels labels = drawScene(stream, turned);
        if (measured) {
            render(labels);
            if (measure(labels) < recipe_.leastSnr)
                continue;
        }
        for (DrawnGalaxy& drawn : labels.galaxies)
            drawn.galaxy.id = scene;
        return labels;
    }
    throw Error(ErrorKind::usage,
                fmt::format("Simulating galaxies: of {} cutouts none has an r signal-to-noise of "
                            "{} or more.",
                            kMostTries, recipe_.leastSnr),
                "Ask for a lower signal-to-noise, or for brighter galaxies.");
}

CutoutLabels CutoutSimulator::draw(std::int64_t id, std::span<float> images,
                                   std::span<float> noiseless, std::span<float> central) {
    CutoutLabels known = scene(id, true);
    for (std::size_t band = 0; band < kBands; ++band) {
        const std::size_t offset = band * kStampPixels;
        sumLayers(band, signal_);
        if (!noiseless.empty())
            std::copy(signal_.begin(), signal_.end(), noiseless.begin() + offset);
        if (!central.empty())
            sumLayers(band, central.subspan(offset, kStampPixels), 0);
        const std::uint64_t stream = static_cast<std::uint64_t>(id) * kBands + band;
        addPhotonNoise(signal_, kSky[band], RandomStream(seed_, StreamPurpose::noise, stream),
                       images.subspan(offset, kStampPixels));
    }
    return known;
}

}  // namespace shearbench::data::simulator

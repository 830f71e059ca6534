// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/simulated_file.h"

#include <array>
#include <span>

#include "core/version.h"

namespace shearbench::data::simulator {

namespace {

struct LabelColumn {
    const char* name;
    double (*value)(const CutoutLabels&);
};

constexpr LabelColumn kColumns[] = {
    {"e1", [](const CutoutLabels& labels) { return labels.galaxy.profile.g1; }},
    {"e2", [](const CutoutLabels& labels) { return labels.galaxy.profile.g2; }},
    {"redshift", [](const CutoutLabels& labels) { return labels.galaxy.redshift; }},
    {"mag", [](const CutoutLabels& labels) { return labels.galaxy.rMagnitude; }},
    {"f814w", [](const CutoutLabels& labels) { return labels.galaxy.f814w; }},
    {"hlr", [](const CutoutLabels& labels) { return labels.galaxy.profile.halfLightRadius; }},
    {"n", [](const CutoutLabels& labels) { return labels.galaxy.profile.n; }},
    {"dx", [](const CutoutLabels& labels) { return labels.galaxy.profile.dx; }},
    {"dy", [](const CutoutLabels& labels) { return labels.galaxy.profile.dy; }},
    {"snr", [](const CutoutLabels& labels) { return labels.snr; }},
};

// A chunk of images is one cutout, so that any can be read alone; of labels, a few pages.
h5::Storage imageStorage(const SimulationSettings& settings) {
    return {{1, kBands, kStampSize, kStampSize}, settings.gzip};
}
const h5::Storage kLabelStorage{{1024}, 0}, kFluxStorage{{1024, kBands}, 0};

std::vector<double> values(const PerBand<double>& perBand) {
    return {perBand.begin(), perBand.end()};
}

}  // namespace

std::uint64_t simulatedFileBytes(const SimulationSettings& settings) {
    const std::uint64_t images = (settings.noiseless ? 2 : 1) * kCutoutValues * sizeof(float);
    constexpr std::uint64_t kLabels = 200, kStructure = 200'000;
    return static_cast<std::uint64_t>(settings.count) * (images + kLabels) + kStructure;
}

SimulatedFile::SimulatedFile(const std::filesystem::path& file, const SimulationSettings& settings)
    : file_(h5::File::create(file)),
      images_(file_.createGrowing<float>("images", {kBands, kStampSize, kStampSize},
                                         imageStorage(settings))),
      flux_(file_.createGrowing<float>("flux", {kBands}, kFluxStorage)),
      sed_(file_.createGrowing<std::int64_t>("sed", {}, kLabelStorage)),
      galaxyId_(file_.createGrowing<std::int64_t>("galaxy_id", {}, kLabelStorage)) {
    if (settings.noiseless)
        noiseless_ = file_.createGrowing<float>("noiseless", {kBands, kStampSize, kStampSize},
                                                imageStorage(settings));
    for (const LabelColumn& column : kColumns)
        columns_.push_back(file_.createGrowing<float>(column.name, {}, kLabelStorage));
    writeAttributes(settings);
}

void SimulatedFile::writeAttributes(const SimulationSettings& settings) {
    file_.writeText("/", "generator", "Shearbench simulator");
    file_.writeText("/", "generator_version", kVersion);
    file_.writeInteger("/", "seed", static_cast<std::int64_t>(settings.seed));
    file_.writeInteger("/", "requested", settings.count);
    file_.writeText("/", "bands", kBandNames);
    file_.writeNumber("/", "pixel_scale_arcsec", kPixelScale);
    file_.writeText("/", "psf", kSurveyPsf.description());
    file_.writeText("/", "units", "electrons, sky-subtracted (stack of all exposures)");
    file_.writeNumbers("/", "sky_level_e_per_pixel", values(kSky));
    file_.writeNumbers("/", "zp_ab", values(kZeropointAb));
    PerBand<double> exposure{};
    for (std::size_t band = 0; band < kBands; ++band)
        exposure[band] = stackExposure(band);
    file_.writeNumbers("/", "coeff_exp", values(exposure));
    file_.writeText("/", "ellipticity",
                    "e1,e2 = reduced-shear convention (1-q)/(1+q)*(cos,sin)(2 phi), phi from +x "
                    "(column) to +y (row); of the Sersic profile that was drawn, before the PSF");
    file_.writeText("/", "mag_note", "mag = AB magnitude in r; f814w = AB magnitude in F814W");
    file_.writeText("/", "codes", "sed: 0 Scd (n<1.5), 1 Sbc (1.5<=n<3), 2 E (n>=3)");
}

void SimulatedFile::append(const Block& block) {
    images_.appendRows<float>(block.images);
    if (noiseless_)
        noiseless_->appendRows<float>(block.noiseless);
    std::vector<float> column;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        column.clear();
        for (const CutoutLabels& labels : block.labels)
            column.push_back(static_cast<float>(kColumns[i].value(labels)));
        columns_[i].appendRows<float>(column);
    }
    std::vector<float> flux;
    std::vector<std::int64_t> sed, galaxyId;
    for (const CutoutLabels& labels : block.labels) {
        for (double band : labels.galaxy.flux)
            flux.push_back(static_cast<float>(band));
        sed.push_back(static_cast<std::int64_t>(labels.galaxy.sed));
        galaxyId.push_back(labels.galaxy.id);
    }
    flux_.appendRows<float>(flux);
    sed_.appendRows<std::int64_t>(sed);
    galaxyId_.appendRows<std::int64_t>(galaxyId);
}

}  // namespace shearbench::data::simulator

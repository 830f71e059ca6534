// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/simulated_file.h"

#include <fmt/format.h>

#include <limits>
#include <span>
#include <string>
#include <utility>

#include "core/data/simulator/label_columns.h"
#include "core/version.h"

namespace shearbench::data::simulator {

namespace {

// A chunk of images is one cutout, so that any can be read alone; of labels, a few pages.
h5::Storage imageStorage(const SimulationSettings& settings) {
    return {{1, kBands, kStampSize, kStampSize}, settings.gzip};
}
const h5::Storage kLabelStorage{{1024}, 0}, kFluxStorage{{1024, kBands}, 0};

std::string psfDescription(const GalaxyRecipe& recipe) {
    std::string text = psfOf(recipe).description();
    if (recipe.psfScatter > 0)
        text += fmt::format(", log-normal with sigma {}: see psf_fwhm", recipe.psfScatter);
    return text;
}

std::vector<double> values(const PerBand<double>& perBand) {
    return {perBand.begin(), perBand.end()};
}

}  // namespace

std::uint64_t simulatedFileBytes(const SimulationSettings& settings) {
    const auto most = static_cast<std::uint64_t>(settings.recipe.mostGalaxies);
    const std::uint64_t copies = 1 + (settings.noiseless ? (most > 1 ? 2 : 1) : 0);
    const std::uint64_t labels = 200 + (most > 1 ? most * 100 : 0);
    constexpr std::uint64_t kStructure = 500'000;
    return static_cast<std::uint64_t>(settings.count) *
               (copies * kCutoutValues * sizeof(float) + labels) +
           kStructure;
}

SimulatedFile::SimulatedFile(const std::filesystem::path& file, const SimulationSettings& settings)
    : file_(h5::File::create(file)),
      most_(static_cast<std::size_t>(settings.recipe.mostGalaxies)),
      images_(file_.createGrowing<float>("images", {kBands, kStampSize, kStampSize},
                                         imageStorage(settings))),
      flux_(file_.createGrowing<float>("flux", {kBands}, kFluxStorage)),
      sed_(file_.createGrowing<std::int64_t>("sed", {}, kLabelStorage)),
      galaxyId_(file_.createGrowing<std::int64_t>("galaxy_id", {}, kLabelStorage)) {
    const auto more = [&](const char* name) {
        return file_.createGrowing<float>(name, {kBands, kStampSize, kStampSize},
                                          imageStorage(settings));
    };
    if (settings.noiseless)
        noiseless_ = more("noiseless");
    if (settings.noiseless && most_ > 1)
        central_ = more("noiseless_central");
    for (const GalaxyColumn& column : galaxyColumns())
        columns_.push_back(file_.createGrowing<float>(column.name, {}, kLabelStorage));
    for (const CutoutColumn& column : cutoutColumns(most_ > 1))
        columns_.push_back(file_.createGrowing<float>(column.name, {}, kLabelStorage));
    if (most_ > 1)
        tables_ = makeTables();
    writeAttributes(settings);
}

SimulatedFile::GalaxyTables SimulatedFile::makeTables() {
    const h5::Storage storage{{256, most_}, 0}, fluxStorage{{256, most_, kBands}, 0};
    std::vector<h5::Dataset> columns;
    for (const GalaxyColumn& column : galaxyColumns())
        columns.push_back(
            file_.createGrowing<float>(std::string("galaxies/") + column.name, {most_}, storage));
    return {std::move(columns),
            file_.createGrowing<float>("galaxies/flux", {most_, kBands}, fluxStorage),
            file_.createGrowing<std::int64_t>("galaxies/sed", {most_}, storage)};
}

void SimulatedFile::writeAttributes(const SimulationSettings& settings) {
    file_.writeText("/", "generator", "Shearbench simulator");
    file_.writeText("/", "generator_version", kVersion);
    file_.writeInteger("/", "seed", static_cast<std::int64_t>(settings.seed));
    file_.writeInteger("/", "requested", settings.count);
    file_.writeText("/", "bands", kBandNames);
    file_.writeNumber("/", "pixel_scale_arcsec", kPixelScale);
    file_.writeText("/", "psf", psfDescription(settings.recipe));
    file_.writeText("/", "recipe", recipeText(settings.recipe));
    file_.writeText("/", "units", kImageUnits);
    file_.writeNumbers("/", "sky_level_e_per_pixel", values(kSky));
    file_.writeNumbers("/", "zp_ab", values(kZeropointAb));
    PerBand<double> exposure{};
    for (std::size_t band = 0; band < kBands; ++band)
        exposure[band] = stackExposure(band);
    file_.writeNumbers("/", "coeff_exp", values(exposure));
    file_.writeText("/", "ellipticity_definition", kEllipticityNote);
    file_.writeText("/", "mag_note", "mag = AB magnitude in r; f814w = AB magnitude in F814W");
    file_.writeText("/", "codes", kSedCodes);
}

void SimulatedFile::append(const Block& block) {
    images_.appendRows<float>(block.images);
    if (noiseless_)
        noiseless_->appendRows<float>(block.noiseless);
    if (central_)
        central_->appendRows<float>(block.central);
    appendColumns(block);
    if (tables_)
        appendTables(block);
}

void SimulatedFile::appendColumns(const Block& block) {
    auto dataset = columns_.begin();
    std::vector<float> values;
    for (const GalaxyColumn& column : galaxyColumns()) {
        values.clear();
        for (const CutoutLabels& labels : block.labels)
            values.push_back(static_cast<float>(column.value(labels.central())));
        (dataset++)->appendRows<float>(values);
    }
    for (const CutoutColumn& column : cutoutColumns(most_ > 1)) {
        values.clear();
        for (const CutoutLabels& labels : block.labels)
            values.push_back(static_cast<float>(column.value(labels)));
        (dataset++)->appendRows<float>(values);
    }
    values.clear();
    std::vector<std::int64_t> sed, galaxyId;
    for (const CutoutLabels& labels : block.labels) {
        const Galaxy& galaxy = labels.central().galaxy;
        for (double band : galaxy.flux)
            values.push_back(static_cast<float>(band));
        sed.push_back(sedCode(galaxy));
        galaxyId.push_back(galaxy.id);
    }
    flux_.appendRows<float>(values);
    sed_.appendRows<std::int64_t>(sed);
    galaxyId_.appendRows<std::int64_t>(galaxyId);
}

void SimulatedFile::appendTables(const Block& block) {
    constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
    auto dataset = tables_->columns.begin();
    std::vector<float> values;
    for (const GalaxyColumn& column : galaxyColumns()) {
        values.clear();
        for (const CutoutLabels& labels : block.labels)
            for (std::size_t i = 0; i < most_; ++i)
                values.push_back(i < labels.galaxies.size()
                                     ? static_cast<float>(column.value(labels.galaxies[i]))
                                     : kNone);
        (dataset++)->appendRows<float>(values);
    }
    values.clear();
    std::vector<std::int64_t> sed;
    for (const CutoutLabels& labels : block.labels)
        for (std::size_t i = 0; i < most_; ++i) {
            const bool there = i < labels.galaxies.size();
            sed.push_back(there ? sedCode(labels.galaxies[i].galaxy) : -1);
            for (std::size_t band = 0; band < kBands; ++band)
                values.push_back(there ? static_cast<float>(labels.galaxies[i].galaxy.flux[band])
                                       : kNone);
        }
    tables_->flux.appendRows<float>(values);
    tables_->sed.appendRows<std::int64_t>(sed);
}

}  // namespace shearbench::data::simulator

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/galaxy_recipe.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

#include "core/field_error.h"
#include "core/galaxy_recipe_json.h"
#include "core/json_fields.h"

namespace shearbench {
namespace {

/// `field` as in data.simulated of an experiment.
[[noreturn]] void refuse(std::string_view field, std::string_view what, const std::string& found,
                         const std::string& expected) {
    throw FieldError(
        fmt::format("data.simulated.{}", field), found, expected + " was expected",
        fmt::format("Simulating galaxies: {} is {}; expected {}.", what, found, expected));
}

void checkNumber(std::string_view field, std::string_view what, double value, double low,
                 double high, std::string_view unit = {}) {
    if (!(value >= low && value <= high))
        refuse(field, what, fmt::format("{}", value), fmt::format("{} to {}{}", low, high, unit));
}

std::array<RecipePreset, 5> makePresets() {
    std::array<RecipePreset, 5> presets;
    presets[0] = {"survey",
                  "Deep survey",
                  "Single galaxies down to magnitude 25.3, as ten years of Rubin's telescope show "
                  "them: most are small and faint.",
                  {}};
    presets[1] = {"bright",
                  "Bright galaxies",
                  "Single galaxies down to magnitude 24 only: shapes are easy to see.",
                  {}};
    presets[1].recipe.faintestR = 24;
    presets[2] = {"crowded",
                  "Crowded field",
                  "One to four galaxies in every image; the brightest is in the middle, others may "
                  "overlap it.",
                  {}};
    presets[2].recipe.mostGalaxies = 4;
    presets[3] = {"seeing",
                  "Changing seeing",
                  "The deep survey, with an atmosphere that blurs every image differently.",
                  {}};
    presets[3].recipe.psfScatter = 0.1;
    presets[4] = {
        "calibration",
        "Shear calibration",
        "Every galaxy is sheared by the same 2 %, and shown twice, the second time turned "
        "by 90 degrees: what a network measures on average should be that 2 %.",
        {}};
    presets[4].recipe.shear1 = 0.02;
    presets[4].recipe.turnedPairs = true;
    return presets;
}

}  // namespace

PsfShape psfShapeFromText(const std::string& text) {
    for (const PsfShape shape : kPsfShapes)
        if (toString(shape) == text)
            return shape;
    refuse("psf", "the PSF", fmt::format("\"{}\"", text), "kolmogorov, moffat or gaussian");
}

std::string toString(PsfShape shape) {
    switch (shape) {
        case PsfShape::kolmogorov:
            return "kolmogorov";
        case PsfShape::moffat:
            return "moffat";
        case PsfShape::gaussian:
            return "gaussian";
    }
    return {};
}

void check(const GalaxyRecipe& recipe) {
    checkNumber("brightest_r", "the brightest r magnitude", recipe.brightestR, 0, 40);
    checkNumber("faintest_r", "the faintest r magnitude", recipe.faintestR, 0, 40);
    if (!(recipe.brightestR < recipe.faintestR))
        refuse("brightest_r", "the brightest r magnitude", fmt::format("{}", recipe.brightestR),
               fmt::format("less than the faintest, {}", recipe.faintestR));
    checkNumber("least_snr", "the least signal-to-noise", recipe.leastSnr, 0, 1e6);
    checkNumber("colour_scatter", "the scatter of colours", recipe.colourScatter, 0, 1,
                " magnitudes");
    checkNumber("most_galaxies", "the largest number of galaxies in a cutout", recipe.mostGalaxies,
                1, 4);
    checkNumber("psf_fwhm", "the PSF's width", recipe.psfFwhm, 0.2, 3.2, " arcsec");
    checkNumber("moffat_beta", "the Moffat profile's beta", recipe.moffatBeta, 1.5, 10);
    checkNumber("psf_scatter", "the scatter of the PSF's width", recipe.psfScatter, 0, 0.3);
    const double spread = std::exp(3 * recipe.psfScatter);
    if (recipe.psfFwhm / spread < 0.2 || recipe.psfFwhm * spread > 3.2)
        refuse("psf_scatter", "the PSF's width with its scatter",
               fmt::format("{:.3g} to {:.3g} arcsec", recipe.psfFwhm / spread,
                           recipe.psfFwhm * spread),
               "0.2 to 3.2 arcsec");
    const double shear = std::hypot(recipe.shear1, recipe.shear2);
    if (!(shear <= 0.3))
        refuse("shear1", "the applied shear", fmt::format("({}, {})", recipe.shear1, recipe.shear2),
               "at most 0.3 in size");
}

std::span<const RecipePreset> recipePresets() {
    static const std::array<RecipePreset, 5> presets = makePresets();
    return presets;
}

const RecipePreset& recipePreset(const std::string& name) {
    std::string names;
    for (const RecipePreset& preset : recipePresets()) {
        if (preset.name == name)
            return preset;
        names += (names.empty() ? "" : ", ") + preset.name;
    }
    refuse("kind", "the kind of galaxies", fmt::format("\"{}\"", name), "one of " + names);
}

std::string recipeText(const GalaxyRecipe& recipe) {
    return writeFields(recipe, kRecipeFields).dump();
}

}  // namespace shearbench

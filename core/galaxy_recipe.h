// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>

// Which galaxies are simulated and how they are seen. Plain values; what they mean in numbers
// stands in core/data/simulator/population.h.

namespace shearbench {

enum class PsfShape { kolmogorov, moffat, gaussian };
/// Throws Error(usage) for another word.
PsfShape psfShapeFromText(const std::string& text);
/// "kolmogorov", ...
std::string toString(PsfShape shape);

/// Everything that changes a simulated cutout beside its seed and number.
struct GalaxyRecipe {
    bool bulges = true;  ///< 32 % of the galaxies are a bulge and a disk; else all are one profile
    /// Only galaxies with an r magnitude (AB) between these are kept.
    double brightestR = 10, faintestR = 25.32;
    /// Only cutouts whose central galaxy has at least this r signal-to-noise are kept.
    double leastSnr = 0;
    double colourScatter = 0;  ///< magnitudes, in each band on its own; 0: the templates' colours

    int mostGalaxies = 1;  ///< in a cutout: 1 to this many, equally often; 1..4

    PsfShape psf = PsfShape::kolmogorov;
    double psfFwhm = 0.65;  ///< arcsec; the median where it varies
    double moffatBeta = 3.5;
    /// Standard deviation of ln(fwhm) from cutout to cutout, held within three of it.
    double psfScatter = 0;

    double shear1 = 0, shear2 = 0;  ///< the same reduced shear on every galaxy
    /// Cutouts 2 i and 2 i + 1 show the same galaxies, the second time each turned by 90 degrees
    /// before the shear, so that their own shapes cancel.
    bool turnedPairs = false;

    bool operator==(const GalaxyRecipe&) const = default;
};

/// Throws Error(usage) naming the value, what it is and what is allowed.
void check(const GalaxyRecipe& recipe);

/// A recipe with a name.
struct RecipePreset {
    std::string name;   ///< "survey"
    std::string title;  ///< "Deep survey"
    std::string words;  ///< one sentence for people who do not simulate every day
    GalaxyRecipe recipe;
};

/// The first is the default recipe.
std::span<const RecipePreset> recipePresets();
/// Throws Error(usage) listing the names.
const RecipePreset& recipePreset(const std::string& name);

/// JSON, on one line.
std::string recipeText(const GalaxyRecipe& recipe);

}  // namespace shearbench

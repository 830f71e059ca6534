// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/galaxy_recipe.h"

namespace shearbench {

inline constexpr std::array kPsfShapes{PsfShape::kolmogorov, PsfShape::moffat, PsfShape::gaussian};

/// The recipe's JSON fields (core/json_fields.h) as a part of other documents.
inline constexpr auto kRecipeFields = [](auto& recipe, auto&& field) {
    field("bulges", recipe.bulges);
    field("brightest_r", recipe.brightestR);
    field("faintest_r", recipe.faintestR);
    field("least_snr", recipe.leastSnr);
    field("colour_scatter", recipe.colourScatter);
    field("most_galaxies", recipe.mostGalaxies);
    field("psf", recipe.psf, kPsfShapes);
    field("psf_fwhm", recipe.psfFwhm);
    field("moffat_beta", recipe.moffatBeta);
    field("psf_scatter", recipe.psfScatter);
    field("shear1", recipe.shear1);
    field("shear2", recipe.shear2);
    field("turned_pairs", recipe.turnedPairs);
};

}  // namespace shearbench

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include "core/galaxy_recipe.h"
#include "core/json_reader.h"

// The recipe as a part of other documents; the fields have galaxy_recipe.h's names in snake_case.

namespace shearbench {

nlohmann::ordered_json recipeJson(const GalaxyRecipe& recipe);
/// Reads the recipe's fields of an object that may have others.
void readRecipe(JsonReader& reader, GalaxyRecipe& recipe);

}  // namespace shearbench

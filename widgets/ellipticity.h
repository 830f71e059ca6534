// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <optional>

#include "core/analysis/ellipse.h"

namespace shearbench::widgets {

/// What |e| means of an ellipse of axis ratio q.
enum class EllipticityDefinition {
    notStated,     ///< the file does not say; no outline can be drawn of it
    reducedShear,  ///< (1 - q) / (1 + q)
    distortion     ///< (1 - q^2) / (1 + q^2)
};

/// The shape to draw for (e1, e2); nothing where the definition is not stated, a number is not
/// finite or |e| is not below 1.
inline std::optional<analysis::Shape> shapeOf(EllipticityDefinition definition, double e1,
                                              double e2) {
    if (definition == EllipticityDefinition::notStated || !(std::hypot(e1, e2) < 1)) {
        return std::nullopt;
    }
    return definition == EllipticityDefinition::reducedShear
               ? analysis::shapeFromReducedShear(e1, e2)
               : analysis::shapeFromDistortion(e1, e2);
}

}  // namespace shearbench::widgets

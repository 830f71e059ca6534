// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace shearbench::data {

/// One of the eight symmetries of the square: `quarterTurns` (0..3) counter-clockwise as displayed
/// (y up), after a left-right flip if `flip`.
struct Symmetry {
    int quarterTurns = 0;
    bool flip = false;
};

/// Turns every band of a square image (C, n, n) in place; `scratch` holds n * n floats.
void turnImage(const Symmetry& symmetry, int channels, int size, std::span<float> image,
               std::span<float> scratch);

/// (e1, e2) of the turned galaxy: a quarter turn negates both, a left-right flip negates e2.
void turnEllipticity(const Symmetry& symmetry, float& e1, float& e2);

}  // namespace shearbench::data

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>

#include "core/data/schema.h"

namespace shearbench::data {

/// How (e1, e2) follow from other columns where a file has no ellipticities. Written as
///   "q:RATIO, degrees:ANGLE"        axis ratio minor/major, angle of the major axis
///   "1-q:FLATTENING, radians:ANGLE"
///   "moments:XX, YY, XY"            second moments of the light
/// Angles run counter-clockwise from +x (columns) towards +y (rows, upwards); "degrees-from-y" and
/// "radians-from-y" start at +y, as position angles do where north is up and east left.
struct ShapeColumns {
    enum class Kind { axisRatio, flattening, moments } kind = Kind::axisRatio;
    bool degrees = true, fromY = false;
    /// Ratio or flattening and angle; or xx, yy, xy.
    std::array<std::string, 3> columns;
};

/// Throws Error(usage) for another form.
ShapeColumns shapeColumnsFromText(const std::string& text);
std::string toString(const ShapeColumns& shape);

/// (e1, e2) of an ellipse of axis ratio q in (0, 1], its major axis at `angle` radians from +x; NaN
/// for another q. |e| is (1-q^2)/(1+q^2) for distortion, else (1-q)/(1+q).
std::array<double, 2> ellipticityOf(double q, double angle, EllipticityConvention convention);

/// (e1, e2) of second moments: (Qxx - Qyy, 2 Qxy) over Qxx + Qyy for distortion, over
/// Qxx + Qyy + 2 sqrt(Qxx Qyy - Qxy^2) else (Bartelmann & Schneider 2001, eqs 4.4, 4.10). NaN where
/// the moments are of no ellipse.
std::array<double, 2> ellipticityOfMoments(double xx, double yy, double xy,
                                           EllipticityConvention convention);

/// The same from the values of the columns.
std::array<double, 2> ellipticityOf(const ShapeColumns& shape, const std::array<double, 3>& values,
                                    EllipticityConvention convention);

}  // namespace shearbench::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/shape_columns.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "core/data/text.h"
#include "core/error.h"

namespace shearbench::data {
namespace {

constexpr std::array<double, 2> kNone{std::numeric_limits<double>::quiet_NaN(),
                                      std::numeric_limits<double>::quiet_NaN()};

[[noreturn]] void refuse(const std::string& text) {
    throw Error(
        ErrorKind::usage,
        fmt::format("\"{}\" does not say how ellipticities follow from other columns.", text),
        "Write \"q:RATIO, degrees:ANGLE\", \"1-q:FLATTENING, radians:ANGLE\" or "
        "\"moments:XX, YY, XY\" with the names of columns; degrees-from-y and "
        "radians-from-y for angles from +y.");
}

/// "word:rest" of "word: rest"; empty word where there is no colon.
std::pair<std::string, std::string> wordAndName(const std::string& part) {
    const std::size_t colon = part.find(':');
    if (colon == std::string::npos)
        return {{}, part};
    return {lowerCase(trimmed(part.substr(0, colon))), trimmed(part.substr(colon + 1))};
}

const char* const kAngles[] = {"radians", "degrees", "radians-from-y", "degrees-from-y"};

}  // namespace

ShapeColumns shapeColumnsFromText(const std::string& text) {
    const std::vector<std::string> parts = splitTrimmed(text, ',');
    if (parts.size() < 2)
        refuse(text);
    ShapeColumns shape;
    const auto [word, first] = wordAndName(parts[0]);
    shape.columns[0] = first;
    if (word == "moments" && parts.size() == 3) {
        shape.kind = ShapeColumns::Kind::moments;
        shape.columns[1] = parts[1];
        shape.columns[2] = parts[2];
    } else if ((word == "q" || word == "1-q") && parts.size() == 2) {
        shape.kind = word == "q" ? ShapeColumns::Kind::axisRatio : ShapeColumns::Kind::flattening;
        const auto [angle, name] = wordAndName(parts[1]);
        std::size_t which = 0;
        while (which < 4 && angle != kAngles[which])
            ++which;
        if (which == 4)
            refuse(text);
        shape.degrees = which % 2 == 1;
        shape.fromY = which >= 2;
        shape.columns[1] = name;
    } else {
        refuse(text);
    }
    const std::size_t needed = shape.kind == ShapeColumns::Kind::moments ? 3 : 2;
    for (std::size_t i = 0; i < needed; ++i)
        if (shape.columns[i].empty())
            refuse(text);
    return shape;
}

std::string toString(const ShapeColumns& shape) {
    if (shape.kind == ShapeColumns::Kind::moments)
        return fmt::format("moments:{}, {}, {}", shape.columns[0], shape.columns[1],
                           shape.columns[2]);
    return fmt::format("{}:{}, {}:{}", shape.kind == ShapeColumns::Kind::axisRatio ? "q" : "1-q",
                       shape.columns[0], kAngles[(shape.degrees ? 1 : 0) + (shape.fromY ? 2 : 0)],
                       shape.columns[1]);
}

std::array<double, 2> ellipticityOf(double q, double angle, EllipticityConvention convention) {
    if (!(q > 0 && q <= 1) || !std::isfinite(angle))
        return kNone;
    const double ratio = convention == EllipticityConvention::distortion ? q * q : q;
    const double size = (1 - ratio) / (1 + ratio);
    return {size * std::cos(2 * angle), size * std::sin(2 * angle)};
}

std::array<double, 2> ellipticityOfMoments(double xx, double yy, double xy,
                                           EllipticityConvention convention) {
    const double determinant = xx * yy - xy * xy;
    if (!(xx > 0 && yy > 0 && determinant >= 0) || !std::isfinite(determinant))
        return kNone;
    const double size =
        xx + yy +
        (convention == EllipticityConvention::distortion ? 0 : 2 * std::sqrt(determinant));
    return {(xx - yy) / size, 2 * xy / size};
}

std::array<double, 2> ellipticityOf(const ShapeColumns& shape, const std::array<double, 3>& values,
                                    EllipticityConvention convention) {
    if (shape.kind == ShapeColumns::Kind::moments)
        return ellipticityOfMoments(values[0], values[1], values[2], convention);
    const double q = shape.kind == ShapeColumns::Kind::axisRatio ? values[0] : 1 - values[0];
    const double angle = (shape.degrees ? values[1] * std::numbers::pi / 180 : values[1]) +
                         (shape.fromY ? std::numbers::pi / 2 : 0);
    return ellipticityOf(q, angle, convention);
}

}  // namespace shearbench::data

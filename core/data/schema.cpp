// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/schema.h"

#include <fmt/format.h>

#include "core/data/text.h"
#include "core/error.h"

namespace shearbench::data {

namespace {

constexpr Layout kLayouts[] = {Layout::nchw, Layout::nhwc, Layout::nhw, Layout::nvchw,
                               Layout::nvhwc};

}  // namespace

std::string toString(Layout layout) {
    switch (layout) {
        case Layout::nchw:
            return "NCHW";
        case Layout::nhwc:
            return "NHWC";
        case Layout::nvchw:
            return "NVCHW";
        case Layout::nvhwc:
            return "NVHWC";
        case Layout::nhw:
            break;
    }
    return "NHW";
}

Layout layoutFromText(const std::string& text) {
    for (Layout layout : kLayouts)
        if (lowerCase(text) == lowerCase(toString(layout)))
            return layout;
    throw Error(
        ErrorKind::usage,
        fmt::format("\"{}\" is no order of image axes; known are NCHW, NHWC, NHW, NVCHW and "
                    "NVHWC.",
                    text));
}

std::size_t axesOf(Layout layout) {
    return toString(layout).size();
}

std::string toString(EllipticityConvention convention) {
    switch (convention) {
        case EllipticityConvention::reducedShear:
            return "reduced-shear";
        case EllipticityConvention::distortion:
            return "distortion";
        case EllipticityConvention::unknown:
            break;
    }
    return {};
}

EllipticityConvention conventionFromText(const std::string& text) {
    for (EllipticityConvention convention :
         {EllipticityConvention::unknown, EllipticityConvention::reducedShear,
          EllipticityConvention::distortion})
        if (lowerCase(text) == toString(convention))
            return convention;
    throw Error(ErrorKind::usage,
                fmt::format("\"{}\" is no definition of ellipticity; known are reduced-shear, "
                            "(1-q)/(1+q), and distortion, (1-q^2)/(1+q^2).",
                            text));
}

}  // namespace shearbench::data

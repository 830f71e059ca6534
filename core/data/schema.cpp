// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/data/text.h"
#include "core/error.h"

namespace shearbench::data {

std::string toString(Layout layout) {
    switch (layout) {
        case Layout::nchw:
            return "NCHW";
        case Layout::nhwc:
            return "NHWC";
        case Layout::nhw:
            break;
    }
    return "NHW";
}

Layout layoutFromText(const std::string& text) {
    for (Layout layout : {Layout::nchw, Layout::nhwc, Layout::nhw})
        if (lowerCase(text) == lowerCase(toString(layout)))
            return layout;
    throw Error(
        ErrorKind::usage,
        fmt::format("\"{}\" is no order of image axes; known are NCHW, NHWC and NHW", text));
}

}  // namespace shearbench::data

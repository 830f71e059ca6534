// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What a file of cutouts holds, and where. Plain values.

namespace shearbench::data {

enum class Layout { nchw, nhwc, nhw };

/// "NCHW", "NHWC", "NHW".
std::string toString(Layout layout);
/// Upper or lower case. Throws Error(usage) for another word.
Layout layoutFromText(const std::string& text);

/// (1-q)/(1+q), reduced shear; (1-q^2)/(1+q^2), distortion.
enum class EllipticityConvention { unknown, reducedShear, distortion };

/// A dataset that could hold the images.
struct ImageDataset {
    std::string path;
    std::vector<std::uint64_t> extents;
    std::string type;  ///< "float32", "int16", ...
};

/// A one-dimensional numeric dataset with one value an image, a column of a 2-D one ("flux[2]") or
/// a field of a compound one ("catalog.redshift").
struct Column {
    std::string name;  ///< as shown: path without the leading slash
    std::string type;
    bool integer = false;
};

struct Schema {
    std::string file;
    std::uint64_t fileBytes = 0;

    ImageDataset images;                    ///< the one that is used
    std::vector<ImageDataset> otherImages;  ///< others that could be
    Layout layout = Layout::nchw;
    std::int64_t count = 0;
    int channels = 0, height = 0, width = 0;
    std::vector<std::string> bands;  ///< one name a channel; "u".."y" where stated or usual
    double pixelScaleArcsec = 0;     ///< 0: not stated
    std::string units;               ///< as stated, may be empty

    std::vector<Column> columns;
    std::array<std::string, 3> targets;  ///< columns for e1, e2, redshift; empty: not found
    EllipticityConvention convention = EllipticityConvention::unknown;
    std::string group;               ///< column of ids of the same galaxy; empty: none
    std::vector<double> skySigma;    ///< per band, in pixel units, where stated; else empty
    std::vector<double> zeroPoints;  ///< AB, per band, where stated; else empty
    std::vector<std::string> notes;  ///< sentences on what was assumed
};

/// What the user stated; empty or absent: find it.
struct SchemaRequest {
    std::string images{};
    std::string layout{};
    std::array<std::string, 3> targets{};
    std::string group{};  ///< "none": do not group
};

}  // namespace shearbench::data

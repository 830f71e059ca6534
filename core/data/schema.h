// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What a file of cutouts holds, and where. Plain values.

namespace shearbench::data {

/// Images, bands, rows, columns; V: several variants of each image, such as noiseless and noisy.
enum class Layout { nchw, nhwc, nhw, nvchw, nvhwc };

/// "NCHW", "NHWC", "NHW", "NVCHW", "NVHWC".
std::string toString(Layout layout);
/// Upper or lower case. Throws Error(usage) for another word.
Layout layoutFromText(const std::string& text);
/// How many axes it has.
std::size_t axesOf(Layout layout);

/// (1-q)/(1+q), reduced shear; (1-q^2)/(1+q^2), distortion.
enum class EllipticityConvention { unknown, reducedShear, distortion };

/// "", "reduced-shear", "distortion".
std::string toString(EllipticityConvention convention);
/// Throws Error(usage) for another word; "" is unknown.
EllipticityConvention conventionFromText(const std::string& text);

/// A dataset that could hold the images.
struct ImageDataset {
    std::string path;
    std::vector<std::uint64_t> extents;
    std::string type;  ///< "float32", "int16", ...
};

/// A one-dimensional dataset with one value an image, a column of a 2-D one ("flux[2]"), a field of
/// a compound one ("catalog.redshift"), a column of a CSV file ("csv/e1"), or an ellipticity made
/// of other columns ("derived/e1").
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
    int variants = 1, variant = 0;  ///< of each image, and the one that is read
    int storedChannels = 0, storedHeight = 0, storedWidth = 0;
    std::vector<std::string> storedBands;  ///< one name a channel; "u".."y" where stated or usual

    /// As read: of the chosen bands, cropped or padded about the pixel (H / 2, W / 2).
    int channels = 0, height = 0, width = 0;
    std::vector<std::string> bands;
    std::vector<int> bandIndices;  ///< the stored channel of each
    double pixelScaleArcsec = 0;   ///< 0: not stated
    std::string units;             ///< as stated, may be empty

    std::vector<Column> columns;      ///< of numbers
    std::vector<Column> textColumns;  ///< may serve as groups
    std::string labels;               ///< the CSV file with further columns; empty: none
    std::string shape;                ///< what derived/e1 and derived/e2 are made of; empty: none
    std::array<std::string, 3> targets;  ///< columns for e1, e2, redshift; empty: not found
    EllipticityConvention convention = EllipticityConvention::unknown;
    std::string group;               ///< column of ids of the same galaxy; empty: none
    std::int64_t rowsPerChunk = 1;   ///< images that are stored, and compressed, together
    std::vector<double> skySigma;    ///< per band, in pixel units, where stated; else empty
    std::vector<double> zeroPoints;  ///< AB, per band, where stated; else empty
    std::vector<std::string> notes;  ///< sentences on what was assumed
};

/// What the user stated; empty or absent: find it.
struct SchemaRequest {
    std::string images{};
    std::string layout{};
    std::array<std::string, 3> targets{};
    std::string group{};                   ///< "none": do not group
    int variant = -1;                      ///< of stacks with several; -1: find it
    std::vector<std::string> bandNames{};  ///< of all stored channels
    std::vector<std::string> bands{};      ///< those to read, in this order; empty: all
    double pixelScaleArcsec = 0;           ///< 0: find it
    std::string ellipticity{};             ///< as toString(EllipticityConvention)
    std::string shape{};                   ///< see ShapeColumns in shape_columns.h
    std::string labels{};                  ///< a CSV file; "none": do not look for one
    int stamp = 0;  ///< side to crop or pad to, in pixels; 0: as stored. Never resampled
};

inline constexpr int kLargestStamp = 4096;

}  // namespace shearbench::data

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QMetaType>
#include <QStringList>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "core/analysis/colour_image.h"

// Cutouts as the views share them: raw pixels and how they are shown.

namespace shearbench::widgets {

/// Pixels of one cutout, (C, H, W), row 0 at the bottom, as in the file. Shared, never changed.
using CutoutPixels = std::shared_ptr<const std::vector<float>>;

/// What all cutouts of a file have in common.
struct CutoutFormat {
    int channels = 0, height = 0, width = 0;
    QStringList bands;            ///< one a channel
    double pixelScaleArcsec = 0;  ///< 0: unknown
    QString units;                ///< of the pixels, "e-"; may be empty
    /// Bands and weights of the colour picture; nothing: there is none, bands only.
    std::optional<analysis::ColourChannels> colour;
    /// One a band, of some cutouts of the file: limits that are the same for all. May be empty.
    std::vector<analysis::BandStatistics> statistics;
    /// One a band, of the pixels of some cutouts of the file together. May be empty.
    struct SharedLimits {
        std::array<double, 2> zscale{0, 1}, percentile{0, 1}, minMax{0, 1};
    };
    std::vector<SharedLimits> sharedLimits;

    std::size_t pixels() const {
        return std::size_t(channels) * std::size_t(height) * std::size_t(width);
    }
};

/// Black and white points of a single band. `common`: two sigma below the sky to the bright pixels
/// of the file (zscale where there are no statistics); the others from each cutout by itself, or
/// from the file's together.
enum class Limits { common, zscale, percentile, minMax };

struct CutoutDisplay {
    int band = -1;       ///< -1: colour
    double stretch = 0;  ///< -1..1; fluxes are shown 8^stretch times as bright
    analysis::Curve curve = analysis::Curve::asinh;  ///< of single bands
    Limits limits = Limits::common;                  ///< of single bands
    bool sameLimits = false;  ///< zscale, percentile and minMax of the file's cutouts together
    double q = 7;             ///< Lupton's Q of the colour picture, 0.1..50: larger shows more of
                              ///< bright centres
    double crop = 40;         ///< width shown, cutout pixels; at most the cutout's

    bool operator==(const CutoutDisplay&) const = default;
};

/// A picture of `size` device pixels; pixels that hold no number are hatched. A band that is not
/// there, or colour where there is none, shows the first band. Pixels of the wrong number give a
/// null image. Any thread.
QImage cutoutImage(const CutoutFormat& format, const std::vector<float>& pixels,
                   const CutoutDisplay& display, int size);

/// Whether all pixels of a cutout that such a picture shows, also outside its crop, hold numbers.
bool isWhole(const CutoutFormat& format, const std::vector<float>& pixels,
             const CutoutDisplay& display);

/// The names of the bands, completed by numbers where the format has fewer names than channels.
QStringList bandNames(const CutoutFormat& format);

}  // namespace shearbench::widgets

Q_DECLARE_METATYPE(shearbench::widgets::CutoutPixels)

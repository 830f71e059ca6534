// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/benchmark/published.h"
#include "core/benchmark/result.h"

// From results to what is drawn: one curve a device, measured here, elsewhere, or published.

namespace shearbench::benchmark {

enum class Quantity { seconds, imagesPerSecond, joulesPerImage, memoryMB };

/// Which point of which results a value comes from; published values have none.
struct PointRef {
    std::size_t results = 0, point = 0;
};

/// Channels, rows and columns.
using ImageShape = std::array<int, 3>;

/// What the published times are for. Times of training on other numbers of images are scaled to
/// them, step by step; those on images of another shape cannot be.
inline constexpr Protocol kPublishedProtocol{.method = Method::paper};
inline constexpr ImageShape kPublishedImage{6, 64, 64};

/// By how much the time of `task` under `protocol` is to be multiplied to be for as many epochs and
/// images as the published ones; 1 for generation, whose size is its number of images.
double publishedScale(const Protocol& protocol, const Task& task);

/// A value and the bounds it is believed to lie between; equal where none are known.
struct CurvePoint {
    int size = 0;
    double value = 0, low = 0, high = 0;
    std::optional<PointRef> source;
};

/// A point that is no number: out of memory, failed or stopped before the first block.
struct CurveGap {
    int size = 0;
    Status status = Status::failed;
    std::string sentence;
    PointRef source;
};

struct Curve {
    std::string key;     ///< tells curves apart: "published/v100", "0/cpu" (results, device)
    std::string device;  ///< id; of a published one "v100" or "gc2"
    std::string name;    ///< as its maker calls it
    std::string note;    ///< what was measured how: "published 2021", "quick, 7 to 12 blocks"
    bool published = false;
    ImageShape image;                ///< of the images that were trained on or made
    std::vector<CurvePoint> points;  ///< ascending in size
    std::vector<CurveGap> gaps;

    /// Null where there is none.
    const CurvePoint* at(int size) const;
};

/// What is to be drawn of which measurements.
struct CurveRequest {
    Kind kind = Kind::training;
    std::string network = "deterministic";
    Quantity quantity = Quantity::seconds;
};

/// Every device of `results`, in their order, then the published ones. All times of training are
/// for 100 epochs of 8000 images; a note says which were scaled to that. Times of published curves
/// are converted to the other quantities with the protocol's number of images and, for energy, the
/// stated maximum power; they have no memory. Devices without a point of that kind are left out,
/// the published ones where all that was measured is of images of another shape.
std::vector<Curve> curves(const std::vector<Results>& results, const CurveRequest& request);

/// Which of `results` were scaled for these curves, and which cannot be set beside the published
/// ones, a sentence each; nothing where there is nothing to say.
std::vector<std::string> workloadRemarks(const std::vector<Results>& results,
                                         const CurveRequest& request);

/// value(A) / value(B) where both have a size; nothing for a published curve and one of images of
/// another shape. The bounds follow from those of both, which are
/// independent: the relative half widths add in quadrature on each side (first order on the
/// logarithm). Sources are those of B where it has any, else A's.
std::vector<CurvePoint> ratio(const Curve& a, const Curve& b);

/// Joules an image from this curve's source: "RAPL", "NVML", "stated maximum power", or several.
std::string energyNote(const std::vector<Results>& results, const Curve& curve);

/// Days to generate `galaxies` images at the pace of the curve's largest count (quantity seconds,
/// kind generation). Nothing without points.
std::optional<CurvePoint> extrapolatedDays(const Curve& curve, double galaxies);

}  // namespace shearbench::benchmark

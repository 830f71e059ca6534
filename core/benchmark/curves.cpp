// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace shearbench::benchmark {
namespace {

/// Images that a published time is for.
double publishedImages(Kind kind, int size) {
    return static_cast<double>(quotedImages(kPublishedProtocol, {kind, {}, {}, size}));
}

ImageShape imageOf(const Results& results) {
    return {results.data.channels, results.data.height, results.data.width};
}

/// Whether training was timed over as many epochs and images as the published times are for.
bool hasPublishedLength(const Results& results) {
    return results.protocol.epochs == kPublishedProtocol.epochs &&
           results.protocol.images == kPublishedProtocol.images;
}

bool isAskedFor(const Point& point, const CurveRequest& request) {
    return point.task.kind == request.kind && point.task.network == request.network;
}

bool hasPoints(const Results& results, const CurveRequest& request) {
    return std::any_of(results.points.begin(), results.points.end(), [&](const Point& point) {
        return isAskedFor(point, request) && point.measured();
    });
}

std::optional<CurvePoint> measuredValue(const Results& results, const Point& point,
                                        Quantity quantity) {
    CurvePoint value;
    value.size = point.task.size;
    const std::optional<Estimate> time = results.estimateOf(point);
    const double scale = publishedScale(results.protocol, point.task);
    switch (quantity) {
        case Quantity::memoryMB:
            value.value = value.low = value.high = static_cast<double>(point.memoryBytes) / 1e6;
            return point.memoryBytes > 0 ? std::optional(value) : std::nullopt;
        case Quantity::joulesPerImage: {
            const std::optional<Energy> energy = energyOf(results, point);
            if (!energy)
                return std::nullopt;
            value.value = value.low = value.high = energy->joulesPerImage;
            return value;
        }
        case Quantity::seconds:
            if (!time)
                return std::nullopt;
            value.value = scale * time->seconds;
            value.low = scale * time->low;
            value.high = scale * time->high;
            return value;
        case Quantity::imagesPerSecond:
            break;
    }
    if (!time)
        return std::nullopt;
    value.value = time->imagesPerSecond;
    value.low = time->imagesPerSecond * time->seconds / time->high;
    // A lower bound of zero seconds bounds no rate.
    value.high =
        time->low > 0 ? time->imagesPerSecond * time->seconds / time->low : time->imagesPerSecond;
    return value;
}

std::string measuredNote(const Results& results, const std::vector<Point>& points,
                         const CurveRequest& request) {
    std::size_t fewest = 0, most = 0;
    for (const Point& point : points)
        if (point.measured()) {
            fewest = fewest ? std::min(fewest, point.blocks.size()) : point.blocks.size();
            most = std::max(most, point.blocks.size());
        }
    const bool quick = results.protocol.method == Method::quick;
    std::string note = quick ? "quick protocol" : "paper protocol";
    if (request.kind == Kind::training && request.quantity == Quantity::seconds) {
        if (quick)
            note += ", scaled";
        else if (!hasPublishedLength(results))
            note += fmt::format(", scaled from {} x {} images", results.protocol.epochs,
                                results.protocol.images);
    }
    if (most == 0)
        return note;
    return fewest == most ? fmt::format("{}, {} blocks", note, most)
                          : fmt::format("{}, {} to {} blocks", note, fewest, most);
}

Curve measuredCurve(const std::vector<Results>& all, std::size_t index, const DeviceRecord& device,
                    const CurveRequest& request) {
    const Results& results = all[index];
    Curve curve;
    curve.key = fmt::format("{}/{}", index, device.id);
    curve.device = device.id;
    curve.name = device.name;
    curve.image = imageOf(results);
    std::vector<Point> used;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        const Point& point = results.points[i];
        if (!isAskedFor(point, request) || point.task.device != device.id)
            continue;
        const bool begun = point.status != Status::waiting && point.status != Status::running;
        if (auto value = measuredValue(results, point, request.quantity); value && begun) {
            value->source = PointRef{index, i};
            curve.points.push_back(*value);
            used.push_back(point);
        } else if (begun && !point.measured()) {
            curve.gaps.push_back({point.task.size, point.status, point.sentence, {index, i}});
        }
    }
    std::stable_sort(curve.points.begin(), curve.points.end(),
                     [](const CurvePoint& a, const CurvePoint& b) { return a.size < b.size; });
    curve.note = measuredNote(results, used, request);
    return curve;
}

std::optional<Curve> publishedCurve(const PublishedDevice& device, const CurveRequest& request) {
    const PublishedCurve* found = published().curve(device.id, request.kind, request.network);
    if (!found || request.quantity == Quantity::memoryMB)
        return std::nullopt;
    Curve curve;
    curve.key = "published/" + device.id;
    curve.device = device.id;
    curve.name = device.name;
    curve.note = "published 2021";
    curve.published = true;
    curve.image = kPublishedImage;
    for (const PublishedTime& time : found->times) {
        const double images = publishedImages(request.kind, time.size);
        const double value = request.quantity == Quantity::imagesPerSecond ? images / time.seconds
                             : request.quantity == Quantity::joulesPerImage
                                 ? device.maxPowerWatts * time.seconds / images
                                 : time.seconds;
        curve.points.push_back({time.size, value, value, value, std::nullopt});
    }
    return curve;
}

}  // namespace

double publishedScale(const Protocol& protocol, const Task& task) {
    return static_cast<double>(quotedSteps(kPublishedProtocol, task)) /
           static_cast<double>(quotedSteps(protocol, task));
}

const CurvePoint* Curve::at(int size) const {
    const auto found = std::find_if(points.begin(), points.end(),
                                    [&](const CurvePoint& point) { return point.size == size; });
    return found == points.end() ? nullptr : &*found;
}

std::vector<Curve> curves(const std::vector<Results>& results, const CurveRequest& request) {
    std::vector<Curve> list;
    for (std::size_t i = 0; i < results.size(); ++i)
        for (const DeviceRecord& device : results[i].devices) {
            Curve curve = measuredCurve(results, i, device, request);
            if (!curve.points.empty() || !curve.gaps.empty())
                list.push_back(std::move(curve));
        }
    if (!list.empty() && std::none_of(list.begin(), list.end(), [](const Curve& curve) {
            return curve.image == kPublishedImage;
        }))
        return list;
    for (const PublishedDevice& device : published().devices)
        if (auto curve = publishedCurve(device, request))
            list.push_back(std::move(*curve));
    return list;
}

std::vector<std::string> workloadRemarks(const std::vector<Results>& results,
                                         const CurveRequest& request) {
    std::vector<std::string> remarks;
    const auto add = [&](std::string remark) {
        if (std::find(remarks.begin(), remarks.end(), remark) == remarks.end())
            remarks.push_back(std::move(remark));
    };
    const bool compared = std::any_of(
        benchmark::published().devices.begin(), benchmark::published().devices.end(),
        [&](const PublishedDevice& device) { return publishedCurve(device, request).has_value(); });
    for (const Results& from : results) {
        if (!hasPoints(from, request))
            continue;
        if (request.kind == Kind::training && request.quantity == Quantity::seconds &&
            !hasPublishedLength(from))
            add(fmt::format("Times for {} epochs of {} images are scaled to {} epochs of {}.",
                            from.protocol.epochs, from.protocol.images, kPublishedProtocol.epochs,
                            kPublishedProtocol.images));
        if (compared && imageOf(from) != kPublishedImage)
            add(
                fmt::format("The published times, for images of {}, are not compared with those "
                            "for images of {}.",
                            fmt::join(kPublishedImage, " x "), fmt::join(imageOf(from), " x ")));
    }
    return remarks;
}

std::vector<CurvePoint> ratio(const Curve& a, const Curve& b) {
    std::vector<CurvePoint> list;
    if (a.published != b.published && a.image != b.image)
        return list;
    for (const CurvePoint& top : a.points) {
        const CurvePoint* bottom = b.at(top.size);
        if (!bottom || !(top.value > 0) || !(bottom->value > 0))
            continue;
        const double value = top.value / bottom->value;
        const double up = std::hypot(top.high / top.value - 1, 1 - bottom->low / bottom->value);
        const double down = std::hypot(1 - top.low / top.value, bottom->high / bottom->value - 1);
        list.push_back({top.size, value, value / (1 + down), value * (1 + up),
                        bottom->source ? bottom->source : top.source});
    }
    return list;
}

std::string energyNote(const std::vector<Results>& results, const Curve& curve) {
    if (curve.published)
        return toString(EnergySource::stated);
    std::set<std::string> sources;
    for (const CurvePoint& point : curve.points)
        if (point.source) {
            const Results& from = results.at(point.source->results);
            if (const auto energy = energyOf(from, from.points.at(point.source->point)))
                sources.insert(toString(energy->source));
        }
    return fmt::format("{}", fmt::join(sources, " and "));
}

std::optional<CurvePoint> extrapolatedDays(const Curve& curve, double galaxies) {
    if (curve.points.empty())
        return std::nullopt;
    constexpr double kSecondsADay = 86400;
    CurvePoint days = curve.points.back();
    const double factor = galaxies / days.size / kSecondsADay;
    days.value *= factor;
    days.low *= factor;
    days.high *= factor;
    return days;
}

}  // namespace shearbench::benchmark

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <map>
#include <optional>
#include <vector>

#include "core/benchmark/curves.h"
#include "core/benchmark/sweep.h"
#include "widgets/device_colours.h"
#include "widgets/size_charts.h"

// From benchmark results to the scenes of the charts: the window and the figures show the same.

namespace shearbench::app {

/// What the two charts show.
struct BenchmarkView {
    benchmark::CurveRequest request;
    /// Keys of benchmark::Curve; A empty or gone: the published V100 where there is one, else the
    /// first; B empty or gone: all others.
    std::string a, b;
    bool logX = false, logY = true, logRatio = true;
    bool plain = false;  ///< in the words of people who do not program
};

/// Colours by curve: devices of this machine as everywhere in the window, others in order.
widgets::SizeScene timeScene(const std::vector<benchmark::Results>& results,
                             const BenchmarkView& view, widgets::DeviceColours& colours);
widgets::SizeScene ratioScene(const std::vector<benchmark::Results>& results,
                              const BenchmarkView& view, widgets::DeviceColours& colours);

/// The curve that A stands for; null without any.
const benchmark::Curve* curveA(const std::vector<benchmark::Curve>& curves,
                               const BenchmarkView& view);

/// "Tesla V100", "AMD EPYC, 2 cores"; with the machine's name where there are several.
QString curveName(const std::vector<benchmark::Results>& results, const benchmark::Curve& curve);
/// "Deterministic", "Generation".
QString subjectName(benchmark::Kind kind, const std::string& network);
QString quantityName(benchmark::Quantity quantity);
/// As the command line calls it: "time", "images-per-second", "energy", "memory".
QString quantityId(benchmark::Quantity quantity);
/// Quantity::seconds for a name that is none of them.
benchmark::Quantity quantityFromId(const std::string& id);

/// What else differs between the curves that are drawn besides the device, in one sentence; empty
/// when nothing does. Published times were taken with another program and protocol.
QString comparisonWarning(const std::vector<benchmark::Results>& results,
                          const BenchmarkView& view);

/// Everything that is known of a point, a line each: results, interval, memory, energy, device,
/// environment, the command that makes it again.
QStringList pointFacts(const benchmark::Results& results, const benchmark::Point& point);

/// The command that trains the network of that point with its batch size on its device.
QString trainingCommand(const benchmark::Results& results, const benchmark::Point& point);

/// Every network or generation that has a curve, published or measured.
std::vector<std::pair<benchmark::Kind, std::string>> subjects(
    const std::vector<benchmark::Results>& results);

}  // namespace shearbench::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/benchmark_scenes.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

#include "core/network/presets.h"
#include "core/training_command.h"
#include "widgets/number_text.h"

namespace shearbench::app {

namespace {

using benchmark::Curve;
using benchmark::CurvePoint;
using benchmark::Kind;
using benchmark::Point;
using benchmark::Quantity;
using benchmark::Results;

QString tr(const char* text) {
    return QCoreApplication::translate("Benchmark", text);
}

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

QString number(double value, int digits = 3) {
    return widgets::shortText(value, digits);
}

/// Without the words that a chart of graphics cards and processors has no room for.
QString shortName(const std::string& publishedDevice) {
    return publishedDevice == "gc2" ? QStringLiteral("Graphcore GC2")
                                    : QStringLiteral("Tesla V100");
}

QString shortName(const Curve& curve) {
    return curve.published ? shortName(curve.device) : text(curve.name);
}

widgets::DeviceColour colourOf(const Curve& curve, widgets::DeviceColours& colours) {
    using widgets::DeviceColours;
    if (curve.published)
        return colours.colourOf(text(curve.key));
    // Results of this machine come first; further ones have keys of their own.
    const bool local = curve.key.starts_with("0/");
    const bool processor = curve.device == "cpu" || curve.device == "eigen";
    return colours.colourOf(text(local ? curve.device : curve.key),
                            processor ? DeviceColours::Kind::cpu : DeviceColours::Kind::gpu);
}

widgets::ChartPoint chartPoint(const CurvePoint& point) {
    widgets::ChartPoint result{double(point.size), point.value};
    if (point.low < point.high) {
        result.low = point.low;
        result.high = point.high;
    }
    return result;
}

/// "CosmoDC2 in 18 days"; empty where that follows from nothing.
QString catalogueText(const Curve& curve) {
    const auto& catalogue = benchmark::published().extrapolation;
    const auto days = benchmark::extrapolatedDays(curve, catalogue.galaxies);
    return days ? tr("%1 in %2 days").arg(text(catalogue.catalogue), number(days->value, 2))
                : QString();
}

/// What was measured how; of published curves by whom.
QString sourceText(const std::vector<Results>& results, const Curve& curve, Quantity quantity) {
    if (curve.published)
        return tr("published 2021");
    QString note;
    if (quantity == Quantity::joulesPerImage)
        note = text(benchmark::energyNote(results, curve));
    else if (quantity != Quantity::memoryMB)
        note = text(curve.note);
    for (const benchmark::CurveGap& gap : curve.gaps)
        if (gap.status == benchmark::Status::outOfMemory)
            return tr("out of memory at %1").arg(gap.size);
    return note;
}

QString noteOf(const std::vector<Results>& results, const Curve& curve, const BenchmarkView& view) {
    const benchmark::CurveRequest& request = view.request;
    if (view.plain)
        return curve.published ? sourceText(results, curve, request.quantity) : QString();
    QStringList notes{sourceText(results, curve, request.quantity)};
    if (request.kind == Kind::generation && request.quantity == Quantity::seconds)
        notes << catalogueText(curve);
    notes.removeAll(QString());
    return notes.join(QStringLiteral("; "));
}

widgets::SizeCurve sizeCurve(const std::vector<Results>& results, const Curve& curve,
                             const BenchmarkView& view, widgets::DeviceColours& colours) {
    widgets::SizeCurve drawn;
    drawn.key = text(curve.key);
    drawn.label = curveName(results, curve);
    drawn.note = noteOf(results, curve, view);
    drawn.colour = colourOf(curve, colours);
    drawn.published = curve.published;
    for (const CurvePoint& point : curve.points)
        drawn.points.push_back(chartPoint(point));
    for (const benchmark::CurveGap& gap : curve.gaps)
        drawn.gaps.push_back(gap.size);
    return drawn;
}

QString epochsText(const benchmark::Protocol& protocol) {
    return tr("%1 epochs of %2 images")
        .arg(protocol.epochs)
        .arg(widgets::countText(protocol.images));
}

QString valueTitle(const BenchmarkView& view) {
    switch (view.request.quantity) {
        case Quantity::imagesPerSecond:
            return tr("images per second");
        case Quantity::joulesPerImage:
            return tr("joules per image");
        case Quantity::memoryMB:
            return tr("memory of the device's session in MB");
        case Quantity::seconds:
            break;
    }
    if (view.request.kind == Kind::generation)
        return tr("seconds to generate the images");
    return tr("seconds for %1").arg(epochsText(benchmark::kPublishedProtocol));
}

QString unitOf(Quantity quantity) {
    switch (quantity) {
        case Quantity::imagesPerSecond:
            return tr("img/s");
        case Quantity::joulesPerImage:
            return QStringLiteral("J");
        case Quantity::memoryMB:
            return QStringLiteral("MB");
        case Quantity::seconds:
            break;
    }
    return QStringLiteral("s");
}

/// What the memory is set beside: the published device with the least, and a cap that was set.
void addMemoryLevels(widgets::SizeScene& scene, const std::vector<Results>& results) {
    const auto& devices = benchmark::published().devices;
    const auto least =
        std::min_element(devices.begin(), devices.end(),
                         [](const auto& a, const auto& b) { return a.memoryMB < b.memoryMB; });
    scene.levels.push_back({least->memoryMB,
                            tr("%1 MB, %2").arg(number(least->memoryMB), shortName(least->id)),
                            widgets::Colour::text3});
    for (const Results& from : results)
        for (const benchmark::DeviceRecord& device : from.devices)
            if (device.memoryCapMB > 0 && device.memoryCapMB != scene.levels.back().y)
                scene.levels.push_back({device.memoryCapMB,
                                        tr("cap, %1 MB").arg(number(device.memoryCapMB)),
                                        widgets::Colour::accent});
}

void setAxis(widgets::SizeScene& scene, const BenchmarkView& view) {
    const bool generation = view.request.kind == Kind::generation;
    scene.axis = generation ? widgets::SizeAxis::images : widgets::SizeAxis::batch;
    scene.xScale = view.logX || generation ? widgets::Scale::log : widgets::Scale::linear;
}

QString intervalText(double low, double high, int digits) {
    return tr("%1 to %2").arg(number(low, digits), number(high, digits));
}

/// A device's line for pointFacts().
QString deviceText(const benchmark::DeviceRecord& device) {
    QStringList words{text(device.name), text(device.backend)};
    words << (device.threads > 0 ? tr("%1 threads").arg(device.threads) : tr("all cores"));
    if (device.memoryCapMB > 0)
        words << tr("memory cap %1 MB").arg(number(device.memoryCapMB));
    return words.join(QStringLiteral(", "));
}

}  // namespace

const Curve* curveA(const std::vector<Curve>& curves, const BenchmarkView& view) {
    const auto find = [&](const std::string& key) {
        const auto found = std::find_if(curves.begin(), curves.end(),
                                        [&](const Curve& curve) { return curve.key == key; });
        return found == curves.end() ? nullptr : &*found;
    };
    if (const Curve* wanted = find(view.a))
        return wanted;
    if (const Curve* v100 = find("published/v100"))
        return v100;
    return curves.empty() ? nullptr : &curves.front();
}

QString curveName(const std::vector<Results>& results, const Curve& curve) {
    if (curve.published || results.size() < 2)
        return shortName(curve);
    const auto index = static_cast<std::size_t>(std::stoul(curve.key));
    const QString machine = text(results.at(index).name);
    const bool known = machine.isEmpty() || text(curve.name).contains(machine);
    return known ? tr("%1 (%2)").arg(shortName(curve)).arg(index + 1)
                 : tr("%1 of %2").arg(shortName(curve), machine);
}

QString subjectName(Kind kind, const std::string& network) {
    if (kind == Kind::generation)
        return tr("Generation");
    for (const network::Preset& preset : network::presets())
        if (preset.id == network)
            return text(preset.title);
    QString name = text(network);
    if (!name.isEmpty())
        name[0] = name[0].toUpper();
    return name;
}

QString quantityName(Quantity quantity) {
    switch (quantity) {
        case Quantity::imagesPerSecond:
            return tr("Images per second");
        case Quantity::joulesPerImage:
            return tr("Energy");
        case Quantity::memoryMB:
            return tr("Memory");
        case Quantity::seconds:
            break;
    }
    return tr("Time");
}

QString quantityId(Quantity quantity) {
    switch (quantity) {
        case Quantity::imagesPerSecond:
            return QStringLiteral("images-per-second");
        case Quantity::joulesPerImage:
            return QStringLiteral("energy");
        case Quantity::memoryMB:
            return QStringLiteral("memory");
        case Quantity::seconds:
            break;
    }
    return QStringLiteral("time");
}

Quantity quantityFromId(const std::string& id) {
    for (const Quantity quantity :
         {Quantity::imagesPerSecond, Quantity::joulesPerImage, Quantity::memoryMB})
        if (quantityId(quantity) == text(id))
            return quantity;
    return Quantity::seconds;
}

widgets::SizeScene timeScene(const std::vector<Results>& results, const BenchmarkView& view,
                             widgets::DeviceColours& colours) {
    widgets::SizeScene scene;
    const bool generation = view.request.kind == Kind::generation;
    const QString subject = subjectName(view.request.kind, view.request.network);
    scene.title = generation ? tr("%1 of generation against number of images")
                                   .arg(quantityName(view.request.quantity))
                             : tr("%1 of training against batch size, %2 network")
                                   .arg(quantityName(view.request.quantity), subject.toLower());
    scene.yTitle = valueTitle(view);
    scene.unit = unitOf(view.request.quantity);
    scene.yScale = view.logY ? widgets::Scale::log : widgets::Scale::linear;
    setAxis(scene, view);
    if (view.request.quantity == Quantity::memoryMB)
        addMemoryLevels(scene, results);
    for (const Curve& curve : benchmark::curves(results, view.request))
        scene.curves.push_back(sizeCurve(results, curve, view, colours));
    return scene;
}

widgets::SizeScene ratioScene(const std::vector<Results>& results, const BenchmarkView& view,
                              widgets::DeviceColours& colours) {
    widgets::SizeScene scene;
    benchmark::CurveRequest request = view.request;
    request.quantity = Quantity::seconds;
    const std::vector<Curve> all = benchmark::curves(results, request);
    const Curve* a = curveA(all, view);
    scene.title = tr("Speed ratio, %1").arg(subjectName(request.kind, request.network).toLower());
    scene.yScale = view.logRatio ? widgets::Scale::log : widgets::Scale::linear;
    setAxis(scene, view);
    if (!a)
        return scene;
    const QString nameA = curveName(results, *a);
    scene.yTitle = view.plain ? tr("how many times faster than a %1").arg(nameA)
                              : tr("time on A / time on B, A = %1").arg(nameA);
    const bool one = std::any_of(all.begin(), all.end(), [&](const Curve& curve) {
        return curve.key == view.b && curve.key != a->key;
    });
    for (const Curve& b : all) {
        if (b.key == a->key || (one && b.key != view.b))
            continue;
        widgets::SizeCurve drawn = sizeCurve(results, b, view, colours);
        drawn.points.clear();
        drawn.gaps.clear();
        drawn.note.clear();
        if (!view.plain)
            drawn.label = tr("B = %1").arg(drawn.label);
        for (const CurvePoint& point : benchmark::ratio(*a, b))
            drawn.points.push_back(chartPoint(point));
        if (!drawn.points.empty())
            scene.curves.push_back(std::move(drawn));
    }
    return scene;
}

QString comparisonWarning(const std::vector<Results>& results, const BenchmarkView& view) {
    const std::vector<Curve> all = benchmark::curves(results, view.request);
    const Point* first = nullptr;
    const Results* firstResults = nullptr;
    QStringList found;
    const auto add = [&](const QString& difference) {
        if (!found.contains(difference))
            found << difference;
    };
    bool published = false;
    for (const Curve& curve : all) {
        published = published || curve.published;
        for (const CurvePoint& value : curve.points) {
            if (!value.source)
                continue;
            const Results& from = results.at(value.source->results);
            const Point& point = from.points.at(value.source->point);
            if (!first) {
                first = &point;
                firstResults = &from;
            }
            Point same = *first;  // curves run over sizes
            same.task.size = point.task.size;
            for (const std::string& difference :
                 benchmark::differences(*firstResults, same, from, point))
                add(text(difference));
        }
    }
    if (published && firstResults) {
        if (firstResults->protocol.method != benchmark::Method::paper)
            add(tr("protocol quick against paper"));
        add(tr("published times are TensorFlow's"));
        if (first->foreignCores >= 0.25)
            add(tr("other programs kept %1 processors busy")
                    .arg(widgets::fixedText(first->foreignCores, 1)));
    }
    QStringList sentences;
    if (!found.isEmpty())
        sentences << tr("Not only devices differ: %1.").arg(found.join(QStringLiteral("; ")));
    for (const std::string& remark : benchmark::workloadRemarks(results, view.request))
        sentences << text(remark);
    return sentences.join(QLatin1Char(' '));
}

QStringList pointFacts(const Results& results, const Point& point) {
    QStringList facts;
    const bool training = point.task.kind == Kind::training;
    facts << tr("%1, %2 %3")
                 .arg(subjectName(point.task.kind, point.task.network),
                      training ? tr("batch") : tr("images"))
                 .arg(point.task.size);
    if (const auto time = results.estimateOf(point)) {
        const QString all = training ? tr(", for %1").arg(epochsText(results.protocol)) : QString();
        facts << tr("%1 s, %2%3 (%4 blocks, %5 protocol)")
                     .arg(number(time->seconds, 4), intervalText(time->low, time->high, 4), all)
                     .arg(time->blocks)
                     .arg(text(benchmark::toString(results.protocol.method)));
        facts << tr("%1 images per second").arg(number(time->imagesPerSecond));
    }
    if (point.status != benchmark::Status::done)
        facts << text(benchmark::toString(point.status));
    if (!point.sentence.empty())
        facts << text(point.sentence);
    if (point.memoryBytes > 0)
        facts << tr("%1 of memory").arg(widgets::bytesText(point.memoryBytes));
    if (const auto energy = benchmark::energyOf(results, point))
        facts << tr("%1 J an image, %2")
                     .arg(number(energy->joulesPerImage),
                          text(benchmark::toString(energy->source)));
    if (const auto* device = results.device(point.task.device))
        facts << deviceText(*device);
    facts << tr("%1, %2, governor %3")
                 .arg(text(results.machine.host), text(results.machine.system),
                      results.machine.governor.empty() ? tr("unknown")
                                                       : text(results.machine.governor));
    facts << tr("other programs kept %1 processors busy")
                 .arg(widgets::fixedText(point.foreignCores, 1));
    facts << tr("%1 images of %2, %3")
                 .arg(widgets::countText(results.data.images), text(results.data.description),
                      text(results.data.checksum));
    facts << tr("started %1 with version %2").arg(text(results.started), text(results.version));
    return facts;
}

QString trainingCommand(const Results& results, const Point& point) {
    Experiment experiment = results.experiment;
    if (experiment.network.preset != point.task.network)
        choosePreset(experiment, point.task.network);
    experiment.device.id = point.task.device;
    experiment.training.batch = point.task.size;
    return text(shearbench::trainingCommand(experiment));
}

std::vector<std::pair<Kind, std::string>> subjects(const std::vector<Results>& results) {
    std::vector<std::pair<Kind, std::string>> list;
    const auto add = [&](Kind kind, const std::string& network) {
        if (std::find(list.begin(), list.end(), std::pair(kind, network)) == list.end())
            list.emplace_back(kind, network);
    };
    for (const Results& from : results)
        for (const Point& point : from.points)
            if (point.task.kind == Kind::training)
                add(point.task.kind, point.task.network);
    for (const benchmark::PublishedCurve& curve : benchmark::published().curves)
        if (curve.kind == Kind::training)
            add(curve.kind, curve.network);
    add(Kind::generation, "generative");
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
        const auto rank = [](const auto& subject) {
            return subject.first == Kind::generation   ? 3
                   : subject.second == "deterministic" ? 0
                   : subject.second == "bayesian"      ? 1
                                                       : 2;
        };
        return rank(a) < rank(b);
    });
    return list;
}

}  // namespace shearbench::app

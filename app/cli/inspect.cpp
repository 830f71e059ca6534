// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/schema_options.h"
#include "app/cli/terminal.h"
#include "core/data/cutout_file.h"
#include "core/data/quality.h"
#include "core/data/schema_request.h"
#include "core/data/targets.h"
#include "core/error.h"
#include "core/experiment.h"
#include "core/files.h"

namespace shearbench::cli {

namespace {

struct Options {
    std::string file;
    DataSettings reading;
    bool json = false;
    std::string split;
    std::uint64_t splitSeed = DataSettings().splitSeed;
};

const char* toText(data::EllipticityConvention convention) {
    switch (convention) {
        case data::EllipticityConvention::reducedShear:
            return "(1-q)/(1+q)";
        case data::EllipticityConvention::distortion:
            return "(1-q^2)/(1+q^2)";
        case data::EllipticityConvention::unknown:
            break;
    }
    return "not stated";
}

/// Of all images, or where those are more than 0.5 GB, of as many evenly spaced ones.
data::PixelQuality pixelQuality(const data::CutoutFile& file) {
    constexpr std::int64_t kMostValues = std::int64_t{1} << 27;
    const auto size = static_cast<std::int64_t>(data::imageSize(file.schema()));
    return data::checkPixels(file, std::max<std::int64_t>(1, kMostValues / size));
}

nlohmann::ordered_json qualityJson(const data::CutoutFile& file) {
    const data::Quality labels = data::checkTargets(file, file.schema().targets);
    const data::PixelQuality pixels = pixelQuality(file);
    return {{"non_finite_labels",
             {{"e1", labels.notFinite[0]},
              {"e2", labels.notFinite[1]},
              {"redshift", labels.notFinite[2]}}},
            {"labels", labels.sentences},
            {"images_looked_at", pixels.images},
            {"images_with_non_finite_pixels", pixels.imagesWithNonFinite},
            {"trainable_rows", data::trainableRows(labels, pixels)},
            {"non_finite_pixels", pixels.nonFinitePixels},
            {"blank_images", pixels.blankImages}};
}

void printJson(const data::CutoutFile& file) {
    using nlohmann::ordered_json;
    const data::Schema& schema = file.schema();
    ordered_json columns = ordered_json::array();
    for (const auto* list : {&schema.columns, &schema.textColumns})
        for (const data::Column& column : *list)
            columns.push_back({{"name", column.name}, {"type", column.type}});
    ordered_json others = ordered_json::array();
    for (const data::ImageDataset& other : schema.otherImages)
        others.push_back(
            {{"dataset", other.path}, {"extents", other.extents}, {"type", other.type}});
    const ordered_json document = {
        {"file", schema.file},
        {"bytes", schema.fileBytes},
        {"images", schema.images.path},
        {"type", schema.images.type},
        {"layout", data::toString(schema.layout)},
        {"variants", schema.variants},
        {"variant", schema.variant},
        {"count", schema.count},
        {"stored",
         {{"bands", schema.storedBands},
          {"height", schema.storedHeight},
          {"width", schema.storedWidth}}},
        {"channels", schema.channels},
        {"height", schema.height},
        {"width", schema.width},
        {"bands", schema.bands},
        {"pixel_scale_arcsec", schema.pixelScaleArcsec},
        {"units", schema.units},
        {"targets",
         {{"e1", schema.targets[0]}, {"e2", schema.targets[1]}, {"redshift", schema.targets[2]}}},
        {"ellipticity", toText(schema.convention)},
        {"shape", schema.shape},
        {"labels", schema.labels},
        {"group", schema.group},
        {"sky_sigma", schema.skySigma},
        {"columns", columns},
        {"other_images", others},
        {"notes", schema.notes},
        {"quality", qualityJson(file)}};
    fmt::print("{}\n", document.dump(2));
}

/// A name of a file's own, on one line.
std::string onOneLine(const std::string& name) {
    std::string shown;
    for (const char c : name)
        shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f
                     ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c))
                     : std::string(1, c);
    return shown;
}

std::string orNone(const std::string& text) {
    return text.empty() ? "not found" : onOneLine(text);
}

void printText(const data::Schema& schema) {
    fmt::print("{} ({:.1f} MB)\n", schema.file, static_cast<double>(schema.fileBytes) / 1e6);
    fmt::print("images       {}: {} of {} x {} x {}, {}, {}\n", onOneLine(schema.images.path),
               thousands(schema.count), schema.channels, schema.height, schema.width,
               schema.images.type, data::toString(schema.layout));
    for (const data::ImageDataset& other : schema.otherImages)
        fmt::print("also         {}: {}, {}\n", onOneLine(other.path),
                   fmt::join(other.extents, " x "), other.type);
    if (schema.variants > 1)
        fmt::print("variant      {} of {}\n", schema.variant, schema.variants);
    fmt::print("bands        {}\n", onOneLine(fmt::format("{}", fmt::join(schema.bands, " "))));
    if (schema.pixelScaleArcsec > 0)
        fmt::print("pixel scale  {} arcsec\n", schema.pixelScaleArcsec);
    if (!schema.units.empty())
        fmt::print("units        {}\n", schema.units);
    fmt::print("e1           {}\ne2           {}\nredshift     {}\n", orNone(schema.targets[0]),
               orNone(schema.targets[1]), orNone(schema.targets[2]));
    fmt::print("ellipticity  {}\n", toText(schema.convention));
    fmt::print("group        {}\n", schema.group.empty() ? "none" : onOneLine(schema.group));
    std::vector<std::string> names;
    for (const auto* list : {&schema.columns, &schema.textColumns})
        for (const data::Column& column : *list)
            names.push_back(column.name);
    fmt::print("columns      {}\n", onOneLine(fmt::format("{}", fmt::join(names, ", "))));
    for (const std::string& note : schema.notes)
        fmt::print("note         {}\n", onOneLine(note));
}

/// The rows that training would use, for programs that are to be compared on the same ones.
void writeSplit(const data::CutoutFile& file, const Options& options) {
    const DataSettings defaults;
    const data::UsableRows usable = data::usableRows(file, file.schema().targets);
    const data::Split split =
        data::splitSource(file, usable, file.schema().group, defaults.validationFraction,
                          defaults.testFraction, options.splitSeed);
    const nlohmann::ordered_json document = {
        {"train", split.training}, {"validation", split.validation}, {"test", split.test}};
    writeText(options.split, document.dump() + "\n");
}

void printTrainable(const data::CutoutFile& file, const data::Quality& labels,
                    const data::PixelQuality& pixels) {
    const data::Schema& schema = file.schema();
    const std::int64_t rows = data::trainableRows(labels, pixels);
    const bool all = pixels.images == schema.count;
    if (rows == 0)
        fmt::print(
            "training     nothing can be trained on: no row has usable labels and finite "
            "pixels\n");
    else if (rows < schema.count)
        fmt::print("training     {}{} of {} can be trained on\n", all ? "" : "at most ",
                   thousands(rows), counted(schema.count, "row"));
    if (schema.group.empty() || rows == 0)
        return;
    try {
        const DataSettings defaults;
        data::splitSource(file, data::usableRows(file, schema.targets), schema.group,
                          defaults.validationFraction, defaults.testFraction, defaults.splitSeed);
    } catch (const Error& problem) {
        fmt::print("training     {} {}\n", problem.what(), problem.remedy());
    }
}

void printQuality(const data::CutoutFile& file) {
    const data::Quality labels = data::checkTargets(file, file.schema().targets);
    for (const std::string& sentence : labels.sentences)
        fmt::print("labels       {}\n", sentence);
    const data::PixelQuality quality = pixelQuality(file);
    const std::string lookedAt =
        quality.images == file.schema().count
            ? counted(quality.images, "image")
            : fmt::format("{} evenly spaced ones of {}", thousands(quality.images),
                          counted(file.schema().count, "image"));
    if (quality.nonFinitePixels == 0)
        fmt::print("pixels       all finite in {}\n", lookedAt);
    else
        fmt::print(
            "pixels       {} not finite{}, in {} of {}\n",
            counted(quality.nonFinitePixels, "value"),
            file.schema().images.type == "float64" ? " or beyond 3.4e38, the most of float32" : "",
            thousands(quality.imagesWithNonFinite), lookedAt);
    if (quality.blankImages > 0)
        fmt::print("pixels       {} of {} hold the same value in every pixel\n",
                   thousands(quality.blankImages), lookedAt);
    const auto& targets = file.schema().targets;
    if (!targets[0].empty() && !targets[1].empty() && !targets[2].empty())
        printTrainable(file, labels, quality);
    else if (quality.imagesWithNonFinite == file.schema().count)
        fmt::print("training     nothing can be trained on: no image has finite pixels\n");
}

}  // namespace

void addInspect(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("inspect", "Show what a file of cutouts holds");
    command->add_option("file", options->file, "HDF5 file of cutouts")
        ->required()
        ->check(notEmpty());
    command->add_flag("--json", options->json, "Print JSON");
    command
        ->add_option("--split", options->split,
                     "JSON file to write as well: the rows that train, validate and test")
        ->check(notEmpty());
    command->add_option("--split-seed", options->splitSeed, "Which split")
        ->capture_default_str()
        ->check(wholeNumber());
    addReadingOptions(*command, options->reading);
    command->callback([options, &action] {
        action = [options] {
            const data::CutoutFile file(options->file, data::schemaRequest(options->reading));
            if (!options->split.empty())
                requireOutput(options->split, {options->file});
            if (options->json) {
                printJson(file);
            } else {
                printText(file.schema());
                printQuality(file);
            }
            if (!options->split.empty())
                writeSplit(file, *options);
            return 0;
        };
    });
}

}  // namespace shearbench::cli

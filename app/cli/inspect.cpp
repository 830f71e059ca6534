// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/schema_options.h"
#include "app/cli/terminal.h"
#include "core/data/cutout_file.h"

namespace shearbench::cli {

namespace {

struct Options {
    std::string file;
    data::SchemaRequest request;
    bool json = false;
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

void printJson(const data::Schema& schema) {
    using nlohmann::ordered_json;
    ordered_json columns = ordered_json::array();
    for (const data::Column& column : schema.columns)
        columns.push_back({{"name", column.name}, {"type", column.type}});
    ordered_json others = ordered_json::array();
    for (const data::ImageDataset& other : schema.otherImages)
        others.push_back({{"dataset", other.path}, {"extents", other.extents}, {"type", other.type}});
    const ordered_json document = {{"file", schema.file},
                                   {"bytes", schema.fileBytes},
                                   {"images", schema.images.path},
                                   {"type", schema.images.type},
                                   {"layout", data::toString(schema.layout)},
                                   {"count", schema.count},
                                   {"channels", schema.channels},
                                   {"height", schema.height},
                                   {"width", schema.width},
                                   {"bands", schema.bands},
                                   {"pixel_scale_arcsec", schema.pixelScaleArcsec},
                                   {"units", schema.units},
                                   {"targets",
                                    {{"e1", schema.targets[0]},
                                     {"e2", schema.targets[1]},
                                     {"redshift", schema.targets[2]}}},
                                   {"ellipticity", toText(schema.convention)},
                                   {"group", schema.group},
                                   {"sky_sigma", schema.skySigma},
                                   {"columns", columns},
                                   {"other_images", others},
                                   {"notes", schema.notes}};
    fmt::print("{}\n", document.dump(2));
}

std::string orNone(const std::string& text) { return text.empty() ? "not found" : text; }

void printText(const data::Schema& schema) {
    fmt::print("{} ({:.1f} MB)\n", schema.file, static_cast<double>(schema.fileBytes) / 1e6);
    fmt::print("images       {}: {} of {} x {} x {}, {}, {}\n", schema.images.path,
               thousands(schema.count), schema.channels, schema.height, schema.width,
               schema.images.type, data::toString(schema.layout));
    for (const data::ImageDataset& other : schema.otherImages)
        fmt::print("also         {}: {}, {}\n", other.path, fmt::join(other.extents, " x "),
                   other.type);
    fmt::print("bands        {}\n", fmt::join(schema.bands, " "));
    if (schema.pixelScaleArcsec > 0)
        fmt::print("pixel scale  {} arcsec\n", schema.pixelScaleArcsec);
    if (!schema.units.empty())
        fmt::print("units        {}\n", schema.units);
    fmt::print("e1           {}\ne2           {}\nredshift     {}\n", orNone(schema.targets[0]),
               orNone(schema.targets[1]), orNone(schema.targets[2]));
    fmt::print("ellipticity  {}\n", toText(schema.convention));
    fmt::print("group        {}\n", schema.group.empty() ? "none" : schema.group);
    std::vector<std::string> names;
    for (const data::Column& column : schema.columns)
        names.push_back(column.name);
    fmt::print("columns      {}\n", fmt::join(names, ", "));
    for (const std::string& note : schema.notes)
        fmt::print("note         {}\n", note);
}

}  // namespace

void addInspect(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("inspect", "Show what a file of cutouts holds");
    command->add_option("file", options->file, "HDF5 file")->required();
    command->add_flag("--json", options->json, "Print JSON");
    addSchemaOptions(*command, options->request);
    command->callback([options, &action] {
        action = [options] {
            const data::CutoutFile file(options->file, options->request);
            options->json ? printJson(file.schema()) : printText(file.schema());
            return 0;
        };
    });
}

}  // namespace shearbench::cli

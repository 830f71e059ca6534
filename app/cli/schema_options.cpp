// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/schema_options.h"

#include <filesystem>

#include "app/cli/checks.h"
#include "core/data/text.h"
#include "core/dataset_profile.h"

namespace shearbench::cli {

namespace {

template <class Value, class Set>
CLI::Option* addChange(CLI::App& command, const std::function<void(ReadingChange)>& add,
                       const std::string& name, const std::string& help, Set set) {
    return command.add_option_function<Value>(
        name,
        [add, set](const Value& value) {
            add([set, value](DataSettings& data) { set(data, value); });
        },
        help);
}

std::vector<std::string> trimmed(std::vector<std::string> names) {
    for (std::string& name : names)
        name = data::trimmed(name);
    return names;
}

}  // namespace

void addReadingOptions(CLI::App& command, const std::function<void(ReadingChange)>& add) {
    using D = DataSettings;
    using Text = std::string;
    using Texts = std::vector<std::string>;
    const auto text = [&](const Text& name, const Text& help, Text D::*field) {
        return addChange<Text>(command, add, name, help,
                               [field](D& d, const Text& v) { d.*field = v; });
    };
    // First, so that options given one by one win over it.
    addChange<Text>(command, add, "--profile",
                    "A saved dataset profile, by its name or file: all of the following at once",
                    [](D& d, const Text& v) { d = withReading(d, readProfile(v).reading); });
    text("--images", "Dataset that holds the cutouts", &D::images);
    text("--layout", "Order of its axes; V: several variants of each image", &D::layout)
        ->check(oneOf({"NCHW", "NHWC", "NHW", "NVCHW", "NVHWC"}));
    addChange<int>(command, add, "--variant", "Which variant of each image, from 0",
                   [](D& d, int v) { d.variant = v; })
        ->check(atLeast(0));
    addChange<Texts>(command, add, "--band-names", "Names of all bands of the file: u,g,r",
                     [](D& d, const Texts& v) { d.bandNames = trimmed(v); })
        ->delimiter(',');
    addChange<Texts>(command, add, "--bands", "Bands to read, in this order: i,r,g",
                     [](D& d, const Texts& v) { d.bands = trimmed(v); })
        ->delimiter(',');
    addChange<double>(command, add, "--pixel-scale", "Arcseconds a pixel", [](D& d, double v) {
        d.pixelScaleArcsec = v;
    })->check(aboveZero());
    addChange<int>(command, add, "--stamp",
                   "Side that images are cropped or padded to about their centre, in pixels",
                   [](D& d, int v) { d.stamp = v; })
        ->check(atLeast(1));
    addChange<Text>(command, add, "--labels",
                    "CSV file with one row an image; without it, one of the same name beside the "
                    "images; none: do not look",
                    [](D& d, const Text& v) {
                        d.labels = v == "none" ? v : std::filesystem::absolute(v).string();
                    });
    for (std::size_t i = 0; i < 3; ++i)
        addChange<Text>(
            command, add, std::array{"--e1", "--e2", "--redshift"}[i],
            std::array{"Column of the first ellipticity component",
                       "Column of the second ellipticity component", "Column of the redshift"}[i],
            [i](D& d, const Text& v) { d.targets[i] = v; });
    text("--ellipticity", "What e1 and e2 are: reduced-shear, (1-q)/(1+q), or distortion",
         &D::ellipticity)
        ->check(oneOf({"reduced-shear", "distortion"}));
    text("--shape",
         "Columns to make e1 and e2 of: \"q:RATIO, degrees:ANGLE\", \"1-q:FLATTENING, "
         "radians-from-y:ANGLE\" or \"moments:XX, YY, XY\"",
         &D::shape);
    text("--group", "Column of galaxy ids, kept on one side of the split; none: do not group",
         &D::group);
}

void addReadingOptions(CLI::App& command, DataSettings& settings) {
    addReadingOptions(command, [&settings](const ReadingChange& change) { change(settings); });
}

}  // namespace shearbench::cli

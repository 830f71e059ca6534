// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/data/detect.h"
#include "core/data/text.h"
#include "core/error.h"
#include "core/words.h"

namespace shearbench::data {
namespace {

/// Looks an attribute up at the images, then in their group, then in the file; under several names.
class Statements {
  public:
    Statements(const h5::File& file, const std::string& images) : file_(file) {
        places_.push_back(images);
        const std::string group = images.substr(0, images.find_last_of('/'));
        if (!group.empty())
            places_.push_back(group);
        places_.push_back("/");
    }

    /// Empty when there is none.
    std::vector<std::string> texts(const std::vector<std::string>& names) const {
        for (const auto& [place, name] : found(names, h5::ValueKind::text))
            return file_.readTextList(place, name);
        return {};
    }

    std::vector<double> numbers(const std::vector<std::string>& names) const {
        for (h5::ValueKind kind : {h5::ValueKind::real, h5::ValueKind::integer})
            for (const auto& [place, name] : found(names, kind))
                return file_.readNumbers(place, name);
        return {};
    }

  private:
    std::vector<std::pair<std::string, std::string>> found(const std::vector<std::string>& names,
                                                           h5::ValueKind kind) const {
        for (const std::string& name : names)
            for (const std::string& place : places_)
                for (const std::string& attribute : file_.attributes(place))
                    if (lowerCase(attribute) == name &&
                        file_.attributeKind(place, attribute) == kind)
                        return {{place, attribute}};
        return {};
    }

    const h5::File& file_;
    std::vector<std::string> places_;
};

/// "u,g,r", "u g r", "ugr" or a list, without a survey's prefix ("hsc-g").
std::vector<std::string> bandNames(const std::vector<std::string>& stated, std::size_t channels) {
    std::vector<std::string> names = stated;
    if (stated.size() == 1 && channels != 1) {
        names.assign(1, {});
        for (char c : stated.front()) {
            if (c != ',' && c != ';' && c != ' ')
                names.back() += c;
            else if (!names.back().empty())
                names.emplace_back();
        }
        if (names.back().empty())
            names.pop_back();
        if (names.size() == 1 && names.front().size() == channels) {
            const std::string letters = names.front();
            names.clear();
            for (char c : letters)
                names.emplace_back(1, c);
        }
    }
    for (std::string& name : names)
        name = name.substr(name.find_last_of('-') + 1);
    return names;
}

/// How many bands are meant by names that are not as many as channels: "ugr" are three.
std::size_t namedBands(const std::vector<std::string>& names) {
    const std::string& word = names.front();
    const bool letters = std::all_of(word.begin(), word.end(), [&](char c) {
        return contains("ugrizyUBVRIJHKYZ", {c}) && std::count(word.begin(), word.end(), c) == 1;
    });
    return names.size() == 1 && letters ? word.size() : names.size();
}

/// Band names kept in a dataset: of the images, or one list for each of them.
std::vector<std::string> bandDataset(const h5::File& file,
                                     const std::vector<h5::DatasetInfo>& datasets,
                                     std::size_t channels) {
    for (const h5::DatasetInfo& dataset : datasets) {
        const std::string name = lowerCase(baseName(dataset.path));
        if (dataset.kind == h5::ValueKind::text && !dataset.extents.empty() &&
            dataset.extents.back() == channels && dataset.missingFilter.empty() &&
            (name == "image_band" || name == "bands" || name == "band" || name == "filters"))
            return file.dataset(dataset.path).readTexts(channels);
    }
    return {};
}

std::vector<std::string> usualBands(const Schema& schema) {
    if (schema.images.type == "uint8" && schema.storedChannels == 3)
        return {"R", "G", "B"};
    switch (schema.storedChannels) {
        case 3:
            // An event's image, its reference and their difference.
            return contains(lowerCase(schema.images.path), "triplet")
                       ? std::vector<std::string>{"science", "reference", "difference"}
                       : std::vector<std::string>{};
        case 4:
            return {"g", "r", "i", "z"};
        case 5:
            return {"g", "r", "i", "z", "y"};
        case 6:
            return {"u", "g", "r", "i", "z", "y"};
        case 10:
            return {"H", "J", "Y", "V", "u", "g", "r", "i", "z", "y"};
        default:
            return {};
    }
}

/// Throws unless `names` are right for `what`.
void requireStatedBands(const std::vector<std::string>& names, std::size_t channels,
                        const std::string& file) {
    if (!names.empty() && names.size() != channels)
        throw Error(ErrorKind::usage,
                    fmt::format("{} band names were stated ({}); the images of {} have {} bands.",
                                names.size(), fmt::join(names, ", "), file, channels),
                    "Name all of them, in the order of their axis, with --band-names.");
    for (std::size_t i = 0; i < names.size(); ++i)
        if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
            names.begin() + static_cast<std::ptrdiff_t>(i))
            throw Error(ErrorKind::usage,
                        fmt::format("The band name {} was stated twice for {}.", names[i], file),
                        "Give each band a name of its own with --band-names.");
}

void detectBands(const h5::File& file, const std::vector<h5::DatasetInfo>& datasets,
                 const Statements& statements, const SchemaRequest& request, Schema& schema) {
    const auto channels = static_cast<std::size_t>(schema.storedChannels);
    requireStatedBands(request.bandNames, channels, schema.file);
    if (!request.bandNames.empty()) {
        schema.storedBands = request.bandNames;
        return;
    }
    std::vector<std::string> stated = bandNames(
        statements.texts({"bands", "band", "filters", "filter", "band_names", "channels"}),
        channels);
    if (stated.empty())
        stated = bandNames(bandDataset(file, datasets, channels), channels);
    if (stated.size() == channels) {
        schema.storedBands = stated;
        return;
    }
    schema.storedBands = usualBands(schema);
    const bool usual = !schema.storedBands.empty();
    for (std::size_t i = schema.storedBands.size(); i < channels; ++i)
        schema.storedBands.push_back(fmt::format("band {}", i + 1));
    if (!stated.empty())
        schema.notes.push_back(
            fmt::format("The file names {} for {} channels ({}); not used.",
                        counted(static_cast<long long>(namedBands(stated)), "band"), channels,
                        fmt::join(stated, ", ")));
    if (usual && schema.storedBands.front() != "R")
        schema.notes.push_back(fmt::format("The file does not name its bands; {} are assumed.",
                                           fmt::join(schema.storedBands, " ")));
    else if (!usual && channels > 1)
        schema.notes.push_back(
            "The file does not name its bands; state them in their order with --band-names.");
}

/// Which stored bands are read, and how much of the images.
void chooseShown(const SchemaRequest& request, Schema& schema) {
    schema.bandIndices.clear();
    for (const std::string& band : request.bands) {
        const auto found = std::find(schema.storedBands.begin(), schema.storedBands.end(), band);
        if (found == schema.storedBands.end())
            throw Error(ErrorKind::usage,
                        fmt::format("There is no band \"{}\" among those of {}: {}.", band,
                                    schema.file, fmt::join(schema.storedBands, " ")),
                        "Choose of these with --bands, or name them with --band-names.");
        const int index = static_cast<int>(found - schema.storedBands.begin());
        if (std::find(schema.bandIndices.begin(), schema.bandIndices.end(), index) !=
            schema.bandIndices.end())
            throw Error(ErrorKind::usage, fmt::format("The band {} was chosen twice.", band),
                        "Name each band once with --bands.");
        schema.bandIndices.push_back(index);
    }
    for (int i = 0; request.bands.empty() && i < schema.storedChannels; ++i)
        schema.bandIndices.push_back(i);
    schema.bands.clear();
    for (int index : schema.bandIndices)
        schema.bands.push_back(schema.storedBands[static_cast<std::size_t>(index)]);
    schema.channels = static_cast<int>(schema.bandIndices.size());
    schema.height = request.stamp > 0 ? request.stamp : schema.storedHeight;
    schema.width = request.stamp > 0 ? request.stamp : schema.storedWidth;
    if (request.stamp < 0 || request.stamp > kLargestStamp)
        throw Error(ErrorKind::usage,
                    fmt::format("Images cannot be cropped or padded to {} pixels; 1 to {} can be "
                                "stated with --stamp.",
                                request.stamp, kLargestStamp));
    if (schema.height == schema.storedHeight && schema.width == schema.storedWidth)
        return;
    const bool pads = schema.height > schema.storedHeight || schema.width > schema.storedWidth;
    schema.notes.push_back(fmt::format(
        "Images of {} x {} pixels are {} to {} x {} about their centre{}.", schema.storedHeight,
        schema.storedWidth, pads ? "padded with zeros" : "cropped", schema.height, schema.width,
        (schema.storedHeight - schema.height) % 2 != 0 ? ", pixel n/2, which moves by half a pixel"
                                                       : ""));
}

/// Of values for each stored band, those of the bands that are read.
std::vector<double> ofShownBands(const std::vector<double>& values, const Schema& schema) {
    std::vector<double> shown;
    for (int index : schema.bandIndices)
        shown.push_back(values[static_cast<std::size_t>(index)]);
    return shown;
}

/// 0.168 for a float32 that was meant to be that, and is 0.1679999977350235.
double asWritten(double value) {
    const auto narrow = static_cast<float>(value);
    if (static_cast<double>(narrow) != value)
        return value;
    const std::string shortest = fmt::format("{}", narrow);
    double read = value;
    std::from_chars(shortest.data(), shortest.data() + shortest.size(), read);
    return read;
}

bool isPixelScale(double value) {
    return std::isfinite(value) && value > 0 && value < 100;
}

void detectPixelScale(const h5::File& file, const std::vector<h5::DatasetInfo>& datasets,
                      const Statements& statements, const SchemaRequest& request, Schema& schema) {
    if (request.pixelScaleArcsec > 0) {
        schema.pixelScaleArcsec = request.pixelScaleArcsec;
        return;
    }
    const std::vector<std::string> names{"pixel_scale_arcsec", "pixel_scale", "pixelscale",
                                         "pixscale",           "pxscale",     "image_scale",
                                         "pixel_size_arcsec"};
    std::vector<double> stated = statements.numbers(names);
    for (const h5::DatasetInfo& dataset : datasets) {
        if (!stated.empty())
            break;
        const std::string name = lowerCase(baseName(dataset.path));
        const h5::Extents& extents = dataset.extents;
        const bool ofImages = extents.size() == 1 && extents[0] > 0;
        const bool ofBands = extents.size() == 2 && extents[0] > 0 &&
                             extents[1] == static_cast<std::uint64_t>(schema.storedChannels);
        if (dataset.kind == h5::ValueKind::real && (ofImages || ofBands) &&
            dataset.missingFilter.empty() &&
            std::find(names.begin(), names.end(), name) != names.end()) {
            constexpr std::uint64_t kLooked = 4096;
            stated.resize(std::min(extents[0], kLooked) * (ofBands ? extents[1] : 1));
            file.dataset(dataset.path).readRows<double>(0, stated);
        }
    }
    if (stated.empty())
        return;
    if (!isPixelScale(stated.front())) {
        schema.notes.push_back(
            fmt::format("The pixel scale stated in the file, {} arcsec, is not used; state it with "
                        "--pixel-scale.",
                        stated.front()));
        return;
    }
    schema.pixelScaleArcsec = asWritten(stated.front());
    if (std::any_of(stated.begin(), stated.end(), [&](double each) { return each != stated[0]; }))
        schema.notes.push_back(fmt::format(
            "The pixel scale differs from galaxy to galaxy or band to band; the first, {} "
            "arcsec, is shown.",
            schema.pixelScaleArcsec));
}

void detectSky(const Statements& statements, Schema& schema) {
    const auto channels = static_cast<std::size_t>(schema.storedChannels);
    std::vector<double> sigma = statements.numbers(
        {"sky_sigma", "sky_sigma_e_per_pixel", "noise_sigma", "background_sigma"});
    std::vector<double> stated = sigma;
    if (sigma.empty()) {
        // Photons: the variance of a pixel in electrons is its mean.
        stated = sigma = statements.numbers({"sky_level_e_per_pixel", "sky_e_per_pixel"});
        for (double& value : sigma)
            value = std::sqrt(value);
    }
    if (sigma.size() == 1)
        sigma.resize(channels, sigma.front());
    const bool usable = std::all_of(sigma.begin(), sigma.end(),
                                    [](double value) { return std::isfinite(value) && value > 0; });
    if (sigma.size() == channels && usable)
        schema.skySigma = ofShownBands(sigma, schema);
    else if (!sigma.empty())
        schema.notes.push_back(fmt::format(
            "The sky stated in the file ({}) is not usable; it is measured from the images "
            "instead.",
            sigma.size() == channels
                ? fmt::format("{}, where numbers above 0 are expected", fmt::join(stated, ", "))
                : fmt::format("{} for {}", counted(static_cast<long long>(sigma.size()), "value"),
                              counted(static_cast<long long>(channels), "band"))));
}

void detectZeroPoints(const Statements& statements, Schema& schema) {
    const std::vector<double> stated =
        statements.numbers({"zp_ab", "zero_points", "zeropoints", "zero_point_ab"});
    if (stated.size() == static_cast<std::size_t>(schema.storedChannels) &&
        std::all_of(stated.begin(), stated.end(), [](double v) { return std::isfinite(v); }))
        schema.zeroPoints = ofShownBands(stated, schema);
}

EllipticityConvention conventionIn(std::string text) {
    text = lowerCase(text);
    std::erase_if(text, [](char c) { return c == ' ' || c == '-' || c == '_'; });
    const auto first = [&](std::initializer_list<const char*> words) {
        std::size_t position = std::string::npos;
        for (const char* word : words)
            position = std::min(position, text.find(word));
        return position;
    };
    // Hyphens are gone: (1-q)/(1+q) reads (1q)/(1+q).
    const std::size_t shear = first({"reducedshear", "(1q)/(1+q)", "(ab)/(a+b)"});
    const std::size_t distortion =
        first({"distortion", "(1q^2)/(1+q^2)", "(1q2)/(1+q2)", "(1q**2)/(1+q**2)", "(1q²)/(1+q²)"});
    if (shear == distortion)
        return EllipticityConvention::unknown;
    return shear < distortion ? EllipticityConvention::reducedShear
                              : EllipticityConvention::distortion;
}

}  // namespace

void detectPixels(const h5::File& file, const std::vector<h5::DatasetInfo>& datasets,
                  const SchemaRequest& request, Schema& schema) {
    const Statements statements(file, schema.images.path);
    detectBands(file, datasets, statements, request, schema);
    chooseShown(request, schema);
    detectPixelScale(file, datasets, statements, request, schema);
    const std::vector<std::string> units = statements.texts({"units", "unit", "bunit"});
    if (!units.empty())
        schema.units = units.front();
    detectSky(statements, schema);
    detectZeroPoints(statements, schema);
}

void detectConvention(const h5::File& file, const SchemaRequest& request, Schema& schema) {
    const bool derived = !schema.shape.empty() && schema.targets[0] == "derived/e1";
    schema.convention = conventionFromText(request.ellipticity);
    if (derived && schema.convention == EllipticityConvention::unknown)
        schema.convention = EllipticityConvention::reducedShear;
    if (derived)
        schema.notes.push_back(fmt::format("e1 and e2 are made of {}: |e| is {}.", schema.shape,
                                           schema.convention == EllipticityConvention::reducedShear
                                               ? "(1-q)/(1+q)"
                                               : "(1-q^2)/(1+q^2)"));
    if (schema.convention != EllipticityConvention::unknown)
        return;
    const Statements statements(file, schema.images.path);
    std::vector<std::string> texts =
        statements.texts({"ellipticity_definition", "ellipticity_convention", "ellipticity",
                          "shape_convention", "convention"});
    const std::string dataset = "/" + schema.targets[0];
    if (texts.empty() && !schema.targets[0].empty() && file.exists(dataset))
        for (const char* name : {"convention", "definition", "ellipticity_definition"})
            if (texts.empty() && file.attributeKind(dataset, name) == h5::ValueKind::text)
                texts = file.readTextList(dataset, name);
    if (!texts.empty()) {
        schema.convention = conventionIn(texts.front());
        if (schema.convention == EllipticityConvention::unknown)
            schema.notes.push_back(fmt::format(
                "The file's definition of ellipticity, \"{}\", is neither (1-q)/(1+q), reduced "
                "shear, nor (1-q^2)/(1+q^2), distortion; state it with --ellipticity.",
                texts.front()));
    }
    const std::string name = lowerCase(baseName(schema.targets[0]));
    if (schema.convention == EllipticityConvention::unknown &&
        (name.starts_with("g1") || name.starts_with("g_1") || name == "ksb_g1")) {
        schema.convention = EllipticityConvention::reducedShear;
        schema.notes.push_back(fmt::format(
            "{} is taken for reduced shear, (1-q)/(1+q), by its name.", schema.targets[0]));
    }
}

}  // namespace shearbench::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/data/detect.h"
#include "core/data/text.h"
#include "core/error.h"

namespace shearbench::data {
namespace {

constexpr std::uint64_t kSmallestSide = 8, kLargestSide = 16'384, kMostBands = 32,
                        kMostVariants = 8;
constexpr std::uint64_t kMostImages = std::uint64_t{1} << 31;
constexpr std::uint64_t kLargestImage = std::uint64_t{1} << 28;  // values
// The densest filters shrink a constant 98 kB chunk to some 20 bytes.
constexpr std::uint64_t kMostShrinking = 65'536;

constexpr const char* kLayoutRemedy =
    "State the order of the axes with --layout: NCHW, NHWC, NHW, NVCHW or NVHWC.";

struct Candidate {
    const h5::DatasetInfo* dataset;
    std::vector<Layout> layouts;
    int score;
};

bool plausibleSide(std::uint64_t side) {
    return side >= kSmallestSide && side <= kLargestSide;
}

/// The layouts that a shape can have when images are square and bands the small axis.
std::vector<Layout> layoutsThatFit(const h5::Extents& extents) {
    std::vector<Layout> fits;
    const auto square = [&](std::size_t axis) {
        return plausibleSide(extents[axis]) && extents[axis] == extents[axis + 1];
    };
    if (extents.size() == 3 && square(1))
        fits.push_back(Layout::nhw);
    if (extents.size() == 4 && square(2) && extents[1] <= kMostBands)
        fits.push_back(Layout::nchw);
    if (extents.size() == 4 && square(1) && extents[3] <= kMostBands)
        fits.push_back(Layout::nhwc);
    if (extents.size() == 5 && extents[1] <= kMostVariants) {
        if (square(3) && extents[2] <= kMostBands)
            fits.push_back(Layout::nvchw);
        if (square(2) && extents[4] <= kMostBands)
            fits.push_back(Layout::nvhwc);
    }
    return fits;
}

std::size_t rowAxisOf(Layout layout) {
    switch (layout) {
        case Layout::nvchw:
            return 3;
        case Layout::nchw:
        case Layout::nvhwc:
            return 2;
        case Layout::nhwc:
        case Layout::nhw:
            break;
    }
    return 1;
}

std::size_t bandAxisOf(Layout layout) {
    return layout == Layout::nchw ? 1 : layout == Layout::nvchw ? 2 : axesOf(layout) - 1;
}

/// Higher for names that are images of galaxies, negative for what comes with them.
int nameScore(const std::string& path) {
    const std::string name = lowerCase(baseName(path));
    for (const char* other : {"ivar", "invvar", "mask", "psf", "rgb", "weight", "var", "segm",
                              "parametric", "model", "rms", "flag", "residual"})
        if (contains(name, other))
            return -100;
    if (contains(name, "noiseless") || contains(name, "noise_free") ||
        contains(name, "noisefree") || contains(name, "clean"))
        return 10;
    constexpr std::array<const char*, 6> kKnown{"images",     "image",        "image_array",
                                                "image_flux", "images_noisy", "noisy"};
    const auto known = std::find(kKnown.begin(), kKnown.end(), name);
    if (known != kKnown.end())
        return 100 - static_cast<int>(known - kKnown.begin());
    for (const char* usual : {"image", "cutout", "stamp", "galax"})
        if (contains(name, usual))
            return 60;
    return name == "x" || name == "data" || name == "imgs" || name == "pixels" ? 50 : 20;
}

std::string listOf(const std::vector<h5::DatasetInfo>& datasets) {
    constexpr std::size_t kShown = 20;
    if (datasets.empty())
        return "it holds no datasets";
    std::string list = "it holds ";
    for (std::size_t i = 0; i < std::min(datasets.size(), kShown); ++i)
        list += datasets[i].extents.empty() && !datasets[i].missingSource.empty()
                    ? fmt::format("{}{} (a link to {}, which is not there)", i ? ", " : "",
                                  datasets[i].path, datasets[i].missingSource)
                : datasets[i].unreadable
                    ? fmt::format("{}{} (not readable by this HDF5 library)", i ? ", " : "",
                                  datasets[i].path)
                    : fmt::format("{}{} ({} {})", i ? ", " : "", datasets[i].path,
                                  h5::toString(datasets[i].extents), datasets[i].type);
    if (datasets.size() > kShown)
        list += fmt::format(" and {} more", datasets.size() - kShown);
    return list;
}

std::string describe(const h5::DatasetInfo& dataset, const std::string& file) {
    return fmt::format("{} of {} ({} {})", dataset.path, file, h5::toString(dataset.extents),
                       dataset.type);
}

Layout chooseLayout(const Candidate& candidate, const std::string& stated,
                    const std::string& file) {
    const h5::Extents& extents = candidate.dataset->extents;
    const std::string what = describe(*candidate.dataset, file);
    if (!stated.empty()) {
        const Layout layout = layoutFromText(stated);
        if (extents.size() != axesOf(layout))
            throw Error(ErrorKind::data,
                        fmt::format("{} has {} axes; {} needs {}.", what, extents.size(), stated,
                                    axesOf(layout)),
                        kLayoutRemedy);
        // A shape of square images in another order is no stack of oblong ones.
        if (!candidate.layouts.empty() &&
            std::find(candidate.layouts.begin(), candidate.layouts.end(), layout) ==
                candidate.layouts.end())
            throw Error(ErrorKind::data,
                        fmt::format("{} cannot be {}: its images would have {} x {} pixels.", what,
                                    toString(layout), extents[rowAxisOf(layout)],
                                    extents[rowAxisOf(layout) + 1]),
                        fmt::format("Its shape is that of {}: state --layout {}, or none.",
                                    toString(candidate.layouts.front()),
                                    toString(candidate.layouts.front())));
        return layout;
    }
    if (candidate.layouts.size() > 1)
        throw Error(ErrorKind::data,
                    fmt::format("{} can be read with the bands first or last.", what),
                    kLayoutRemedy);
    if (candidate.layouts.empty())
        throw Error(
            ErrorKind::data,
            fmt::format(
                "{} has no shape of square images; expected (images, bands, n, n), (images, n, "
                "n, bands) or (images, n, n), or with several variants of each image, "
                "(images, variants, bands, n, n).",
                what),
            "Cut the images to squares; where they are, state the order of the axes with --layout: "
            "NCHW, NHWC, NHW, NVCHW or NVHWC.");
    return candidate.layouts.front();
}

void requireSaneExtents(const h5::DatasetInfo& dataset, const std::string& file) {
    const std::string what = describe(dataset, file);
    for (std::uint64_t extent : dataset.extents)
        if (extent == 0)
            throw Error(ErrorKind::data, fmt::format("{} is empty: it holds no image.", what),
                        "Choose another dataset with --images, or another file.");
    const std::uint64_t values = h5::valueCount(dataset.extents, what);
    if (dataset.extents[0] > kMostImages || values / dataset.extents[0] > kLargestImage)
        throw Error(
            ErrorKind::data,
            fmt::format("{} states more than can be: at most {} images of {} values are read.",
                        what, kMostImages, kLargestImage),
            "Choose another dataset with --images, or another file.");
    if (!dataset.virtualSources && values / kMostShrinking > dataset.storedBytes)
        throw Error(ErrorKind::data,
                    fmt::format("{} states {} values, but only {} bytes of it were written.", what,
                                values, dataset.storedBytes),
                    "The program that wrote the file did not finish; write it again.");
}

Candidate statedImages(const std::vector<h5::DatasetInfo>& datasets, const std::string& stated,
                       const std::string& file) {
    const std::string path = stated.starts_with('/') ? stated : "/" + stated;
    for (const h5::DatasetInfo& dataset : datasets)
        if (dataset.path == path) {
            if (dataset.extents.empty())
                h5::requireReadable(dataset, file);
            if (!dataset.numeric() || dataset.extents.size() < 3)
                throw Error(ErrorKind::data,
                            fmt::format("{} cannot be images: expected numbers with 3 "
                                        "to 5 axes.",
                                        describe(dataset, file)),
                            "Choose another dataset with --images.");
            return {&dataset, layoutsThatFit(dataset.extents), 0};
        }
    throw Error(ErrorKind::data,
                fmt::format("There is no dataset {} in {}; {}.", path, file, listOf(datasets)));
}

/// Best first. With a stated layout, shapes with as many axes stand in for fitting ones.
std::vector<Candidate> candidates(const std::vector<h5::DatasetInfo>& datasets,
                                  const std::string& statedLayout) {
    std::vector<Candidate> found;
    for (const h5::DatasetInfo& dataset : datasets) {
        if (!dataset.numeric() || dataset.type == "bool")
            continue;
        std::vector<Layout> layouts = layoutsThatFit(dataset.extents);
        if (!statedLayout.empty()) {
            const Layout layout = layoutFromText(statedLayout);
            if (layouts.empty() && dataset.extents.size() == axesOf(layout) &&
                plausibleSide(dataset.extents[rowAxisOf(layout)]))
                layouts.push_back(layout);
            std::erase_if(layouts, [&](Layout each) { return each != layout; });
        }
        if (!layouts.empty())
            found.push_back({&dataset, layouts, nameScore(dataset.path)});
    }
    const auto values = [](const Candidate& candidate) {
        double product = 1;
        for (std::uint64_t extent : candidate.dataset->extents)
            product *= static_cast<double>(extent);
        return product;
    };
    std::stable_sort(found.begin(), found.end(), [&](const Candidate& a, const Candidate& b) {
        return a.score != b.score ? a.score > b.score : values(a) > values(b);
    });
    return found;
}

/// No candidate fits: says why the likeliest dataset does not, or lists what there is.
[[noreturn]] void refuse(const std::vector<h5::DatasetInfo>& datasets, const SchemaRequest& request,
                         const std::string& file) {
    if (!request.layout.empty())
        if (const std::vector<Candidate> others = candidates(datasets, {}); !others.empty())
            chooseLayout(others.front(), request.layout, file);
    for (const h5::DatasetInfo& dataset : datasets)
        if (!dataset.missingSource.empty() && nameScore(dataset.path) >= 50)
            h5::requireReadable(dataset, file);
    for (const h5::DatasetInfo& dataset : datasets)
        if (dataset.numeric() && dataset.extents.size() >= 3 && dataset.extents.size() <= 5 &&
            nameScore(dataset.path) >= 50) {
            requireSaneExtents(dataset, file);
            chooseLayout({&dataset, layoutsThatFit(dataset.extents), 0}, request.layout, file);
        }
    for (const h5::DatasetInfo& dataset : datasets)
        for (const char* other : {"lightcurve", "light_curve", "spectr"})
            if (contains(lowerCase(dataset.path), other))
                throw Error(ErrorKind::data,
                            fmt::format("{} holds {}, no images: {} is {}.", file,
                                        contains(other, "light") ? "light curves" : "spectra",
                                        dataset.path, h5::toString(dataset.extents)),
                            "Choose a file of images, or state the dataset with --images.");
    throw Error(ErrorKind::data,
                fmt::format("No images were found in {}: expected a dataset (images, bands, n, n), "
                            "(images, n, n, bands) or (images, n, n); {}.",
                            file, listOf(datasets)),
                "State the dataset with --images.");
}

ImageDataset plain(const h5::DatasetInfo& dataset) {
    return {dataset.path, dataset.extents, dataset.type};
}

/// Which of the variants that the stack `dataset` holds is read.
int chooseVariant(const h5::File& file, const h5::DatasetInfo& dataset, int stated, int variants) {
    const std::string what = describe(dataset, file.path().string());
    if (stated >= variants)
        throw Error(ErrorKind::data,
                    fmt::format("{} has {} variants of each image; there is no variant {}.", what,
                                variants, stated),
                    fmt::format("State one from 0 to {} with --variant.", variants - 1));
    if (stated >= 0 || variants == 1)
        return std::max(stated, 0);
    for (const char* attribute : {"variants", "versions"})
        if (file.attributeKind(dataset.path, attribute) == h5::ValueKind::text) {
            const std::vector<std::string> names = file.readTextList(dataset.path, attribute);
            for (std::size_t i = 0; i < names.size() && i < static_cast<std::size_t>(variants); ++i)
                if (lowerCase(names[i]) == "noisy")
                    return static_cast<int>(i);
        }
    throw Error(ErrorKind::data,
                fmt::format("{} has 5 axes, {} variants of each image, and does not say which has "
                            "noise.",
                            what, variants),
                fmt::format("State the variant to read, 0 to {}, with --variant. The published "
                            "stacks of Arcelin 2020 hold 0 without noise, 1 with noise.",
                            variants - 1));
}

void noteOthers(const SchemaRequest& request, const std::vector<Candidate>& found, Schema& schema) {
    for (const Candidate& other : found)
        if (other.dataset->path != schema.images.path)
            schema.otherImages.push_back(plain(*other.dataset));
    if (schema.otherImages.empty() || !request.images.empty())
        return;
    std::string others;
    for (const ImageDataset& other : schema.otherImages)
        others += fmt::format("{}{} ({})", others.empty() ? "" : ", ", other.path,
                              h5::toString(other.extents));
    schema.notes.push_back(
        fmt::format("Images are read from {}; there are also {}.", schema.images.path, others));
}

}  // namespace

void detectImages(const h5::File& file, const std::vector<h5::DatasetInfo>& datasets,
                  const SchemaRequest& request, Schema& schema) {
    std::vector<Candidate> found = candidates(datasets, request.layout);
    if (request.images.empty() && found.empty())
        refuse(datasets, request, schema.file);
    const Candidate chosen = request.images.empty()
                                 ? found.front()
                                 : statedImages(datasets, request.images, schema.file);
    requireSaneExtents(*chosen.dataset, schema.file);
    schema.layout = chooseLayout(chosen, request.layout, schema.file);
    h5::requireReadable(*chosen.dataset, schema.file);

    const h5::Extents& extents = chosen.dataset->extents;
    const auto extent = [&](std::size_t axis) { return static_cast<int>(extents[axis]); };
    schema.images = plain(*chosen.dataset);
    schema.count = static_cast<std::int64_t>(extents[0]);
    schema.storedHeight = extent(rowAxisOf(schema.layout));
    schema.storedWidth = extent(rowAxisOf(schema.layout) + 1);
    schema.storedChannels = schema.layout == Layout::nhw ? 1 : extent(bandAxisOf(schema.layout));
    if (!chosen.dataset->chunk.empty())
        schema.rowsPerChunk = static_cast<std::int64_t>(
            std::min(chosen.dataset->chunk[0], static_cast<std::uint64_t>(schema.count)));
    if (axesOf(schema.layout) == 5)
        schema.variants = extent(1);
    schema.variant = chooseVariant(file, *chosen.dataset, request.variant, schema.variants);
    if (schema.variants > 1 && request.variant < 0)
        schema.notes.push_back(fmt::format("Variant {} of {} of each image is read, the noisy one.",
                                           schema.variant, schema.variants));
    noteOthers(request, found, schema);
    if (schema.images.type == "uint8" && schema.storedChannels == 3)
        schema.notes.push_back(
            fmt::format("{} holds display pictures of three colours, not fluxes: good for looking, "
                        "not for photometry.",
                        schema.images.path));
}

}  // namespace shearbench::data

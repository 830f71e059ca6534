// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/data/detect.h"
#include "core/data/text.h"
#include "core/error.h"

namespace shearbench::data {
namespace {

constexpr std::uint64_t kSmallestSide = 8, kLargestSide = 16'384, kMostBands = 32;
constexpr std::uint64_t kMostImages = std::uint64_t{1} << 31;
constexpr std::uint64_t kLargestImage = std::uint64_t{1} << 28;  // values
// The densest filters shrink a constant 98 kB chunk to some 20 bytes.
constexpr std::uint64_t kMostShrinking = 65'536;

constexpr const char* kLayoutRemedy = "State the order of the axes: --layout NCHW, NHWC or NHW.";

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
    return fits;
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
        list += datasets[i].unreadable
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
        const std::size_t axes = layout == Layout::nhw ? 3 : 4;
        if (extents.size() != axes)
            throw Error(ErrorKind::data, fmt::format("{} has {} axes; {} needs {}", what,
                                                     extents.size(), toString(layout), axes));
        return layout;
    }
    if (extents.size() == 5)
        throw Error(ErrorKind::data,
                    fmt::format("{} has 5 axes, several versions of each image; stacks with 3 or 4 "
                                "axes are read",
                                what),
                    "Write the version to use as a dataset of its own.");
    if (candidate.layouts.size() > 1)
        throw Error(ErrorKind::data,
                    fmt::format("{} can be read with the bands first or last", what),
                    kLayoutRemedy);
    if (candidate.layouts.empty())
        throw Error(
            ErrorKind::data,
            fmt::format("{} has no shape of square images: (images, bands, n, n), (images, n, "
                        "n, bands) or (images, n, n)",
                        what),
            "Cut the images to squares; where they are, state the order of the axes: --layout "
            "NCHW, NHWC or NHW.");
    return candidate.layouts.front();
}

void requireSaneExtents(const h5::DatasetInfo& dataset, const std::string& file) {
    const std::string what = describe(dataset, file);
    for (std::uint64_t extent : dataset.extents)
        if (extent == 0)
            throw Error(ErrorKind::data, fmt::format("{} is empty: it holds no image", what));
    const std::uint64_t values = h5::valueCount(dataset.extents, what);
    if (dataset.extents[0] > kMostImages || values / dataset.extents[0] > kLargestImage)
        throw Error(
            ErrorKind::data,
            fmt::format("{} states more than can be: at most {} images of {} values are read", what,
                        kMostImages, kLargestImage));
    if (!dataset.virtualSources && values / kMostShrinking > dataset.storedBytes)
        throw Error(ErrorKind::data,
                    fmt::format("{} states {} values, but only {} bytes of it were written", what,
                                values, dataset.storedBytes),
                    "The program that wrote the file did not finish; write it again.");
}

Candidate statedImages(const std::vector<h5::DatasetInfo>& datasets, const std::string& stated,
                       const std::string& file) {
    const std::string path = stated.starts_with('/') ? stated : "/" + stated;
    for (const h5::DatasetInfo& dataset : datasets)
        if (dataset.path == path) {
            if (!dataset.numeric() || dataset.extents.size() < 3)
                throw Error(ErrorKind::data,
                            fmt::format("{} cannot be images: expected numbers with 3 "
                                        "or 4 axes",
                                        describe(dataset, file)));
            return {&dataset, layoutsThatFit(dataset.extents), 0};
        }
    throw Error(ErrorKind::data,
                fmt::format("There is no dataset {} in {}; {}", path, file, listOf(datasets)));
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
            const std::size_t axes = layout == Layout::nhw ? 3 : 4;
            if (layouts.empty() && dataset.extents.size() == axes &&
                plausibleSide(dataset.extents[layout == Layout::nchw ? 2 : 1]))
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
    for (const h5::DatasetInfo& dataset : datasets)
        if (dataset.numeric() && dataset.extents.size() >= 3 && dataset.extents.size() <= 5 &&
            nameScore(dataset.path) >= 50) {
            requireSaneExtents(dataset, file);
            chooseLayout({&dataset, layoutsThatFit(dataset.extents), 0}, request.layout, file);
        }
    throw Error(ErrorKind::data,
                fmt::format("No images were found in {}: expected a dataset (images, bands, n, n), "
                            "(images, n, n, bands) or (images, n, n); {}",
                            file, listOf(datasets)),
                "State the dataset with --images.");
}

ImageDataset plain(const h5::DatasetInfo& dataset) {
    return {dataset.path, dataset.extents, dataset.type};
}

}  // namespace

void detectImages(const std::vector<h5::DatasetInfo>& datasets, const SchemaRequest& request,
                  Schema& schema) {
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
    const std::size_t rowAxis = schema.layout == Layout::nchw ? 2 : 1;
    schema.height = extent(rowAxis);
    schema.width = extent(rowAxis + 1);
    schema.channels = schema.layout == Layout::nchw   ? extent(1)
                      : schema.layout == Layout::nhwc ? extent(3)
                                                      : 1;

    for (const Candidate& other : found)
        if (other.dataset->path != schema.images.path)
            schema.otherImages.push_back(plain(*other.dataset));
    if (!schema.otherImages.empty() && request.images.empty()) {
        std::string others;
        for (const ImageDataset& other : schema.otherImages)
            others += fmt::format("{}{} ({})", others.empty() ? "" : ", ", other.path,
                                  h5::toString(other.extents));
        schema.notes.push_back(
            fmt::format("Images are read from {}; there are also {}.", schema.images.path, others));
    }
    if (schema.images.type == "uint8" && schema.channels == 3)
        schema.notes.push_back(
            fmt::format("{} holds display pictures of three colours, not fluxes: good for looking, "
                        "not for photometry.",
                        schema.images.path));
}

}  // namespace shearbench::data

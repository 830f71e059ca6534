// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/cutout_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/data/column_reader.h"
#include "core/data/detect.h"
#include "core/data/hdf5.h"
#include "core/data/image_reader.h"
#include "core/error.h"

namespace shearbench::data {

DetectedSchema detectSchema(const h5::File& file, const SchemaRequest& request) {
    DetectedSchema detected;
    Schema& schema = detected.schema;
    schema.file = file.path().string();
    std::error_code unknown;
    schema.fileBytes = std::filesystem::file_size(file.path(), unknown);
    const std::vector<h5::DatasetInfo> datasets = file.datasets();
    detectImages(file, datasets, request, schema);
    detectPixels(file, datasets, request, schema);
    detectColumns(datasets, request, detected);
    detectTargets(datasets, request, detected);
    detectGroup(file, datasets, request, detected);
    detectConvention(file, request, schema);
    for (const h5::DatasetInfo& dataset : datasets)
        if (dataset.unreadable)
            schema.notes.push_back(fmt::format(
                "{} cannot be opened: the HDF5 library here does not know how it was written.",
                dataset.path));
    return detected;
}

std::vector<ImageDataset> imageDatasets(const std::filesystem::path& file) {
    std::vector<ImageDataset> found;
    for (const h5::DatasetInfo& dataset : h5::File::open(file).datasets())
        if (dataset.numeric() && dataset.extents.size() >= 3 && dataset.extents.size() <= 5)
            found.push_back({dataset.path, dataset.extents, dataset.type});
    return found;
}

struct CutoutFile::Impl {
    h5::File file;
    DetectedSchema detected;
    ImageReader images;
};

CutoutFile::CutoutFile(const std::filesystem::path& file, const SchemaRequest& request) {
    h5::File opened = h5::File::open(file);
    DetectedSchema detected = detectSchema(opened, request);
    ImageReader images(opened.dataset(detected.schema.images.path), detected.schema);
    impl_ = std::make_unique<Impl>(Impl{std::move(opened), std::move(detected), std::move(images)});
}

CutoutFile::~CutoutFile() = default;

const Schema& CutoutFile::schema() const {
    return impl_->detected.schema;
}

void CutoutFile::readImages(std::span<const std::int64_t> rows, std::span<float> out) const {
    const std::size_t perImage = imageSize(schema());
    requireRows(schema(), rows, out.size());
    impl_->file.requireUnchanged();
    for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
        // One read for each run of consecutive rows; of at most about 8 MB, since others wait.
        const std::size_t longest = std::max<std::size_t>(1, (std::size_t{1} << 21) / perImage);
        for (end = begin + 1;
             end < rows.size() && rows[end] == rows[end - 1] + 1 && end - begin < longest;)
            ++end;
        impl_->images.read(rows[begin], out.subspan(begin * perImage, (end - begin) * perImage));
    }
}

std::vector<double> CutoutFile::readColumn(const std::string& name) const {
    return readNumbers(impl_->file, impl_->detected, name);
}

std::vector<std::string> CutoutFile::readTextColumn(const std::string& name) const {
    return isTextColumn(schema(), name) ? readTexts(impl_->file, impl_->detected, name)
                                        : CutoutSource::readTextColumn(name);
}

std::vector<std::int64_t> CutoutFile::readIntegerColumn(const std::string& name) const {
    RowIds found = readIds(impl_->file, impl_->detected, name);
    if (!found.problem.empty())
        throw idProblem(schema(), name, found.problem);
    return std::move(found.ids);
}

}  // namespace shearbench::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/cutout_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/data/detect.h"
#include "core/data/hdf5.h"
#include "core/error.h"

namespace shearbench::data {

DetectedSchema detectSchema(const h5::File& file, const SchemaRequest& request) {
    DetectedSchema detected;
    Schema& schema = detected.schema;
    schema.file = file.path().string();
    std::error_code unknown;
    schema.fileBytes = std::filesystem::file_size(file.path(), unknown);
    const std::vector<h5::DatasetInfo> datasets = file.datasets();
    detectImages(datasets, request, schema);
    detected.places = detectColumns(datasets, schema);
    detectTargets(datasets, request, schema);
    detectMetadata(file, datasets, schema);
    for (const h5::DatasetInfo& dataset : datasets)
        if (dataset.unreadable)
            schema.notes.push_back(fmt::format(
                "{} cannot be opened: the HDF5 library here does not know how it was written.",
                dataset.path));
    return detected;
}

struct CutoutFile::Impl {
    h5::File file;
    DetectedSchema detected;
    h5::Dataset images;

    std::size_t place(const std::string& name) const;
    template <typename T>
    std::vector<T> read(const ColumnPlace& place) const;
    void readRun(std::int64_t first, std::span<float> out) const;
};

std::size_t CutoutFile::Impl::place(const std::string& name) const {
    const auto& columns = detected.schema.columns;
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const Column& column) { return column.name == name; });
    if (found == columns.end())
        throw Error(ErrorKind::data,
                    fmt::format("There is no column \"{}\" with one number an image in {}", name,
                                detected.schema.file));
    return static_cast<std::size_t>(found - columns.begin());
}

template <typename T>
std::vector<T> CutoutFile::Impl::read(const ColumnPlace& place) const {
    const h5::Dataset dataset = file.dataset(place.path);
    if (!place.field.empty())
        return dataset.readField<T>(place.field);
    if (place.index < 0)
        return dataset.read<T>();
    std::vector<T> values(static_cast<std::size_t>(detected.schema.count));
    dataset.readBlock<T>({0, static_cast<std::uint64_t>(place.index)}, {values.size(), 1}, values);
    return values;
}

/// Consecutive rows, as many as `out` holds, turned to (C, H, W).
void CutoutFile::Impl::readRun(std::int64_t first, std::span<float> out) const {
    const Schema& schema = detected.schema;
    const auto row = static_cast<std::uint64_t>(first);
    if (schema.layout != Layout::nhwc || schema.channels == 1) {
        images.readRows<float>(row, out);
        return;
    }
    std::vector<float> bandsLast(out.size());
    images.readRows<float>(row, bandsLast);
    const auto channels = static_cast<std::size_t>(schema.channels);
    const std::size_t pixels =
        static_cast<std::size_t>(schema.height) * static_cast<std::size_t>(schema.width);
    for (std::size_t image = 0; image < out.size(); image += channels * pixels)
        for (std::size_t c = 0; c < channels; ++c)
            for (std::size_t p = 0; p < pixels; ++p)
                out[image + c * pixels + p] = bandsLast[image + p * channels + c];
}

CutoutFile::CutoutFile(const std::filesystem::path& file, const SchemaRequest& request) {
    h5::File opened = h5::File::open(file);
    DetectedSchema detected = detectSchema(opened, request);
    h5::Dataset images = opened.dataset(detected.schema.images.path);
    impl_ = std::make_unique<Impl>(Impl{std::move(opened), std::move(detected), std::move(images)});
}

CutoutFile::~CutoutFile() = default;

const Schema& CutoutFile::schema() const {
    return impl_->detected.schema;
}

void CutoutFile::readImages(std::span<const std::int64_t> rows, std::span<float> out) const {
    const std::size_t perImage = imageSize(schema());
    requireRows(schema(), rows, out.size());
    for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
        // One read for each run of consecutive rows, of at most about 64 MB.
        const std::size_t longest = std::max<std::size_t>(1, (std::size_t{1} << 24) / perImage);
        for (end = begin + 1;
             end < rows.size() && rows[end] == rows[end - 1] + 1 && end - begin < longest;)
            ++end;
        impl_->readRun(rows[begin], out.subspan(begin * perImage, (end - begin) * perImage));
    }
}

std::vector<double> CutoutFile::readColumn(const std::string& name) const {
    return impl_->read<double>(impl_->detected.places[impl_->place(name)]);
}

std::vector<std::int64_t> CutoutFile::readIntegerColumn(const std::string& name) const {
    const std::size_t place = impl_->place(name);
    const Column& column = schema().columns[place];
    if (!column.integer)
        throw Error(ErrorKind::data, fmt::format("The column {} of {} is {}, expected integers",
                                                 name, schema().file, column.type));
    if (column.type != "uint64")
        return impl_->read<std::int64_t>(impl_->detected.places[place]);
    const std::vector<std::uint64_t> wide =
        impl_->read<std::uint64_t>(impl_->detected.places[place]);
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (std::any_of(wide.begin(), wide.end(), [](std::uint64_t value) { return value > kMost; }))
        throw Error(ErrorKind::data, fmt::format("The column {} of {} holds integers above {}",
                                                 name, schema().file, kMost));
    return {wide.begin(), wide.end()};
}

}  // namespace shearbench::data

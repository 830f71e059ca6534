// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/cutout_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

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

    const ColumnPlace* find(const std::vector<Column>& columns,
                            const std::vector<ColumnPlace>& places, const std::string& name) const;
    const ColumnPlace& place(const std::string& name) const;
    template <typename T>
    std::vector<T> read(const ColumnPlace& place) const;
    std::vector<double> derive(std::size_t component) const;
    std::vector<std::string> texts(const ColumnPlace& place) const;
    std::vector<std::int64_t> ranks(const ColumnPlace& place) const;
};

const ColumnPlace* CutoutFile::Impl::find(const std::vector<Column>& columns,
                                          const std::vector<ColumnPlace>& places,
                                          const std::string& name) const {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const Column& column) { return column.name == name; });
    return found == columns.end() ? nullptr
                                  : &places[static_cast<std::size_t>(found - columns.begin())];
}

const ColumnPlace& CutoutFile::Impl::place(const std::string& name) const {
    if (const ColumnPlace* found = find(detected.schema.columns, detected.places, name))
        return *found;
    throw Error(ErrorKind::data,
                fmt::format("There is no column \"{}\" with one number an image in {}.", name,
                            detected.schema.file));
}

template <typename T>
std::vector<T> CutoutFile::Impl::read(const ColumnPlace& place) const {
    if (place.kind == ColumnPlace::Kind::derived) {
        const std::vector<double> values = derive(static_cast<std::size_t>(place.index));
        return {values.begin(), values.end()};
    }
    if (place.kind == ColumnPlace::Kind::csv) {
        const CsvTable::Column& column =
            detected.csv.columns[static_cast<std::size_t>(place.index)];
        if (column.kind == CsvTable::Kind::integer)
            return {column.integers.begin(), column.integers.end()};
        return {column.numbers.begin(), column.numbers.end()};
    }
    file.requireUnchanged();
    const h5::Dataset dataset = file.dataset(place.path);
    if (!place.field.empty())
        return dataset.readField<T>(place.field);
    if (place.index < 0)
        return dataset.read<T>();
    if (static_cast<std::uint64_t>(detected.schema.count) > h5::kLargestRead / sizeof(T))
        throw Error(ErrorKind::data, fmt::format("{} of {} has too many rows to read at once.",
                                                 place.path, detected.schema.file));
    std::vector<T> values(static_cast<std::size_t>(detected.schema.count));
    dataset.readBlock<T>({0, static_cast<std::uint64_t>(place.index)}, {values.size(), 1}, values);
    return values;
}

std::vector<double> CutoutFile::Impl::derive(std::size_t component) const {
    const ShapeColumns& shape = *detected.shape;
    const std::size_t needed = shape.kind == ShapeColumns::Kind::moments ? 3 : 2;
    std::array<std::vector<double>, 3> columns;
    for (std::size_t i = 0; i < needed; ++i)
        columns[i] = read<double>(place(shape.columns[i]));
    std::vector<double> values(columns[0].size());
    for (std::size_t row = 0; row < values.size(); ++row)
        values[row] = ellipticityOf(
            shape, {columns[0][row], columns[1][row], needed > 2 ? columns[2][row] : 0},
            detected.schema.convention)[component];
    return values;
}

std::vector<std::string> CutoutFile::Impl::texts(const ColumnPlace& place) const {
    if (place.kind == ColumnPlace::Kind::csv)
        return detected.csv.columns[static_cast<std::size_t>(place.index)].texts;
    file.requireUnchanged();
    return file.dataset(place.path).readTexts(static_cast<std::uint64_t>(detected.schema.count));
}

/// Texts as numbers: the place of each among the distinct ones in alphabetical order.
std::vector<std::int64_t> CutoutFile::Impl::ranks(const ColumnPlace& place) const {
    const std::vector<std::string> all = texts(place);
    std::vector<std::string> distinct = all;
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    std::vector<std::int64_t> numbers;
    numbers.reserve(all.size());
    for (const std::string& text : all)
        numbers.push_back(std::lower_bound(distinct.begin(), distinct.end(), text) -
                          distinct.begin());
    return numbers;
}

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
    return impl_->read<double>(impl_->place(name));
}

std::vector<std::string> CutoutFile::readTextColumn(const std::string& name) const {
    if (const ColumnPlace* text =
            impl_->find(schema().textColumns, impl_->detected.textPlaces, name))
        return impl_->texts(*text);
    return CutoutSource::readTextColumn(name);
}

std::vector<std::int64_t> CutoutFile::readIntegerColumn(const std::string& name) const {
    if (const ColumnPlace* text =
            impl_->find(schema().textColumns, impl_->detected.textPlaces, name))
        return impl_->ranks(*text);
    const ColumnPlace& place = impl_->place(name);
    const Column& column =
        schema().columns[static_cast<std::size_t>(&place - impl_->detected.places.data())];
    if (!column.integer)
        throw Error(ErrorKind::data, fmt::format("The column {} of {} is {}, expected integers.",
                                                 name, schema().file, column.type));
    if (column.type != "uint64")
        return impl_->read<std::int64_t>(place);
    const std::vector<std::uint64_t> wide = impl_->read<std::uint64_t>(place);
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (std::any_of(wide.begin(), wide.end(), [](std::uint64_t value) { return value > kMost; }))
        throw Error(ErrorKind::data, fmt::format("The column {} of {} holds integers above {}.",
                                                 name, schema().file, kMost));
    return {wide.begin(), wide.end()};
}

}  // namespace shearbench::data

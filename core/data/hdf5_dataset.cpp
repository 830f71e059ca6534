// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "core/data/hdf5_file.h"
#include "core/error.h"

namespace shearbench::data::h5 {
namespace {

std::string filterName(H5Z_filter_t filter) {
    switch (filter) {
        case 1:
            return "gzip (filter 1)";
        case 4:
            return "SZIP (filter 4)";
        case 32000:
            return "LZF (filter 32000)";
        case 32001:
            return "Blosc (filter 32001)";
        case 32004:
            return "LZ4 (filter 32004)";
        case 32008:
            return "Bitshuffle (filter 32008)";
        case 32013:
            return "ZFP (filter 32013)";
        case 32015:
            return "Zstandard (filter 32015)";
        case 32026:
            return "Blosc2 (filter 32026)";
        default:
            return fmt::format("filter {}", filter);
    }
}

std::string missingFilter(hid_t creation) {
    const int filters = H5Pget_nfilters(creation);
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0, configuration = 0;
        std::size_t values = 0;
        const H5Z_filter_t filter = H5Pget_filter2(creation, static_cast<unsigned>(i), &flags,
                                                   &values, nullptr, 0, nullptr, &configuration);
        if (filter >= 0 && H5Zfilter_avail(filter) <= 0)
            return filterName(filter);
    }
    return {};
}

/// The first file a virtual dataset needs that is not there.
std::string missingSource(hid_t creation, const std::filesystem::path& file) {
    std::size_t sources = 0;
    H5Pget_virtual_count(creation, &sources);
    for (std::size_t i = 0; i < sources; ++i) {
        const ssize_t length = H5Pget_virtual_filename(creation, i, nullptr, 0);
        if (length <= 0)
            continue;
        std::string name(static_cast<std::size_t>(length) + 1, '\0');
        H5Pget_virtual_filename(creation, i, name.data(), name.size());
        name.pop_back();
        std::error_code ignored;
        if (name != "." && !std::filesystem::exists(file.parent_path() / name, ignored) &&
            !std::filesystem::exists(name, ignored))
            return name;
    }
    return {};
}

std::vector<Field> fieldsOf(hid_t type) {
    std::vector<Field> fields;
    const int count = H5Tget_nmembers(type);
    for (int i = 0; i < count; ++i) {
        char* name = H5Tget_member_name(type, static_cast<unsigned>(i));
        const Handle member(H5Tget_member_type(type, static_cast<unsigned>(i)), H5Tclose);
        if (name && member)
            fields.push_back({name, nameOf(member.get()), kindOf(member.get())});
        H5free_memory(name);
    }
    return fields;
}

void requireNumbers(const OpenDataset& dataset) {
    requireReadable(dataset.info, dataset.file);
    if (!dataset.info.numeric())
        throw Error(ErrorKind::data, fmt::format("{} holds {} values, expected numbers.",
                                                 dataset.where, dataset.info.type));
}

/// An array for `count` values of `bytes` each, once that is known to be sane.
template <typename T>
std::vector<T> allocate(std::uint64_t count, const std::string& where) {
    if (count > kLargestRead / sizeof(T))
        throw Error(ErrorKind::data,
                    fmt::format("{} states {} values, too many to hold in memory at "
                                "once (the bound is {} GiB).",
                                where, count, kLargestRead >> 30));
    try {
        return std::vector<T>(count);
    } catch (const std::bad_alloc&) {
        throw Error(
            ErrorKind::data,
            fmt::format("There is not enough memory for the {} values of {}.", count, where));
    }
}

std::uint64_t valuesPerRow(const DatasetInfo& info, const std::string& where) {
    if (info.extents.empty())
        throw Error(ErrorKind::data, fmt::format("{} is a single value and has no rows.", where));
    return valueCount(Extents(info.extents.begin() + 1, info.extents.end()), where);
}

}  // namespace

void requireReadable(const DatasetInfo& info, const std::string& file) {
    if (!info.missingFilter.empty())
        throw Error(
            ErrorKind::data,
            fmt::format("{} of {} is compressed with {}, which the HDF5 library here lacks.",
                        info.path, file, info.missingFilter),
            "Rewrite the file once where that filter is installed: "
            "h5repack -f GZIP=4 input.h5 output.h5");
    if (!info.missingSource.empty())
        throw Error(ErrorKind::data,
                    fmt::format("{} of {} takes its values from {}, which is not there.", info.path,
                                file, info.missingSource),
                    "Put that file beside it.");
}

DatasetInfo describeDataset(hid_t dataset, const std::string& path,
                            const std::filesystem::path& file) {
    const std::string where = fmt::format("{} of {}", path, file.string());
    const Handle type(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose),
        creation(H5Dget_create_plist(dataset), H5Pclose);
    if (!type || !space || !creation)
        throwFailure("Describing " + where);
    DatasetInfo info;
    info.path = path;
    info.extents = extentsOf(space.get());
    info.type = nameOf(type.get());
    info.kind = kindOf(type.get());
    info.valueBytes = H5Tget_size(type.get());
    if (H5Pget_layout(creation.get()) == H5D_VIRTUAL) {
        info.virtualSources = true;
        info.missingSource = missingSource(creation.get(), file);
    }
    if (H5Pget_layout(creation.get()) == H5D_CHUNKED && !info.extents.empty()) {
        std::vector<hsize_t> chunk(info.extents.size());
        if (H5Pget_chunk(creation.get(), static_cast<int>(chunk.size()), chunk.data()) >= 0)
            info.chunk.assign(chunk.begin(), chunk.end());
    }
    if (info.kind == ValueKind::compound)
        info.fields = fieldsOf(type.get());
    info.storedBytes = H5Dget_storage_size(dataset);
    info.missingFilter = missingFilter(creation.get());
    return info;
}

Dataset::Dataset(std::unique_ptr<OpenDataset> dataset) : dataset_(std::move(dataset)) {}
Dataset::Dataset(Dataset&&) noexcept = default;
Dataset& Dataset::operator=(Dataset&&) noexcept = default;
Dataset::~Dataset() = default;

const DatasetInfo& Dataset::info() const {
    return dataset_->info;
}

template <typename T>
std::vector<T> Dataset::read() const {
    const auto held = lock();
    requireNumbers(*dataset_);
    std::vector<T> values =
        allocate<T>(valueCount(dataset_->info.extents, dataset_->where), dataset_->where);
    if (!values.empty() && H5Dread(dataset_->id.get(), nativeType<T>(), H5S_ALL, H5S_ALL,
                                   H5P_DEFAULT, values.data()) < 0)
        throwFailure("Reading " + dataset_->where);
    return values;
}

template <typename T>
void Dataset::readBlock(const Extents& offsets, const Extents& counts, std::span<T> out) const {
    const auto held = lock();
    const Extents& extents = dataset_->info.extents;
    requireNumbers(*dataset_);
    bool inside = offsets.size() == extents.size() && counts.size() == extents.size();
    for (std::size_t axis = 0; inside && axis < extents.size(); ++axis)
        inside = counts[axis] <= extents[axis] && offsets[axis] <= extents[axis] - counts[axis];
    if (!inside || valueCount(counts, dataset_->where) != out.size())
        throw Error(ErrorKind::data,
                    fmt::format("A block of {} from {} on into {} values does not lie within {}, "
                                "which is {}.",
                                toString(counts), toString(offsets), out.size(), dataset_->where,
                                toString(extents)));
    if (out.empty())
        return;
    // Of the same shape as the block: others are matched value by value, many times slower.
    const Handle space(H5Dget_space(dataset_->id.get()), H5Sclose), memory = spaceOf(counts);
    const std::vector<hsize_t> start(offsets.begin(), offsets.end()),
        count(counts.begin(), counts.end());
    if ((!extents.empty() && H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr,
                                                 count.data(), nullptr) < 0) ||
        H5Dread(dataset_->id.get(), nativeType<T>(), memory.get(), space.get(), H5P_DEFAULT,
                out.data()) < 0)
        throwFailure("Reading " + dataset_->where);
}

template <typename T>
void Dataset::readRows(std::uint64_t first, std::span<T> out) const {
    const auto held = lock();
    const std::uint64_t perRow = valuesPerRow(dataset_->info, dataset_->where);
    if (perRow == 0 && out.empty())
        return;
    Extents offsets(dataset_->info.extents.size(), 0), counts = dataset_->info.extents;
    offsets[0] = first;
    counts[0] = perRow ? out.size() / perRow : 0;
    readBlock(offsets, counts, out);
}

template <typename T>
std::vector<T> Dataset::readField(const std::string& field) const {
    const auto held = lock();
    requireReadable(dataset_->info, dataset_->file);
    const auto found = std::find_if(dataset_->info.fields.begin(), dataset_->info.fields.end(),
                                    [&](const Field& each) { return each.name == field; });
    if (found == dataset_->info.fields.end() ||
        (found->kind != ValueKind::integer && found->kind != ValueKind::real))
        throw Error(ErrorKind::data,
                    fmt::format("{} has no numbers named {}.", dataset_->where, field));
    std::vector<T> values =
        allocate<T>(valueCount(dataset_->info.extents, dataset_->where), dataset_->where);
    const Handle member(H5Tcreate(H5T_COMPOUND, sizeof(T)), H5Tclose);
    if (H5Tinsert(member.get(), field.c_str(), 0, nativeType<T>()) < 0 ||
        (!values.empty() && H5Dread(dataset_->id.get(), member.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                                    values.data()) < 0))
        throwFailure(fmt::format("Reading {} of {}", field, dataset_->where));
    return values;
}

std::vector<std::string> Dataset::readTexts(std::uint64_t limit) const {
    const auto held = lock();
    requireReadable(dataset_->info, dataset_->file);
    if (dataset_->info.kind != ValueKind::text)
        throw Error(ErrorKind::data, fmt::format("{} holds {} values, expected texts.",
                                                 dataset_->where, dataset_->info.type));
    const std::uint64_t count =
        std::min(valueCount(dataset_->info.extents, dataset_->where), limit);
    if (count == 0)
        return {};
    const std::uint64_t width = H5Tget_size(dataset_->type.get());
    std::vector<char> buffer = allocate<char>(
        width > kLargestRead / count ? kLargestRead + 1 : count * width, dataset_->where);
    // The first values in the order of storage: a block that narrows from the last axis on.
    const Extents& extents = dataset_->info.extents;
    const Handle space(H5Dget_space(dataset_->id.get()), H5Sclose), memory = spaceOf({count});
    if (!extents.empty() && count < valueCount(extents, dataset_->where)) {
        H5Sselect_none(space.get());
        std::vector<hsize_t> point(extents.size()), points;
        for (std::uint64_t i = 0; i < count; ++i) {
            std::uint64_t rest = i;
            for (std::size_t axis = extents.size(); axis-- > 0; rest /= extents[axis])
                point[axis] = rest % extents[axis];
            points.insert(points.end(), point.begin(), point.end());
        }
        H5Sselect_elements(space.get(), H5S_SELECT_SET, count, points.data());
    }
    if (H5Dread(dataset_->id.get(), dataset_->type.get(), memory.get(), space.get(), H5P_DEFAULT,
                buffer.data()) < 0)
        throwFailure("Reading " + dataset_->where);
    return takeTexts(dataset_->type.get(), memory.get(), buffer, count);
}

template <typename T>
void Dataset::writeRows(std::uint64_t first, std::span<const T> values) {
    const auto held = lock();
    const std::uint64_t perRow = valuesPerRow(dataset_->info, dataset_->where);
    if (perRow == 0 || values.size() % perRow != 0)
        throw Error(ErrorKind::data,
                    fmt::format("{} values are no whole rows of {}, which is {}.", values.size(),
                                dataset_->where, toString(dataset_->info.extents)));
    if (values.empty())
        return;
    const std::uint64_t rows = values.size() / perRow;
    std::vector<hsize_t> size(dataset_->info.extents.begin(), dataset_->info.extents.end()),
        start(size.size(), 0), count = size;
    if (first + rows > size[0]) {
        size[0] = first + rows;
        if (H5Dset_extent(dataset_->id.get(), size.data()) < 0)
            throwFailure("Growing " + dataset_->where);
        dataset_->info.extents[0] = size[0];
    }
    start[0] = first;
    count[0] = rows;
    const Handle space(H5Dget_space(dataset_->id.get()), H5Sclose),
        memory = spaceOf(Extents(count.begin(), count.end()));
    if (H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(),
                            nullptr) < 0 ||
        H5Dwrite(dataset_->id.get(), nativeType<T>(), memory.get(), space.get(), H5P_DEFAULT,
                 values.data()) < 0)
        throwFailure("Writing " + dataset_->where);
}

template <typename T>
void Dataset::appendRows(std::span<const T> values) {
    const auto held = lock();
    valuesPerRow(dataset_->info, dataset_->where);
    writeRows(dataset_->info.extents[0], values);
}

#define SHEARBENCH_H5_DATASET(T)                                                          \
    template std::vector<T> Dataset::read() const;                                        \
    template void Dataset::readBlock(const Extents&, const Extents&, std::span<T>) const; \
    template void Dataset::readRows(std::uint64_t, std::span<T>) const;                   \
    template std::vector<T> Dataset::readField(const std::string&) const;                 \
    template void Dataset::writeRows(std::uint64_t, std::span<const T>);                  \
    template void Dataset::appendRows(std::span<const T>);
SHEARBENCH_H5_DATASET(float)
SHEARBENCH_H5_DATASET(double)
SHEARBENCH_H5_DATASET(std::int64_t)
SHEARBENCH_H5_DATASET(std::uint64_t)
#undef SHEARBENCH_H5_DATASET

}  // namespace shearbench::data::h5

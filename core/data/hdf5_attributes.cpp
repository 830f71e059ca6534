// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "core/data/hdf5_file.h"
#include "core/error.h"

namespace shearbench::data::h5 {
namespace {

constexpr std::uint64_t kLargestAttribute = std::uint64_t{1} << 26;

struct Attribute {
    Handle id, type, space;
    std::uint64_t count = 0;
    std::string where;
};

Attribute openAttribute(const OpenFile& file, const std::string& object, const std::string& name) {
    Attribute attribute;
    attribute.where = fmt::format("attribute {} of {} in {}", name, object, file.name());
    const Handle holder = openObject(file.id.get(), object, file.name());
    if (H5Aexists(holder.get(), name.c_str()) <= 0)
        throw Error(ErrorKind::data, fmt::format("There is no {}.", attribute.where));
    attribute.id = {H5Aopen(holder.get(), name.c_str(), H5P_DEFAULT), H5Aclose};
    if (!attribute.id)
        throwFailure("Opening " + attribute.where);
    attribute.type = {H5Aget_type(attribute.id.get()), H5Tclose};
    attribute.space = {H5Aget_space(attribute.id.get()), H5Sclose};
    attribute.count = valueCount(extentsOf(attribute.space.get()), attribute.where);
    if (attribute.count > kLargestAttribute ||
        attribute.count * H5Tget_size(attribute.type.get()) > kLargestAttribute)
        throw Error(ErrorKind::data, fmt::format("The {} is too large: {} values.", attribute.where,
                                                 attribute.count));
    return attribute;
}

template <typename T>
std::vector<T> readValues(const OpenFile& file, const std::string& object,
                          const std::string& name) {
    const Attribute attribute = openAttribute(file, object, name);
    const ValueKind kind = kindOf(attribute.type.get());
    if (kind != ValueKind::integer && kind != ValueKind::real)
        throw Error(ErrorKind::data, fmt::format("The {} is {}, not a number.", attribute.where,
                                                 nameOf(attribute.type.get())));
    std::vector<T> values(attribute.count);
    if (!values.empty() && H5Aread(attribute.id.get(), nativeType<T>(), values.data()) < 0)
        throwFailure("Reading " + attribute.where);
    return values;
}

void writeValues(const OpenFile& file, const std::string& object, const std::string& name,
                 hid_t type, const Handle& space, const void* values) {
    const std::string where = fmt::format("attribute {} of {} in {}", name, object, file.name());
    const Handle holder = openObject(file.id.get(), object, file.name());
    if (H5Aexists(holder.get(), name.c_str()) > 0 && H5Adelete(holder.get(), name.c_str()) < 0)
        throwFailure("Replacing " + where);
    const Handle id(
        H5Acreate2(holder.get(), name.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT),
        H5Aclose);
    if (!id || H5Awrite(id.get(), type, values) < 0)
        throwFailure("Writing " + where);
}

template <typename T>
T single(const std::vector<T>& values, const std::string& object, const std::string& name,
         const OpenFile& file) {
    if (values.size() != 1)
        throw Error(ErrorKind::data,
                    fmt::format("The attribute {} of {} in {} holds {} values, expected one.", name,
                                object, file.name(), values.size()));
    return values.front();
}

}  // namespace

std::vector<std::string> File::attributes(const std::string& object) const {
    const auto held = lock();
    const Handle holder = openObject(file_->id.get(), object, file_->name());
    std::vector<std::string> names;
    hsize_t position = 0;
    H5Aiterate2(
        holder.get(), H5_INDEX_NAME, H5_ITER_INC, &position,
        [](hid_t, const char* name, const H5A_info_t*, void* data) -> herr_t {
            static_cast<std::vector<std::string>*>(data)->emplace_back(name);
            return 0;
        },
        &names);
    return names;
}

bool File::hasAttribute(const std::string& object, const std::string& name) const {
    const auto held = lock();
    const Handle holder = openObject(file_->id.get(), object, file_->name());
    return H5Aexists(holder.get(), name.c_str()) > 0;
}

ValueKind File::attributeKind(const std::string& object, const std::string& name) const {
    const auto held = lock();
    if (!hasAttribute(object, name))
        return ValueKind::other;
    return kindOf(openAttribute(*file_, object, name).type.get());
}

void File::writeNumber(const std::string& object, const std::string& name, double value) {
    const auto held = lock();
    writeValues(*file_, object, name, nativeType<double>(), spaceOf({}), &value);
}

void File::writeNumbers(const std::string& object, const std::string& name,
                        std::span<const double> values) {
    const auto held = lock();
    writeValues(*file_, object, name, nativeType<double>(), spaceOf({values.size()}),
                values.data());
}

void File::writeInteger(const std::string& object, const std::string& name, std::int64_t value) {
    const auto held = lock();
    writeValues(*file_, object, name, nativeType<std::int64_t>(), spaceOf({}), &value);
}

void File::writeText(const std::string& object, const std::string& name, const std::string& value) {
    const auto held = lock();
    const char* text = value.c_str();
    writeValues(*file_, object, name, textType().get(), spaceOf({}), &text);
}

void File::writeTextList(const std::string& object, const std::string& name,
                         const std::vector<std::string>& values) {
    const auto held = lock();
    std::vector<const char*> texts;
    for (const std::string& value : values)
        texts.push_back(value.c_str());
    writeValues(*file_, object, name, textType().get(), spaceOf({values.size()}), texts.data());
}

double File::readNumber(const std::string& object, const std::string& name) const {
    return single(readNumbers(object, name), object, name, *file_);
}

std::vector<double> File::readNumbers(const std::string& object, const std::string& name) const {
    const auto held = lock();
    return readValues<double>(*file_, object, name);
}

std::int64_t File::readInteger(const std::string& object, const std::string& name) const {
    const auto held = lock();
    return single(readValues<std::int64_t>(*file_, object, name), object, name, *file_);
}

std::string File::readText(const std::string& object, const std::string& name) const {
    return single(readTextList(object, name), object, name, *file_);
}

std::vector<std::string> File::readTextList(const std::string& object,
                                            const std::string& name) const {
    const auto held = lock();
    const Attribute attribute = openAttribute(*file_, object, name);
    if (kindOf(attribute.type.get()) != ValueKind::text)
        throw Error(ErrorKind::data, fmt::format("The {} is {}, not a text.", attribute.where,
                                                 nameOf(attribute.type.get())));
    std::vector<char> buffer(attribute.count * H5Tget_size(attribute.type.get()));
    if (!buffer.empty() && H5Aread(attribute.id.get(), attribute.type.get(), buffer.data()) < 0)
        throwFailure("Reading " + attribute.where);
    return takeTexts(attribute.type.get(), attribute.space.get(), buffer, attribute.count);
}

}  // namespace shearbench::data::h5

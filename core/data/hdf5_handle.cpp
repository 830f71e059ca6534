// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/hdf5_handle.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>
#include <string_view>

#include "core/data/lzf_filter.h"
#include "core/error.h"

namespace shearbench::data::h5 {

std::unique_lock<std::recursive_mutex> lock() {
    static std::recursive_mutex mutex;
    std::unique_lock<std::recursive_mutex> held(mutex);
    // A file that could not be written out when it was closed (full disk) stays in the library's
    // tables, half taken down, and tidying them up at exit crashes. Nothing is left open here.
    static const bool prepared = [] {
        H5dont_atexit();
        registerLzf();
        return true;
    }();
    static_cast<void>(prepared);
    // The error stack belongs to the thread in a thread-safe library: every thread switches it off.
    thread_local bool quiet = false;
    if (!quiet) {
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
        quiet = true;
    }
    return held;
}

std::uint64_t valueCount(const Extents& extents, const std::string& what) {
    std::uint64_t count = 1;
    for (std::uint64_t extent : extents) {
        if (extent != 0 && count > std::numeric_limits<std::uint64_t>::max() / extent)
            throw Error(ErrorKind::data,
                        fmt::format("{} states {} values, more than can be counted.", what,
                                    toString(extents)));
        count *= extent;
    }
    return count;
}

std::string toString(const Extents& extents) {
    return extents.empty() ? "scalar" : fmt::format("{}", fmt::join(extents, " x "));
}

std::string failureReason() {
    std::string innermost;
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_UPWARD,
        [](unsigned, const H5E_error2_t* error, void* data) -> herr_t {
            auto& text = *static_cast<std::string*>(data);
            if (text.empty() && error->desc)
                text = error->desc;
            return 0;
        },
        &innermost);
    // "unable to open file: name = ..., errno = 13, error message = 'Permission denied', flags
    // ...": what the system says is all that a reader needs.
    constexpr std::string_view kMessage = "error message = '";
    const std::size_t found = innermost.find(kMessage);
    if (found == std::string::npos)
        return innermost;
    const std::size_t start = found + kMessage.size();
    return innermost.substr(start, innermost.find('\'', start) - start);
}

void throwFailure(const std::string& doing) {
    const std::string reason = failureReason();
    constexpr struct {
        std::string_view part, words, remedy;
    } kKnown[] = {
        {"No space left", "", "Make room on that disk, or choose another folder."},
        {"File too large", "",
         "Raise the limit on file sizes (ulimit -f), or choose another disk."},
        {"Read-only file system", "", "Choose a folder on a disk that can be written to."},
        {"emory allocation", "not enough memory", "Close other programs, or use a smaller file."},
        {"Cannot allocate memory", "not enough memory",
         "Close other programs, or use a smaller file."},
    };
    for (const auto& known : kKnown)
        if (reason.find(known.part) != std::string::npos)
            throw Error(ErrorKind::data,
                        fmt::format("{} failed: {}.", doing,
                                    known.words.empty() ? std::string_view(reason) : known.words),
                        std::string(known.remedy));
    throw Error(ErrorKind::data, reason.empty() ? fmt::format("{} failed.", doing)
                                                : fmt::format("{} failed: {}.", doing, reason));
}

template <>
hid_t nativeType<float>() {
    return H5T_NATIVE_FLOAT;
}
template <>
hid_t nativeType<double>() {
    return H5T_NATIVE_DOUBLE;
}
template <>
hid_t nativeType<std::int64_t>() {
    return H5T_NATIVE_INT64;
}
template <>
hid_t nativeType<std::uint64_t>() {
    return H5T_NATIVE_UINT64;
}

Handle spaceOf(const Extents& extents, bool growing) {
    if (extents.empty())
        return {H5Screate(H5S_SCALAR), H5Sclose};
    std::vector<hsize_t> size(extents.begin(), extents.end()), most = size;
    if (growing)
        most[0] = H5S_UNLIMITED;
    return {H5Screate_simple(static_cast<int>(size.size()), size.data(), most.data()), H5Sclose};
}

Extents extentsOf(hid_t space) {
    const int axes = H5Sget_simple_extent_ndims(space);
    if (H5Sget_simple_extent_type(space) == H5S_NULL)
        return {0};
    if (axes <= 0)
        return {};
    std::vector<hsize_t> size(static_cast<std::size_t>(axes));
    H5Sget_simple_extent_dims(space, size.data(), nullptr);
    return {size.begin(), size.end()};
}

ValueKind kindOf(hid_t type) {
    switch (H5Tget_class(type)) {
        case H5T_INTEGER:
        case H5T_ENUM:
            return H5Tget_size(type) <= 8 ? ValueKind::integer : ValueKind::other;
        case H5T_FLOAT:
            return ValueKind::real;
        case H5T_STRING:
            return ValueKind::text;
        case H5T_COMPOUND:
            return ValueKind::compound;
        default:
            return ValueKind::other;
    }
}

namespace {

bool isBoolean(hid_t type) {
    if (H5Tget_nmembers(type) != 2 || H5Tget_size(type) != 1)
        return false;
    char* name = H5Tget_member_name(type, 0);
    const bool found = name && std::strcmp(name, "FALSE") == 0;
    H5free_memory(name);
    return found;
}

}  // namespace

std::string nameOf(hid_t type) {
    const std::size_t bits = 8 * H5Tget_size(type);
    switch (H5Tget_class(type)) {
        case H5T_INTEGER:
            return fmt::format("{}int{}", H5Tget_sign(type) == H5T_SGN_NONE ? "u" : "", bits);
        case H5T_ENUM:
            return isBoolean(type) ? "bool" : "enum";
        case H5T_FLOAT:
            return fmt::format("float{}", bits);
        case H5T_STRING:
            return "string";
        case H5T_COMPOUND:
            return "compound";
        default:
            return "other";
    }
}

bool isVariableText(hid_t type) {
    return H5Tis_variable_str(type) > 0;
}

Handle textType() {
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), H5T_VARIABLE);
    H5Tset_cset(type.get(), H5T_CSET_UTF8);
    return type;
}

std::vector<std::string> takeTexts(hid_t type, hid_t space, std::vector<char>& buffer,
                                   std::uint64_t count) {
    std::vector<std::string> texts;
    texts.reserve(count);
    if (isVariableText(type)) {
        for (std::uint64_t i = 0; i < count; ++i) {
            const char* text = reinterpret_cast<char* const*>(buffer.data())[i];
            texts.emplace_back(text ? text : "");
        }
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, buffer.data());
        return texts;
    }
    const std::size_t width = H5Tget_size(type);
    for (std::uint64_t i = 0; i < count; ++i) {
        const char* text = buffer.data() + i * width;
        std::size_t length = strnlen(text, width);
        if (H5Tget_strpad(type) == H5T_STR_SPACEPAD)
            while (length > 0 && text[length - 1] == ' ')
                --length;
        texts.emplace_back(text, length);
    }
    return texts;
}

Handle openObject(hid_t file, const std::string& object, const std::string& where) {
    Handle opened(H5Oopen(file, object.empty() ? "/" : object.c_str(), H5P_DEFAULT), H5Oclose);
    if (!opened)
        throw Error(ErrorKind::data, fmt::format("There is no {} in {}.", object, where));
    return opened;
}

}  // namespace shearbench::data::h5

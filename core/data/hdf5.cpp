// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/hdf5.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <set>
#include <string_view>
#include <system_error>

#include "core/data/hdf5_file.h"
#include "core/error.h"
#include "core/files.h"

namespace shearbench::data::h5 {
namespace {

constexpr int kDeepestGroup = 32;
constexpr int kMostLinks = 200'000;  // a group may hold itself

Handle accessProperties() {
    Handle properties(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_fclose_degree(properties.get(), H5F_CLOSE_STRONG);
#if H5_VERSION_GE(1, 10, 7)
    H5Pset_file_locking(properties.get(), false, true);
#endif
    return properties;
}

/// Of the file that is open, whatever its name means by now.
FileState stateOf(hid_t file) {
    void* descriptor = nullptr;
    struct stat status {};
    if (H5Fget_vfd_handle(file, H5P_DEFAULT, &descriptor) < 0 || !descriptor ||
        fstat(*static_cast<const int*>(descriptor), &status) != 0)
        return {};
    return {status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

/// Files of images that a script of data/ converts.
void throwIfOfOtherProgram(const std::filesystem::path& file) {
    constexpr struct {
        std::string_view start;
        const char *what, *script;
    } kKnown[] = {{"\x93NUMPY", "a NumPy array", "npy_to_cutouts.py"},
                  {"SIMPLE  =", "a FITS file", "fits_to_cutouts.py"},
                  {"\x89PNG", "a PNG picture", "images_to_cutouts.py"},
                  {"\xff\xd8\xff", "a JPEG picture", "images_to_cutouts.py"}};
    std::string start(16, '\0');
    std::ifstream(file, std::ios::binary).read(start.data(), std::streamsize(start.size()));
    for (const auto& known : kKnown)
        if (std::string_view(start).starts_with(known.start))
            throw Error(ErrorKind::data,
                        fmt::format("{} is not an HDF5 file but {}.", file.string(), known.what),
                        fmt::format("Turn it into one with data/{}.", known.script));
}

/// Says in a user's words why `file` could not be opened.
[[noreturn]] void throwOpenFailure(const std::filesystem::path& file) {
    const std::string reason = failureReason();
    std::error_code failure;
    const auto bytes = std::filesystem::file_size(file, failure);
    if (reason.find("truncated") != std::string::npos)
        throw Error(ErrorKind::data,
                    fmt::format("{} is truncated: it ends after {} bytes, before what it states "
                                "it holds ({}).",
                                file.string(), bytes, reason),
                    "Copy or download the file again.");
    throwIfOfOtherProgram(file);
    if (reason.find("signature") != std::string::npos || bytes == 0)
        throw Error(ErrorKind::data,
                    fmt::format("{} is not an HDF5 file ({} bytes without its signature).",
                                file.string(), bytes),
                    "Give a file written with HDF5, for example by h5py.");
    throw Error(ErrorKind::data,
                fmt::format("{} cannot be opened: {}.", file.string(),
                            reason.empty() ? "unknown reason" : reason),
                "Check that you may read it and that no other program is writing it.");
}

Handle openHandle(const std::filesystem::path& file, unsigned mode) {
    std::error_code failure;
    const auto status = std::filesystem::status(file, failure);
    if (!std::filesystem::exists(status))
        throw Error(ErrorKind::data, fmt::format("There is no file {}.", file.string()),
                    "Check its name and folder.");
    if (std::filesystem::is_directory(status))
        throw Error(ErrorKind::data,
                    fmt::format("{} is a folder, expected an HDF5 file.", file.string()),
                    "Name a file in it.");
    requireFile(file);
    const Handle access = accessProperties();
    Handle id(H5Fopen(file.c_str(), mode, access.get()), H5Fclose);
    if (!id)
        throwOpenFailure(file);
    return id;
}

/// Whether every part of the path is there; the library complains when a group on the way is not.
bool pathExists(hid_t file, const std::string& path) {
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string part = path.substr(0, end);
        if (part != "/" && !part.empty() && H5Lexists(file, part.c_str(), H5P_DEFAULT) <= 0)
            return false;
        if (end == std::string::npos)
            break;
    }
    return path.empty() || path == "/" || H5Oexists_by_name(file, path.c_str(), H5P_DEFAULT) > 0;
}

std::string absolute(const std::string& path) {
    return path.starts_with('/') ? path : "/" + path;
}

DatasetInfo unreadable(const std::string& path) {
    DatasetInfo info;
    info.path = path;
    info.type = "unreadable";
    info.unreadable = true;
    return info;
}

std::string linkName(hid_t group, hsize_t position) {
    const ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, position,
                                              nullptr, 0, H5P_DEFAULT);
    if (length <= 0)
        return {};
    std::string name(static_cast<std::size_t>(length) + 1, '\0');
    H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, position, name.data(), name.size(),
                       H5P_DEFAULT);
    name.pop_back();
    return name;
}

/// What tells an object from all others, whatever paths lead to it.
std::string identity(hid_t object) {
#if H5_VERSION_GE(1, 12, 0)
    H5O_info2_t info;
    if (H5Oget_info3(object, &info, H5O_INFO_BASIC) < 0)
        return {};
    const std::string place(reinterpret_cast<const char*>(&info.token), sizeof(info.token));
#else
    H5O_info_t info;
    if (H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0)
        return {};
    const std::string place = std::to_string(info.addr);
#endif
    return fmt::format("{} {}", info.fileno, place);
}

/// Where a link out of this file leads.
struct Outside {
    std::string file, object;
};

Outside outsideOf(hid_t group, const std::string& name, const H5L_info_t& link) {
    std::vector<char> value(link.u.val_size);
    const char *file = nullptr, *object = nullptr;
    if (value.empty() ||
        H5Lget_val(group, name.c_str(), value.data(), value.size(), H5P_DEFAULT) < 0 ||
        H5Lunpack_elink_val(value.data(), value.size(), nullptr, &file, &object) < 0)
        return {};
    return {file, object};
}

/// The datasets of a file, groups walked from the shallowest on.
class Walk {
  public:
    Walk(hid_t file, std::filesystem::path where) : file_(file), where_(std::move(where)) {}

    std::vector<DatasetInfo> datasets() {
        seen_.insert(identity(Handle(H5Oopen(file_, "/", H5P_DEFAULT), H5Oclose).get()));
        for (waiting_.push_back({"/", 0}); !waiting_.empty(); waiting_.pop_front())
            visit(waiting_.front());
        std::sort(found_.begin(), found_.end(),
                  [](const DatasetInfo& a, const DatasetInfo& b) { return a.path < b.path; });
        return std::move(found_);
    }

  private:
    struct Group {
        std::string path;  // ends with a slash
        int depth;
    };

    void visit(const Group& at) {
        const Handle group(H5Oopen(file_, at.path.c_str(), H5P_DEFAULT), H5Oclose);
        H5G_info_t info;
        if (!group || H5Gget_info(group.get(), &info) < 0)
            throwFailure(fmt::format("Listing {} of {}", at.path, where_.string()));
        for (hsize_t i = 0; i < info.nlinks && ++links_ <= kMostLinks; ++i) {
            const std::string name = linkName(group.get(), i);
            H5L_info_t link;
            if (name.empty() || H5Lget_info(group.get(), name.c_str(), &link, H5P_DEFAULT) < 0)
                continue;
            if (link.type == H5L_TYPE_HARD)
                take(group.get(), name, {}, at);
            else if (link.type == H5L_TYPE_EXTERNAL)
                follow(group.get(), name, outsideOf(group.get(), name, link), at);
        }
    }

    /// Opening what is no file, such as a pipe, may never end.
    void follow(hid_t group, const std::string& name, const Outside& outside, const Group& at) {
        std::error_code ignored;
        if (std::filesystem::is_regular_file(where_.parent_path() / outside.file, ignored) ||
            std::filesystem::is_regular_file(outside.file, ignored))
            take(group, name, fmt::format("{} of {}", outside.object, outside.file), at);
        else
            addMissing(at.path + name, outside.file);
    }

    /// `outside`: what a link to another file names, or empty.
    void take(hid_t group, const std::string& name, const std::string& outside, const Group& at) {
        const Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose);
        const std::string path = at.path + name;
        if (!object && !outside.empty())
            addMissing(path, outside);
        else if (!object)
            found_.push_back(unreadable(path));
        else if (H5Iget_type(object.get()) == H5I_DATASET)
            found_.push_back(describeDataset(object.get(), path, where_));
        else if (H5Iget_type(object.get()) == H5I_GROUP && at.depth < kDeepestGroup &&
                 seen_.insert(identity(object.get())).second)
            waiting_.push_back({path + "/", at.depth + 1});
    }

    void addMissing(const std::string& path, const std::string& target) {
        DatasetInfo info;
        info.path = path;
        info.type = "other";
        info.missingSource = target;
        found_.push_back(std::move(info));
    }

    hid_t file_;
    std::filesystem::path where_;
    std::deque<Group> waiting_;
    std::set<std::string> seen_;
    std::vector<DatasetInfo> found_;
    int links_ = 0;
};

Handle creationProperties(const Storage& storage, std::size_t axes, const std::string& where) {
    Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    // Without times of day the same content makes the same bytes.
    H5Pset_obj_track_times(properties.get(), false);
    if (storage.chunk.empty())
        return properties;
    const std::vector<hsize_t> chunk(storage.chunk.begin(), storage.chunk.end());
    if (chunk.size() != axes ||
        H5Pset_chunk(properties.get(), static_cast<int>(axes), chunk.data()) < 0)
        throw Error(ErrorKind::data, fmt::format("Chunks of {} do not fit {} with {} axes.",
                                                 toString(storage.chunk), where, axes));
    if (storage.gzip > 0 && (H5Pset_shuffle(properties.get()) < 0 ||
                             H5Pset_deflate(properties.get(), unsigned(storage.gzip)) < 0))
        throwFailure("Compressing " + where);
    return properties;
}

Handle createDataset(hid_t file, const std::string& path, hid_t type, const Handle& space,
                     const Handle& creation, const std::string& where) {
    const Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_create_intermediate_group(links.get(), 1);
    Handle id(
        H5Dcreate2(file, path.c_str(), type, space.get(), links.get(), creation.get(), H5P_DEFAULT),
        H5Dclose);
    if (!id)
        throwFailure("Creating " + where);
    return id;
}

/// Keeps all chunks that rows lying together in them touch, so that neighbouring rows are
/// decompressed once.
Handle cacheProperties(const DatasetInfo& info) {
    constexpr std::uint64_t kLeast = std::uint64_t{1} << 20, kMost = std::uint64_t{1} << 26;
    constexpr std::size_t kLeastSlots = 521, kMostSlots = 100'003;
    std::uint64_t bytes = 4 * info.valueBytes, beside = 1;
    const auto times = [](std::uint64_t& product, std::uint64_t factor) {
        product = factor > kMost / std::max<std::uint64_t>(product, 1) ? kMost : product * factor;
    };
    for (std::size_t axis = 0; axis < info.chunk.size(); ++axis) {
        const std::uint64_t chunk = std::max<std::uint64_t>(1, info.chunk[axis]);
        times(bytes, chunk);
        if (axis > 0)
            times(beside, (info.extents[axis] + chunk - 1) / chunk);
    }
    times(bytes, beside);
    // Many more places than chunks: two on one place would put each other out.
    const auto slots = static_cast<std::size_t>(std::min<std::uint64_t>(40 * beside, kMostSlots));
    Handle properties(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
    H5Pset_chunk_cache(properties.get(), std::max(slots | 1, kLeastSlots),
                       std::clamp(bytes, kLeast, kMost), 0.75);
    return properties;
}

}  // namespace

File::File(std::unique_ptr<OpenFile> file) : file_(std::move(file)) {}
File::File(File&&) noexcept = default;
File& File::operator=(File&&) noexcept = default;
File::~File() = default;

File File::open(const std::filesystem::path& file) {
    const auto held = lock();
    auto opened = std::make_unique<OpenFile>(OpenFile{file, openHandle(file, H5F_ACC_RDONLY), {}});
    opened->opened = stateOf(opened->id.get());
    return File(std::move(opened));
}

File File::openForWriting(const std::filesystem::path& file) {
    const auto held = lock();
    return File(std::make_unique<OpenFile>(OpenFile{file, openHandle(file, H5F_ACC_RDWR), {}}));
}

File File::create(const std::filesystem::path& file) {
    const auto held = lock();
    const Handle access = accessProperties();
    Handle id(H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), H5Fclose);
    if (!id)
        throw Error(ErrorKind::data,
                    fmt::format("{} cannot be created: {}.", file.string(), failureReason()),
                    "Choose a folder that you may write to, with room on its disk.");
    return File(std::make_unique<OpenFile>(OpenFile{file, std::move(id), {}}));
}

const std::filesystem::path& File::path() const {
    return file_->path;
}

void File::flush() {
    const auto held = lock();
    if (H5Fflush(file_->id.get(), H5F_SCOPE_GLOBAL) < 0)
        throwFailure("Writing " + file_->name());
}

void File::close() {
    const auto held = lock();
    if (file_->id.reset() < 0)
        throwFailure("Closing " + file_->name());
}

void File::requireUnchanged() const {
    const auto held = lock();
    if (file_->opened == FileState{} || stateOf(file_->id.get()) == file_->opened)
        return;
    throw Error(ErrorKind::data,
                fmt::format("{} was changed by another program while it was open.", file_->name()),
                "Open it again once that program has finished.");
}

bool File::exists(const std::string& object) const {
    const auto held = lock();
    return pathExists(file_->id.get(), object);
}

std::vector<DatasetInfo> File::datasets() const {
    const auto held = lock();
    return Walk(file_->id.get(), file_->path).datasets();
}

DatasetInfo File::info(const std::string& path) const {
    return dataset(path).info();
}

Dataset File::dataset(const std::string& path) const {
    const auto held = lock();
    auto opened = std::make_unique<OpenDataset>();
    const std::string name = absolute(path);
    opened->file = file_->name();
    opened->where = fmt::format("{} of {}", name, file_->name());
    if (!pathExists(file_->id.get(), name))
        throw Error(ErrorKind::data,
                    fmt::format("There is no dataset {} in {}.", name, file_->name()));
    Handle first(H5Dopen2(file_->id.get(), name.c_str(), H5P_DEFAULT), H5Dclose);
    if (!first)
        throwFailure("Opening dataset " + opened->where);
    opened->info = describeDataset(first.get(), name, file_->path);
    // A dataset that is open keeps the cache it was opened with.
    first.reset();
    const Handle access = cacheProperties(opened->info);
    opened->id = {H5Dopen2(file_->id.get(), name.c_str(), access.get()), H5Dclose};
    opened->type = {H5Dget_type(opened->id.get()), H5Tclose};
    if (!opened->id || !opened->type)
        throwFailure("Opening dataset " + opened->where);
    return Dataset(std::move(opened));
}

template <typename T>
Dataset File::createGrowing(const std::string& path, const Extents& row, const Storage& storage) {
    const auto held = lock();
    const std::string name = absolute(path), where = fmt::format("{} of {}", name, file_->name());
    Extents extents{0};
    extents.insert(extents.end(), row.begin(), row.end());
    if (storage.chunk.empty())
        throw Error(ErrorKind::data, fmt::format("The growing dataset {} needs chunks.", where));
    createDataset(file_->id.get(), name, nativeType<T>(), spaceOf(extents, true),
                  creationProperties(storage, extents.size(), where), where);
    return dataset(name);
}

template <typename T>
Dataset File::createFixed(const std::string& path, const Extents& extents) {
    const auto held = lock();
    const std::string name = absolute(path), where = fmt::format("{} of {}", name, file_->name());
    valueCount(extents, where);
    Handle properties = creationProperties({}, extents.size(), where);
    if (H5Pset_alloc_time(properties.get(), H5D_ALLOC_TIME_EARLY) < 0 ||
        H5Pset_fill_time(properties.get(), H5D_FILL_TIME_NEVER) < 0)
        throwFailure("Creating " + where);
    createDataset(file_->id.get(), name, nativeType<T>(), spaceOf(extents), properties, where);
    return dataset(name);
}

template <typename T>
void File::write(const std::string& path, std::span<const T> values, const Extents& extents,
                 const Storage& storage) {
    const auto held = lock();
    const std::string name = absolute(path), where = fmt::format("{} of {}", name, file_->name());
    if (valueCount(extents, where) != values.size())
        throw Error(ErrorKind::data, fmt::format("{} values cannot be written as {}, which is {}.",
                                                 values.size(), where, toString(extents)));
    const Handle id = createDataset(file_->id.get(), name, nativeType<T>(), spaceOf(extents),
                                    creationProperties(storage, extents.size(), where), where);
    if (!values.empty() &&
        H5Dwrite(id.get(), nativeType<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
        throwFailure("Writing " + where);
}

template <typename T>
std::vector<T> File::read(const std::string& path, const Extents& expected) const {
    const auto held = lock();
    const Dataset opened = dataset(path);
    if (opened.info().extents != expected)
        throw Error(ErrorKind::data,
                    fmt::format("{} of {} is {}, expected {}.", absolute(path), file_->name(),
                                toString(opened.info().extents), toString(expected)));
    return opened.read<T>();
}

void File::writeTexts(const std::string& path, const std::vector<std::string>& values) {
    const auto held = lock();
    const std::string name = absolute(path), where = fmt::format("{} of {}", name, file_->name());
    std::vector<const char*> texts;
    for (const std::string& value : values)
        texts.push_back(value.c_str());
    const Handle type = textType();
    const Handle id = createDataset(file_->id.get(), name, type.get(), spaceOf({values.size()}),
                                    creationProperties({}, 1, where), where);
    if (!texts.empty() &&
        H5Dwrite(id.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()) < 0)
        throwFailure("Writing " + where);
}

void File::createGroup(const std::string& path) {
    const auto held = lock();
    if (pathExists(file_->id.get(), absolute(path)))
        return;
    const Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_create_intermediate_group(links.get(), 1);
    const Handle id(
        H5Gcreate2(file_->id.get(), absolute(path).c_str(), links.get(), H5P_DEFAULT, H5P_DEFAULT),
        H5Gclose);
    if (!id)
        throwFailure(fmt::format("Creating group {} in {}", path, file_->name()));
}

#define SHEARBENCH_H5_FILE(T)                                                                    \
    template Dataset File::createGrowing<T>(const std::string&, const Extents&, const Storage&); \
    template Dataset File::createFixed<T>(const std::string&, const Extents&);                   \
    template void File::write<T>(const std::string&, std::span<const T>, const Extents&,         \
                                 const Storage&);                                                \
    template std::vector<T> File::read(const std::string&, const Extents&) const;
SHEARBENCH_H5_FILE(float)
SHEARBENCH_H5_FILE(double)
SHEARBENCH_H5_FILE(std::int64_t)
SHEARBENCH_H5_FILE(std::uint64_t)
#undef SHEARBENCH_H5_FILE

}  // namespace shearbench::data::h5

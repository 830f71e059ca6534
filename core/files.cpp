// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "core/error.h"

namespace shearbench {
namespace {

[[noreturn]] void fail(const std::string& doing, const std::filesystem::path& file, int code) {
    std::string remedy;
    if (code == ENOSPC || code == EDQUOT)
        remedy = "Make room on that disk, or choose another folder.";
    else if (code == EFBIG)
        remedy = "Raise the limit on file sizes (ulimit -f), or choose another disk.";
    else if (code == EROFS)
        remedy = "Choose a folder on a disk that can be written to.";
    else if (code == EACCES || code == EPERM)
        remedy = "Choose a folder you may write to, or change its permissions.";
    else if (code == ENOENT || code == EISDIR || code == ENOTDIR)
        remedy = "Check the path.";
    throw Error(
        ErrorKind::data,
        fmt::format("{} {}: {}.", doing, file.string(), std::generic_category().message(code)),
        remedy);
}

/// Of what is neither a file nor a folder.
const char* kindOf(mode_t mode) {
    return S_ISFIFO(mode) ? "a pipe" : S_ISSOCK(mode) ? "a socket" : "a device";
}

/// A file descriptor that closes itself.
class Descriptor {
  public:
    Descriptor(const std::filesystem::path& file, int flags, const std::string& doing)
        : file_(file), doing_(doing), descriptor_(::open(file.c_str(), flags | O_CLOEXEC, 0666)) {
        if (descriptor_ < 0)
            fail(doing_, file_, errno);
    }
    ~Descriptor() {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    std::uint64_t size() const {
        struct stat status {};
        if (::fstat(descriptor_, &status) != 0)
            fail(doing_, file_, errno);
        if (S_ISDIR(status.st_mode))
            fail(doing_, file_, EISDIR);
        return static_cast<std::uint64_t>(status.st_size);
    }

    /// Up to `bytes` from `offset` on; fewer at the end of the file.
    std::size_t read(char* out, std::size_t bytes, std::uint64_t offset) const {
        std::size_t done = 0;
        while (done < bytes) {
            const ssize_t got =
                ::pread(descriptor_, out + done, bytes - done, static_cast<off_t>(offset + done));
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                fail(doing_, file_, errno);
            if (got == 0)
                break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

    void write(std::string_view text) const {
        while (!text.empty()) {
            const ssize_t put = ::write(descriptor_, text.data(), text.size());
            if (put < 0 && errno == EINTR)
                continue;
            if (put < 0)
                fail(doing_, file_, errno);
            text.remove_prefix(static_cast<std::size_t>(put));
        }
    }

    void sync() const {
        // Some file systems cannot sync folders or pipes and say so with EINVAL.
        if (::fsync(descriptor_) != 0 && errno != EINVAL)
            fail(doing_, file_, errno);
    }

    void close() {
        if (::close(std::exchange(descriptor_, -1)) != 0)
            fail(doing_, file_, errno);
    }

  private:
    std::filesystem::path file_;
    std::string doing_;
    int descriptor_;
};

std::filesystem::path folderOf(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

std::filesystem::path resolveLink(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::is_symlink(file, ignored))
        return file;
    const std::filesystem::path target = std::filesystem::weakly_canonical(file, ignored);
    return ignored ? file : target;
}

enum class Lock { taken, held, impossible };

/// Of the open file, gone with its descriptor. Not flock(), which the HDF5 library may use itself.
Lock lockOf(int descriptor) {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    if (::fcntl(descriptor, F_OFD_SETLK, &whole) == 0)
        return Lock::taken;
    return errno == EAGAIN || errno == EACCES ? Lock::held : Lock::impossible;
}

/// What a file holds until its writer has begun.
constexpr std::string_view kUnwritten = "shearbench: nothing was written here";
constexpr std::string_view kPartial = ".partial";

/// A new file beside `target`, of a name that no other writer uses; removed when it goes unless it
/// was renamed. It is locked all the while, which tells it from one whose writer was killed.
class PartialFile {
  public:
    explicit PartialFile(const std::filesystem::path& target) {
        static std::atomic<unsigned> made = 0;
        for (int attempt = 0; descriptor_ < 0; ++attempt) {
            path_ = target;
            path_ += fmt::format(".{}-{}{}", ::getpid(), ++made, kPartial);
            descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
            if (descriptor_ < 0 && (errno != EEXIST || attempt == 100))
                fail("Writing", path_, errno);
            if (descriptor_ >= 0 && !isOurs())
                ::close(std::exchange(descriptor_, -1));
        }
        if (::write(descriptor_, kUnwritten.data(), kUnwritten.size()) !=
            static_cast<ssize_t>(kUnwritten.size())) {
            const int code = errno;
            release();
            fail("Writing", path_, code);
        }
    }
    ~PartialFile() { release(); }
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    const std::filesystem::path& path() const { return path_; }

    void requireWritten() const {
        std::string found(kUnwritten.size() + 1, '\0');
        const ssize_t size = ::pread(descriptor_, found.data(), found.size(), 0);
        if (size == static_cast<ssize_t>(kUnwritten.size()) && found.starts_with(kUnwritten))
            throw Error(ErrorKind::data,
                        fmt::format("Writing {}: nothing was written into it.", path_.string()));
    }

  private:
    /// Between making and locking, another writer may have taken it for an abandoned one.
    bool isOurs() const { return lockOf(descriptor_) != Lock::held && isThere(); }
    bool isThere() const {
        struct stat named {
        }, opened{};
        return ::stat(path_.c_str(), &named) == 0 && ::fstat(descriptor_, &opened) == 0 &&
               named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
    }
    void release() const {
        if (isThere())
            ::unlink(path_.c_str());
        ::close(descriptor_);
    }

    std::filesystem::path path_;
    int descriptor_ = -1;
};

/// Whether a writer of `target` may have made a file of this name: "target.12-3.partial".
bool isPartialOf(std::string_view name, std::string_view target) {
    if (!name.starts_with(target) || !name.ends_with(kPartial) ||
        name.size() < target.size() + kPartial.size() + 4)
        return false;
    const std::string_view middle =
        name.substr(target.size(), name.size() - target.size() - kPartial.size());
    return middle.front() == '.' && middle.find('-') != std::string_view::npos &&
           std::all_of(middle.begin() + 1, middle.end(),
                       [](unsigned char c) { return std::isdigit(c) != 0 || c == '-'; });
}

/// Removes what killed writers of `target` left beside it: nobody holds their locks any more.
void removeAbandoned(const std::filesystem::path& target) {
    std::error_code ignored;
    const std::string name = target.filename().string();
    std::vector<std::filesystem::path> found;
    for (std::filesystem::directory_iterator entry(folderOf(target), ignored), end;
         !ignored && entry != end; entry.increment(ignored))
        if (isPartialOf(entry->path().filename().string(), name))
            found.push_back(entry->path());
    for (const std::filesystem::path& path : found) {
        const int descriptor = ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (descriptor < 0)
            continue;
        if (lockOf(descriptor) == Lock::taken)
            ::unlink(path.c_str());
        ::close(descriptor);
    }
}

class Fnv1a {
  public:
    void add(std::string_view bytes) {
        for (const char byte : bytes)
            hash_ = (hash_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
    }
    std::uint64_t value() const { return hash_; }

  private:
    std::uint64_t hash_ = 0xcbf29ce484222325u;
};

}  // namespace

std::string readText(const std::filesystem::path& file, std::uint64_t maximumBytes) {
    requireFile(file);
    const Descriptor input(file, O_RDONLY | O_NONBLOCK, "Reading");
    const std::uint64_t size = input.size();
    if (size > maximumBytes)
        throw Error(ErrorKind::data,
                    fmt::format("Reading {}: it has {} bytes; a text of at most {} was expected.",
                                file.string(), size, maximumBytes),
                    "Choose another file.");
    std::string text(static_cast<std::size_t>(size), '\0');
    text.resize(input.read(text.data(), text.size(), 0));
    return text;
}

void writeText(const std::filesystem::path& file, std::string_view text) {
    replaceFile(file, [text](const std::filesystem::path& beside) {
        Descriptor output(beside, O_WRONLY | O_CREAT | O_TRUNC, "Writing");
        output.write(text);
        output.close();
    });
}

void requireFile(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0)
        fail("Reading", file, errno);
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        throw Error(ErrorKind::data,
                    fmt::format("Reading {}: it is {}; a file was expected.", file.string(),
                                kindOf(status.st_mode)),
                    "Write what it yields into a file first, and name that.");
}

void requireReplaceable(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        if (errno != ENOENT)
            fail("Writing", file, errno);
        return;
    }
    if (S_ISDIR(status.st_mode))
        fail("Writing", file, EISDIR);
    if (!S_ISREG(status.st_mode))
        throw Error(ErrorKind::data,
                    fmt::format("Writing {}: it is {}; a file or a new name was expected.",
                                file.string(), kindOf(status.st_mode)),
                    "Name a file that may be replaced, or a new one.");
}

void replaceFile(const std::filesystem::path& file,
                 const std::function<void(const std::filesystem::path&)>& write) {
    const std::filesystem::path target = resolveLink(file);
    requireReplaceable(target);
    removeAbandoned(target);
    const PartialFile partial(target);
    write(partial.path());
    Descriptor(partial.path(), O_RDONLY, "Syncing").sync();
    partial.requireWritten();
    if (::rename(partial.path().c_str(), target.c_str()) != 0)
        fail("Replacing", target, errno);
    Descriptor(folderOf(target), O_RDONLY | O_DIRECTORY, "Syncing").sync();
}

FileLock::FileLock(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0)
        fail("Writing", file, errno);
    if (lockOf(descriptor_) != Lock::held)
        return;
    ::close(descriptor_);
    throw Error(
        ErrorKind::run,
        fmt::format("{} is being written already, here or by another program.", file.string()),
        "Wait for it to end, or choose another name.");
}

FileLock::~FileLock() {
    ::close(descriptor_);
}

void appendLine(const std::filesystem::path& file, std::string_view line) {
    Descriptor output(file, O_RDWR | O_CREAT | O_APPEND, "Adding a line to");
    std::string text;
    const std::uint64_t size = output.size();
    char last = '\n';
    if (size > 0)
        output.read(&last, 1, size - 1);
    if (last != '\n')
        text += '\n';
    text += line;
    text += '\n';
    output.write(text);
    output.close();
}

std::string quickChecksum(const std::filesystem::path& file) {
    constexpr std::uint64_t kBlocks = 64, kBlockBytes = 65536;
    requireFile(file);
    const Descriptor input(file, O_RDONLY | O_NONBLOCK, "Reading");
    const std::uint64_t size = input.size();
    Fnv1a hash;
    hash.add(fmt::format("{}:", size));
    std::vector<char> block(kBlockBytes);
    const bool whole = size <= kBlocks * kBlockBytes;
    const std::uint64_t count = whole ? (size + kBlockBytes - 1) / kBlockBytes : kBlocks;
    for (std::uint64_t i = 0; i < count; ++i) {
        // The last block ends at the end of the file; divided first, so that nothing overflows.
        const std::uint64_t gap = (size - kBlockBytes) / (kBlocks - 1);
        const std::uint64_t offset =
            whole ? i * kBlockBytes : (i + 1 == count ? size - kBlockBytes : i * gap);
        hash.add({block.data(), input.read(block.data(), block.size(), offset)});
    }
    return fmt::format("{:016x}", hash.value());
}

}  // namespace shearbench

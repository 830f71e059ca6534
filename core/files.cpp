// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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
    else if (code == EACCES || code == EROFS || code == EPERM)
        remedy = "Choose a folder you may write to, or change its permissions.";
    else if (code == ENOENT || code == EISDIR || code == ENOTDIR)
        remedy = "Check the path.";
    throw Error(
        ErrorKind::data,
        fmt::format("{} {}: {}", doing, file.string(), std::generic_category().message(code)),
        remedy);
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
    const Descriptor input(file, O_RDONLY, "Reading");
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

void replaceFile(const std::filesystem::path& file,
                 const std::function<void(const std::filesystem::path&)>& write) {
    const std::filesystem::path target = resolveLink(file);
    std::filesystem::path beside = target;
    beside += ".partial";
    std::error_code ignored;
    if (std::filesystem::is_directory(target, ignored))
        fail("Writing", target, EISDIR);
    try {
        write(beside);
        Descriptor(beside, O_RDONLY, "Syncing").sync();
        if (::rename(beside.c_str(), target.c_str()) != 0)
            fail("Replacing", target, errno);
        Descriptor(folderOf(target), O_RDONLY | O_DIRECTORY, "Syncing").sync();
    } catch (...) {
        std::filesystem::remove(beside, ignored);
        throw;
    }
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
    const Descriptor input(file, O_RDONLY, "Reading");
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/data/csv_table.h"
#include "core/data/cutout_file.h"
#include "core/data/shape_columns.h"
#include "core/error.h"

// Whatever the bytes of a file are, opening it and reading its first and last image and its columns
// either works or throws an Error. Built with libFuzzer where there is clang; else its main()
// replays the files it is given.

namespace {

using namespace shearbench;

constexpr std::size_t kLargestImage = std::size_t{1} << 22, kMostRows = std::size_t{1} << 20;

/// Bytes as a file with a name.
class ByteFile {
  public:
    ByteFile(const std::uint8_t* bytes, std::size_t size) : descriptor_(memfd_create("fuzz", 0)) {
        for (std::size_t done = 0; done < size;) {
            const ssize_t written = write(descriptor_, bytes + done, size - done);
            if (written <= 0)
                break;
            done += static_cast<std::size_t>(written);
        }
    }
    ~ByteFile() { close(descriptor_); }
    ByteFile(const ByteFile&) = delete;
    ByteFile& operator=(const ByteFile&) = delete;

    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  private:
    int descriptor_;
};

void readCutouts(const std::string& path, const data::SchemaRequest& request) {
    try {
        const data::CutoutFile file(path, request);
        const data::Schema& schema = file.schema();
        if (data::imageSize(schema) > kLargestImage)
            return;
        std::vector<float> image(data::imageSize(schema));
        for (const std::int64_t row : {std::int64_t{0}, schema.count - 1})
            file.readImages({&row, 1}, image);
        if (static_cast<std::size_t>(schema.count) > kMostRows)
            return;
        for (const data::Column& column : schema.columns) {
            file.readColumn(column.name);
            if (column.integer)
                file.readIntegerColumn(column.name);
        }
        for (const data::Column& column : schema.textColumns)
            file.readIntegerColumn(column.name);
    } catch (const Error&) {
        // Refused, as it should be.
    }
}

void readText(const std::string& text) {
    try {
        data::parseCsv(text, "table");
    } catch (const Error&) {
    }
    try {
        data::toString(data::shapeColumnsFromText(text));
    } catch (const Error&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const ByteFile file(bytes, size);
    readCutouts(file.path(), {.labels = "none"});
    readCutouts(file.path(),
                {.variant = 0, .shape = "moments:xx, yy, xy", .labels = "none", .stamp = 16});
    if (size < (std::size_t{1} << 16))
        readText(std::string(reinterpret_cast<const char*>(bytes), size));
    return 0;
}

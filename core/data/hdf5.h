// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

// HDF5 files as the program uses them, over the C library: arrays of numbers with a shape,
// attributes, groups made by their paths. Every failure is an Error(data) that names file and
// dataset. Thread-safe: one lock for the process, since the library is not safe by itself
// everywhere.

namespace shearbench::data::h5 {

using Extents = std::vector<std::uint64_t>;

/// Number of values of an array; 1 for no axes. Throws Error(data) naming `what` when it overflows.
std::uint64_t valueCount(const Extents& extents, const std::string& what);
/// "1800 x 6 x 64 x 64"; "scalar" for no axes.
std::string toString(const Extents& extents);

/// Held around any direct use of the C library; the functions here hold it themselves.
[[nodiscard]] std::unique_lock<std::recursive_mutex> lock();

enum class ValueKind { integer, real, text, compound, other };

/// A member of a compound dataset.
struct Field {
    std::string name;
    std::string type;
    ValueKind kind = ValueKind::other;
};

struct DatasetInfo {
    std::string path;  ///< absolute, "/group/name"
    Extents extents;   ///< empty: one value
    std::string type;  ///< "float32", "int16", "uint8", "bool", "string", "compound", "other" ...
    ValueKind kind = ValueKind::other;
    std::uint64_t valueBytes = 0;   ///< one value as stored, before compression
    std::uint64_t storedBytes = 0;  ///< written for all of it, after compression; in this file
    bool unreadable = false;        ///< written by a newer library; nothing but the path is known
    bool virtualSources = false;    ///< a view of datasets in other files
    std::string missingSource;      ///< the first of those that is not there
    Extents chunk;                  ///< empty: not chunked
    std::vector<Field> fields;      ///< of a compound dataset
    std::string missingFilter;  ///< "LZF (filter 32000)" when its compression cannot be undone here

    bool numeric() const { return kind == ValueKind::integer || kind == ValueKind::real; }
};

/// Throws Error(data) when a filter or a source file is missing, as reading would.
void requireReadable(const DatasetInfo& info, const std::string& file);

/// How a new dataset is stored.
struct Storage {
    Extents chunk;  ///< empty: one piece. A growing dataset needs one
    int gzip = 0;   ///< 1..9, with the shuffle filter; 0: not compressed. Needs a chunk
};

struct OpenFile;
struct OpenDataset;

/// A dataset held open, as long as its file is, so that its chunks stay cached between reads. T is
/// float, double, std::int64_t or std::uint64_t; the library converts from whatever width and byte
/// order is stored. Values that T cannot hold are clipped by the library, fractions cut off.
class Dataset {
  public:
    Dataset(Dataset&&) noexcept;
    Dataset& operator=(Dataset&&) noexcept;
    ~Dataset();

    const DatasetInfo& info() const;

    /// Everything; refused beyond kLargestRead bytes.
    template <typename T>
    std::vector<T> read() const;
    /// The block of `counts` values from `offsets` on, one of each per axis; `out` has its size.
    template <typename T>
    void readBlock(const Extents& offsets, const Extents& counts, std::span<T> out) const;
    /// `out.size()` / (values a row) rows along the first axis, from row `first` on.
    template <typename T>
    void readRows(std::uint64_t first, std::span<T> out) const;
    /// One member of every element of a compound dataset.
    template <typename T>
    std::vector<T> readField(const std::string& field) const;
    /// Strings, fixed or variable, of a dataset or its first `limit` values.
    std::vector<std::string> readTexts(std::uint64_t limit) const;

    /// Writes whole rows from row `first` on, growing the dataset as needed.
    template <typename T>
    void writeRows(std::uint64_t first, std::span<const T> values);
    template <typename T>
    void appendRows(std::span<const T> values);

  private:
    friend class File;
    explicit Dataset(std::unique_ptr<OpenDataset> dataset);
    std::unique_ptr<OpenDataset> dataset_;
};

/// The largest array read() allocates.
inline constexpr std::uint64_t kLargestRead = std::uint64_t{16} << 30;

/// An open file. `object` is the path of a group or dataset, "/" the file itself.
class File {
  public:
    /// Read-only and without locking out a writer.
    static File open(const std::filesystem::path& file);
    /// A new file; replaces one that is there. Write beside and rename: see replaceFile().
    static File create(const std::filesystem::path& file);
    /// An existing file, for reading and writing.
    static File openForWriting(const std::filesystem::path& file);

    File(File&&) noexcept;
    File& operator=(File&&) noexcept;
    ~File();

    const std::filesystem::path& path() const;

    /// Writes out what is buffered and closes the file with its open datasets; throws where a
    /// destructor could not.
    void close();
    void flush();

    /// Throws Error(data) when the file's content was changed by somebody else since it was opened
    /// for reading. One that was removed or replaced by another of the same name stays readable.
    void requireUnchanged() const;

    bool exists(const std::string& object) const;
    /// All datasets, in the order of their paths. Each group is walked once, by its shortest path.
    /// Links to other files are followed where those are files; else `missingSource` names one.
    std::vector<DatasetInfo> datasets() const;
    DatasetInfo info(const std::string& path) const;

    Dataset dataset(const std::string& path) const;
    /// A dataset that grows by rows of shape `row` (empty: one number each), still without rows.
    template <typename T>
    Dataset createGrowing(const std::string& path, const Extents& row, const Storage& storage);
    /// A dataset of a size known from the start, in one piece and without values: its rows are
    /// written straight to their places, and nothing else in the file changes when they are.
    template <typename T>
    Dataset createFixed(const std::string& path, const Extents& extents);
    /// A whole dataset; missing groups are made.
    template <typename T>
    void write(const std::string& path, std::span<const T> values, const Extents& extents,
               const Storage& storage = {});
    /// The same for a list.
    template <typename T>
    void write(const std::string& path, const std::vector<T>& values) {
        write<T>(path, std::span<const T>(values), {values.size()});
    }
    void writeTexts(const std::string& path, const std::vector<std::string>& values);
    void createGroup(const std::string& path);

    /// dataset(path).read<T>().
    template <typename T>
    std::vector<T> read(const std::string& path) const {
        return dataset(path).read<T>();
    }
    /// The same, and throws when the extents are not `expected`.
    template <typename T>
    std::vector<T> read(const std::string& path, const Extents& expected) const;

    // Attributes. Writing replaces one that is there; reading one that is absent or of another kind
    // throws. A scalar is an array of one.
    std::vector<std::string> attributes(const std::string& object) const;
    bool hasAttribute(const std::string& object, const std::string& name) const;
    /// `other` when it is absent.
    ValueKind attributeKind(const std::string& object, const std::string& name) const;
    void writeNumber(const std::string& object, const std::string& name, double value);
    void writeNumbers(const std::string& object, const std::string& name,
                      std::span<const double> values);
    void writeInteger(const std::string& object, const std::string& name, std::int64_t value);
    void writeText(const std::string& object, const std::string& name, const std::string& value);
    void writeTextList(const std::string& object, const std::string& name,
                       const std::vector<std::string>& values);
    double readNumber(const std::string& object, const std::string& name) const;
    std::vector<double> readNumbers(const std::string& object, const std::string& name) const;
    std::int64_t readInteger(const std::string& object, const std::string& name) const;
    std::string readText(const std::string& object, const std::string& name) const;
    std::vector<std::string> readTextList(const std::string& object, const std::string& name) const;

  private:
    explicit File(std::unique_ptr<OpenFile> file);
    std::unique_ptr<OpenFile> file_;
};

}  // namespace shearbench::data::h5

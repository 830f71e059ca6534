// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace shearbench::data {

/// A text table with a line of names, as pandas and astropy write it: comma, semicolon, tab or
/// blanks between values, quotes around some, numbers with a decimal point. Empty values, "nan",
/// "null" and "--" of numbers are missing: NaN among reals. A first column without a name is the
/// row's number and left out.
struct CsvTable {
    enum class Kind { integer, real, text };
    struct Column {
        std::string name;
        Kind kind = Kind::real;
        std::vector<std::int64_t> integers;  ///< of integers, exact; 0 where missing
        bool isUnsigned = false;         ///< some are above 2^63: `integers` has the bits of uint64
        std::vector<bool> missing;       ///< of integers, one a row; empty: none is
        std::vector<double> numbers;     ///< of reals
        std::vector<std::string> texts;  ///< of texts
    };
    std::vector<Column> columns;
    std::int64_t rows = 0;
    std::vector<std::int64_t> lines;  ///< where each row starts in the text, from 1
};

/// Whether a value of a column of numbers stands for no number: "", "nan", "null", "--" ...
bool isMissingNumber(const std::string& value);
/// The first row of a column of texts that is neither a number nor missing.
std::int64_t firstText(const CsvTable::Column& column);

/// Larger files, and tables of more values, are refused; while being read, a table takes up to
/// about 1.5 GB of memory.
inline constexpr std::uint64_t kLargestCsv = std::uint64_t{1} << 28;
inline constexpr std::uint64_t kMostCsvValues = std::uint64_t{1} << 25;

/// Throws Error(data) naming file and line: no such file, lines of different lengths, no names.
CsvTable readCsv(const std::filesystem::path& file);
/// The same for a text; `source` names it in messages.
CsvTable parseCsv(const std::string& text, const std::string& source);

}  // namespace shearbench::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csv_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "core/data/text.h"
#include "core/error.h"
#include "core/files.h"

namespace shearbench::data {
namespace {

constexpr std::size_t kMostColumns = 4096;

/// One line's values; quotes are taken off, "" within them is one.
class LineReader {
  public:
    LineReader(const std::string& text, char separator) : text_(text), separator_(separator) {}

    bool atEnd() const { return position_ >= text_.size(); }
    /// Where the values start that were read last, from 1.
    std::int64_t line() const { return line_; }

    /// Skips lines without anything on them; false at the end.
    bool next(std::vector<std::string>& values) {
        do {
            if (atEnd())
                return false;
            read(values);
        } while (values.size() == 1 && values.front().empty() && !quotes_);
        return true;
    }

  private:
    void read(std::vector<std::string>& values) {
        values.assign(1, {});
        line_ = 1 + endings_;
        quotes_ = false;
        for (bool quoted = false; position_ < text_.size(); ++position_) {
            const char c = text_[position_];
            endings_ += c == '\n';
            if (quoted) {
                if (c != '"')
                    values.back() += c;
                else if (position_ + 1 < text_.size() && text_[position_ + 1] == '"')
                    values.back() += text_[++position_];
                else
                    quoted = false;
            } else if (c == '"') {
                quoted = quotes_ = true;
            } else if (c == '\n') {
                ++position_;
                break;
            } else if (isSeparator(c)) {
                if (separator_ != ' ' || !values.back().empty())
                    values.emplace_back();
            } else if (c != '\r') {
                values.back() += c;
            }
        }
        if (separator_ == ' ' && values.size() > 1 && values.back().empty())
            values.pop_back();
        for (std::string& value : values)
            value = trimmed(value);
    }

    bool isSeparator(char c) const { return c == separator_ || (separator_ == ' ' && c == '\t'); }

    const std::string& text_;
    char separator_;
    std::size_t position_ = 0;
    std::int64_t line_ = 0, endings_ = 0;
    bool quotes_ = false;  // "" is a value, an empty line is none
};

char separatorOf(const std::string& text) {
    const std::string names = text.substr(0, text.find('\n'));
    for (char separator : {',', ';', '\t'})
        if (names.find(separator) != std::string::npos)
            return separator;
    return ' ';
}

template <typename T>
std::optional<T> numberOf(const std::string& value) {
    T number{};
    const char* const begin = value.data() + (value.starts_with('+') ? 1 : 0);
    const char* const end = value.data() + value.size();
    const auto [stopped, problem] = std::from_chars(begin, end, number);
    if (problem != std::errc() || stopped != end)
        return std::nullopt;
    return number;
}

/// As wide as the values ask for: integers, those beyond 2^63, reals, texts.
void chooseKind(CsvTable::Column& column) {
    bool any = false, fitsSigned = true, fitsUnsigned = true;
    for (const std::string& value : column.texts) {
        if (isMissingNumber(value))
            continue;
        any = true;
        fitsSigned = fitsSigned && numberOf<std::int64_t>(value);
        fitsUnsigned = fitsUnsigned && numberOf<std::uint64_t>(value);
        if (!fitsSigned && !fitsUnsigned && !numberOf<double>(value)) {
            column.kind = CsvTable::Kind::text;
            return;
        }
    }
    column.kind =
        any && (fitsSigned || fitsUnsigned) ? CsvTable::Kind::integer : CsvTable::Kind::real;
    column.isUnsigned = any && !fitsSigned && fitsUnsigned;
}

std::int64_t integerOf(const std::string& value, bool isUnsigned) {
    return isUnsigned ? static_cast<std::int64_t>(numberOf<std::uint64_t>(value).value_or(0))
                      : numberOf<std::int64_t>(value).value_or(0);
}

/// What was read stays in `texts` until all is known.
void settle(CsvTable::Column& column) {
    chooseKind(column);
    if (column.kind == CsvTable::Kind::text)
        return;
    const std::vector<std::string> texts = std::move(column.texts);
    column.texts.clear();
    if (column.kind == CsvTable::Kind::real) {
        for (const std::string& value : texts)
            column.numbers.push_back(isMissingNumber(value)
                                         ? std::numeric_limits<double>::quiet_NaN()
                                         : numberOf<double>(value).value_or(0));
        return;
    }
    for (const std::string& value : texts)
        column.integers.push_back(integerOf(value, column.isUnsigned));
    if (std::any_of(texts.begin(), texts.end(), isMissingNumber))
        for (const std::string& value : texts)
            column.missing.push_back(isMissingNumber(value));
}

}  // namespace

bool isMissingNumber(const std::string& value) {
    const std::string word = lowerCase(value);
    return word.empty() || word == "nan" || word == "null" || word == "none" || word == "--" ||
           word == "na" || word == "n/a";
}

std::int64_t firstText(const CsvTable::Column& column) {
    const auto found =
        std::find_if(column.texts.begin(), column.texts.end(), [](const std::string& value) {
            return !isMissingNumber(value) && !numberOf<double>(value);
        });
    return found - column.texts.begin();
}

CsvTable parseCsv(const std::string& text, const std::string& source) {
    const std::size_t mark = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    const std::string body = text.substr(mark);
    LineReader reader(body, separatorOf(body));
    std::vector<std::string> values;
    if (!reader.next(values))
        throw Error(ErrorKind::data,
                    fmt::format("{} is empty; a line of names was expected.", source));
    if (values.size() > 1 && values.front() == "#")
        values.erase(values.begin());
    else if (values.front().starts_with('#'))
        values.front() = trimmed(values.front().substr(1));
    if (values.size() > kMostColumns)
        throw Error(ErrorKind::data, fmt::format("{} has {} columns; at most {} are read.", source,
                                                 values.size(), kMostColumns));
    CsvTable table;
    bool named = false;
    for (const std::string& name : values) {
        table.columns.emplace_back();
        table.columns.back().name = name;
        named = named || (!name.empty() && !numberOf<double>(name));
    }
    if (!named)
        throw Error(ErrorKind::data,
                    fmt::format("The first line of {} does not name its columns.", source),
                    "Put a line of names before the values.");
    while (reader.next(values)) {
        if (values.size() != table.columns.size())
            throw Error(ErrorKind::data,
                        fmt::format("Line {} of {} has {} values; its first line names {} columns.",
                                    reader.line(), source, values.size(), table.columns.size()),
                        "Give every line as many values as there are names.");
        for (std::size_t i = 0; i < values.size(); ++i)
            table.columns[i].texts.push_back(values[i]);
        table.lines.push_back(reader.line());
        if (static_cast<std::uint64_t>(++table.rows) * values.size() > kMostCsvValues)
            throw Error(ErrorKind::data,
                        fmt::format("{} has more than {} values, too many for a table of labels.",
                                    source, kMostCsvValues),
                        "Keep the columns that are needed, or write the table as HDF5.");
    }
    std::erase_if(table.columns,
                  [](const CsvTable::Column& column) { return column.name.empty(); });
    for (CsvTable::Column& column : table.columns)
        settle(column);
    return table;
}

CsvTable readCsv(const std::filesystem::path& file) {
    return parseCsv(readText(file, kLargestCsv), file.string());
}

}  // namespace shearbench::data

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csv_table.h"

#include <fmt/format.h>

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
    std::int64_t line() const { return line_; }

    /// Skips lines without anything on them; false at the end.
    bool next(std::vector<std::string>& values) {
        do {
            if (atEnd())
                return false;
            read(values);
        } while (values.size() == 1 && values.front().empty());
        return true;
    }

  private:
    void read(std::vector<std::string>& values) {
        values.assign(1, {});
        ++line_;
        for (bool quoted = false; position_ < text_.size(); ++position_) {
            const char c = text_[position_];
            if (quoted) {
                if (c != '"')
                    values.back() += c;
                else if (position_ + 1 < text_.size() && text_[position_ + 1] == '"')
                    values.back() += text_[++position_];
                else
                    quoted = false;
            } else if (c == '"') {
                quoted = true;
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
    std::int64_t line_ = 0;
};

char separatorOf(const std::string& text) {
    const std::string names = text.substr(0, text.find('\n'));
    for (char separator : {',', ';', '\t'})
        if (names.find(separator) != std::string::npos)
            return separator;
    return ' ';
}

bool isMissing(const std::string& value) {
    const std::string word = lowerCase(value);
    return word.empty() || word == "nan" || word == "null" || word == "none" || word == "--" ||
           word == "na" || word == "n/a";
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

/// The kind becomes wider as values ask for it: integers, reals, texts. What was read before stays
/// in `texts` until all are known.
CsvTable::Kind kindOf(const std::vector<std::string>& values) {
    auto kind = CsvTable::Kind::integer;
    bool any = false;
    for (const std::string& value : values) {
        if (isMissing(value)) {
            kind = CsvTable::Kind::real;
            continue;
        }
        any = true;
        if (kind == CsvTable::Kind::integer && !numberOf<std::int64_t>(value))
            kind = CsvTable::Kind::real;
        if (kind == CsvTable::Kind::real && !numberOf<double>(value))
            return CsvTable::Kind::text;
    }
    return any ? kind : CsvTable::Kind::real;
}

void settle(CsvTable::Column& column) {
    column.kind = kindOf(column.texts);
    if (column.kind == CsvTable::Kind::text)
        return;
    for (const std::string& value : column.texts) {
        if (column.kind == CsvTable::Kind::integer)
            column.integers.push_back(numberOf<std::int64_t>(value).value_or(0));
        else
            column.numbers.push_back(isMissing(value) ? std::numeric_limits<double>::quiet_NaN()
                                                      : numberOf<double>(value).value_or(0));
    }
    std::vector<std::string>().swap(column.texts);
}

}  // namespace

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
        table.columns.push_back({name, CsvTable::Kind::text, {}, {}, {}});
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
                                    reader.line(), source, values.size(), table.columns.size()));
        for (std::size_t i = 0; i < values.size(); ++i)
            table.columns[i].texts.push_back(values[i]);
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

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

// Conditions on a table's rows, typed by a user: "snr > 25 and hlr < 1.5".
//
//   filter     = term { "or" term }
//   term       = factor { "and" factor }
//   factor     = "not" factor | "(" filter ")" | comparison
//   comparison = value relation value { relation value }     0.2 < hlr < 1.5
//   relation   = "<" "<=" ">" ">=" "=" "==" "!="
//   value      = number | column | split | word | "a column or word with blanks"
//   split      = "train", "training", "val", "validation", "test" (compared with "split")
//
// A word stands after a column of texts: "class = spiral". && || ! stand for and, or, not. Names
// and words are found whatever their case. A comparison with NaN is false, "!=" included. Whole
// numbers are compared exactly, beyond 2^53 too.

namespace shearbench::widgets {

/// Columns, one value a row, and which part of the split each row is in.
struct RowTable {
    struct Column {
        QString name;
        std::vector<double> values;
        /// Of whole numbers that doubles cannot tell apart; else empty.
        std::vector<std::int64_t> integers = {};
        /// Of texts, in alphabetical order; the values are places in it. Else empty.
        QStringList words = {};
    };
    qint64 rows = 0;
    std::vector<Column> columns;
    std::vector<std::uint8_t> split;  ///< 0 training, 1 validation, 2 test; empty: not split

    int columnOf(const QString& name) const;  ///< -1: none; any case unless two differ by it alone
};

class RowFilter {
  public:
    /// What is wrong with a text, and where: a sentence, and the first character at fault.
    struct Problem {
        QString text;
        int position = 0;
    };

    /// The filter that lets everything pass.
    RowFilter();
    /// Reads `text` for tables with these columns. On a mistake `problem` is filled and the filter
    /// lets everything pass; it is empty otherwise. Blank text lets everything pass.
    static RowFilter parse(const QString& text, const RowTable& table, Problem* problem);

    bool passesAll() const { return root_ == nullptr; }
    /// One byte a row, 1: passes. `table` has the columns it was parsed for.
    std::vector<std::uint8_t> apply(const RowTable& table) const;

    struct Node;

  private:
    std::shared_ptr<const Node> root_;
};

}  // namespace shearbench::widgets

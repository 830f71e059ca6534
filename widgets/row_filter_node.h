// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "widgets/row_filter.h"

// A filter as it was read, between the reading of it and its evaluation.

namespace shearbench::widgets {

enum class FilterRelation { less, lessEqual, greater, greaterEqual, equal, notEqual };

/// A side of a comparison.
struct FilterValue {
    enum class Kind { number, column, split, part } kind = Kind::number;
    double number = 0;                 ///< of a part or a word: its index
    std::optional<qint64> whole = {};  ///< a whole number, exactly
    int column = -1;
};

struct RowFilter::Node {
    enum class Kind { all, any, no, compare } kind = Kind::compare;
    std::vector<std::shared_ptr<const Node>> children;
    std::vector<FilterValue> values;  ///< one more than relations
    std::vector<FilterRelation> relations;
};

/// What is wrong with a text that was to be a filter.
struct FilterMistake {
    QString text;
    int position = 0;
};

/// Reads a text that is not blank, for tables with these columns. Throws FilterMistake.
std::shared_ptr<const RowFilter::Node> readFilter(const QString& text, const RowTable& table);

}  // namespace shearbench::widgets

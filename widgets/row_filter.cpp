// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/row_filter.h"

#include <algorithm>
#include <cmath>

#include "widgets/row_filter_node.h"

namespace shearbench::widgets {
namespace {

using Kind = RowFilter::Node::Kind;

template <class T>
bool holds(T a, FilterRelation relation, T b) {
    switch (relation) {
        case FilterRelation::less:
            return a < b;
        case FilterRelation::lessEqual:
            return a <= b;
        case FilterRelation::greater:
            return a > b;
        case FilterRelation::greaterEqual:
            return a >= b;
        case FilterRelation::equal:
            return a == b;
        case FilterRelation::notEqual:
            break;
    }
    return a < b || a > b;
}

double valueAt(const FilterValue& value, const RowTable& table, std::size_t row) {
    switch (value.kind) {
        case FilterValue::Kind::column: {
            const std::vector<double>& values = table.columns[std::size_t(value.column)].values;
            return row < values.size() ? values[row] : std::nan("");
        }
        case FilterValue::Kind::split:
            return row < table.split.size() ? table.split[row] : std::nan("");
        case FilterValue::Kind::number:
        case FilterValue::Kind::part:
            break;
    }
    return value.number;
}

/// The whole numbers of a value in every row; null where they are not known exactly.
class WholeNumbers {
  public:
    WholeNumbers(const FilterValue& value, const RowTable& table) : constant_(value.whole) {
        if (value.kind == FilterValue::Kind::column) {
            column_ = &table.columns[std::size_t(value.column)].integers;
        }
    }
    bool ofColumn() const { return column_ && !column_->empty(); }
    bool known() const { return ofColumn() || constant_; }
    std::int64_t at(std::size_t row) const {
        return ofColumn() ? (row < column_->size() ? (*column_)[row] : 0) : *constant_;
    }

  private:
    std::optional<qint64> constant_;
    const std::vector<std::int64_t>* column_ = nullptr;
};

void compare(const FilterValue& left, FilterRelation relation, const FilterValue& right,
             const RowTable& table, std::vector<std::uint8_t>& passes) {
    const WholeNumbers a(left, table), b(right, table);
    if (a.known() && b.known() && (a.ofColumn() || b.ofColumn())) {
        for (std::size_t row = 0; row < passes.size(); ++row) {
            passes[row] &= std::uint8_t(holds(a.at(row), relation, b.at(row)));
        }
        return;
    }
    for (std::size_t row = 0; row < passes.size(); ++row) {
        passes[row] &=
            std::uint8_t(holds(valueAt(left, table, row), relation, valueAt(right, table, row)));
    }
}

std::vector<std::uint8_t> evaluate(const RowFilter::Node& node, const RowTable& table) {
    const auto rows = std::size_t(std::max<qint64>(0, table.rows));
    if (node.kind == Kind::compare) {
        std::vector<std::uint8_t> passes(rows, 1);
        for (std::size_t i = 0; i < node.relations.size(); ++i) {
            compare(node.values[i], node.relations[i], node.values[i + 1], table, passes);
        }
        return passes;
    }
    std::vector<std::uint8_t> passes = evaluate(*node.children.front(), table);
    for (std::size_t i = 1; i < node.children.size(); ++i) {
        const std::vector<std::uint8_t> other = evaluate(*node.children[i], table);
        for (std::size_t row = 0; row < rows; ++row) {
            passes[row] =
                node.kind == Kind::all ? passes[row] & other[row] : passes[row] | other[row];
        }
    }
    if (node.kind == Kind::no) {
        for (std::uint8_t& pass : passes) {
            pass ^= 1U;
        }
    }
    return passes;
}

}  // namespace

int RowTable::columnOf(const QString& name) const {
    int found = -1;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].name == name) {
            return int(i);
        }
        if (columns[i].name.compare(name, Qt::CaseInsensitive) == 0) {
            found = found == -1 ? int(i) : -2;
        }
    }
    return std::max(found, -1);
}

RowFilter::RowFilter() = default;

RowFilter RowFilter::parse(const QString& text, const RowTable& table, Problem* problem) {
    RowFilter filter;
    *problem = {};
    if (text.trimmed().isEmpty()) {
        return filter;
    }
    try {
        filter.root_ = readFilter(text, table);
    } catch (const FilterMistake& mistake) {
        *problem = {mistake.text, mistake.position};
    }
    return filter;
}

std::vector<std::uint8_t> RowFilter::apply(const RowTable& table) const {
    if (!root_) {
        return std::vector<std::uint8_t>(std::size_t(std::max<qint64>(0, table.rows)), 1);
    }
    return evaluate(*root_, table);
}

}  // namespace shearbench::widgets

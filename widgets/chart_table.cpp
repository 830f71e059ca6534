// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chart_table.h"

#include <algorithm>
#include <cmath>

#include "widgets/number_text.h"

namespace shearbench::widgets {
namespace {

/// So many that the largest value has five digits, and no more than any value needs.
int decimalsFor(const std::vector<double>& values, const std::vector<bool>& present) {
    double largest = 0;
    bool whole = true;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (present[i] && std::isfinite(values[i])) {
            largest = std::max(largest, std::abs(values[i]));
            whole = whole && values[i] == std::round(values[i]);
        }
    }
    if (whole || largest == 0) {
        return 0;
    }
    return std::clamp(4 - int(std::floor(std::log10(largest))), 0, 9);
}

/// A row: a value of x, and the how manieth point of a series there. NaN comes last, so that the
/// order is one.
using Row = std::pair<double, int>;

bool isBefore(const Row& a, const Row& b) {
    if (std::isnan(a.first) || std::isnan(b.first)) {
        return std::isnan(b.first) && (!std::isnan(a.first) || a.second < b.second);
    }
    return a < b;
}

/// The rows of a series' points, whose x ascend except for those that are not finite.
std::vector<Row> rowsOf(const Series& series) {
    std::vector<Row> rows;
    rows.reserve(series.points.size());
    int infinite[2] = {0, 0}, notNumbers = 0;
    for (const ChartPoint& point : series.points) {
        const bool again = !rows.empty() && rows.back().first == point.x;
        rows.emplace_back(point.x, std::isnan(point.x)   ? notNumbers++
                                   : std::isinf(point.x) ? infinite[point.x > 0]++
                                   : again               ? rows.back().second + 1
                                                         : 0);
    }
    return rows;
}

/// Those of all series, ascending, each once.
std::vector<Row> rowsOf(const std::vector<Series>& all) {
    std::vector<Row> rows;
    for (const Series& series : all) {
        const std::vector<Row> more = rowsOf(series);
        rows.insert(rows.end(), more.begin(), more.end());
    }
    std::sort(rows.begin(), rows.end(), isBefore);
    const auto same = [](const Row& a, const Row& b) { return !isBefore(a, b) && !isBefore(b, a); };
    rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
    return rows;
}

}  // namespace

std::vector<ChartTable::Column> ChartTable::columnsOf(const ChartSpec& spec) {
    const std::vector<Row> rows = rowsOf(spec.series);
    Column x{spec.x.title, {}, std::vector<bool>(rows.size(), true), 0};
    for (const Row& row : rows) {
        x.values.push_back(row.first);
    }
    std::vector<Column> columns{std::move(x)};
    for (const Series& series : spec.series) {
        const bool intervals = std::any_of(
            series.points.begin(), series.points.end(),
            [](const ChartPoint& p) { return std::isfinite(p.low) || std::isfinite(p.high); });
        const std::vector<Row> own = rowsOf(series);
        const auto add = [&](const QString& head, double ChartPoint::*member) {
            Column column{head, std::vector<double>(rows.size()), std::vector<bool>(rows.size()),
                          0};
            for (std::size_t i = 0; i < own.size(); ++i) {
                const double value = series.points[i].*member;
                const auto row = std::size_t(
                    std::lower_bound(rows.begin(), rows.end(), own[i], isBefore) - rows.begin());
                column.values[row] = value;
                column.present[row] = member == &ChartPoint::y || !std::isnan(value);
            }
            columns.push_back(std::move(column));
        };
        const QString& name = series.label.isEmpty() ? series.key : series.label;
        add(name, &ChartPoint::y);
        if (intervals) {
            add(tr("%1, low").arg(name), &ChartPoint::low);
            add(tr("%1, high").arg(name), &ChartPoint::high);
        }
    }
    for (Column& column : columns) {
        column.decimals = decimalsFor(column.values, column.present);
    }
    return columns;
}

void ChartTable::setSpec(const ChartSpec& spec) {
    std::vector<Column> next = columnsOf(spec);
    const std::size_t rows = columns_.empty() ? 0 : columns_[0].values.size();
    const std::size_t nextRows = next[0].values.size();
    const bool grows =
        next.size() == columns_.size() && nextRows >= rows &&
        std::equal(next.begin(), next.end(), columns_.begin(),
                   [](const Column& a, const Column& b) { return a.head == b.head; }) &&
        std::equal(columns_[0].values.begin(), columns_[0].values.end(), next[0].values.begin());
    if (!grows) {
        beginResetModel();
        columns_ = std::move(next);
        endResetModel();
        return;
    }
    if (nextRows > rows) {
        beginInsertRows({}, int(rows), int(nextRows) - 1);
        columns_ = std::move(next);
        endInsertRows();
    } else {
        columns_ = std::move(next);
    }
    if (rows > 0) {
        Q_EMIT dataChanged(index(0, 0), index(int(rows) - 1, columnCount() - 1));
    }
}

int ChartTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || columns_.empty() ? 0 : int(columns_[0].values.size());
}

int ChartTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(columns_.size());
}

QVariant ChartTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const Column& column = columns_[std::size_t(index.column())];
    const auto row = std::size_t(index.row());
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignRight | Qt::AlignVCenter);
    }
    if (!column.present[row]) {
        return {};
    }
    if (role == Qt::DisplayRole) {
        return fixedText(column.values[row], column.decimals);
    }
    return role == Figure::kRawValueRole ? QVariant(column.values[row]) : QVariant();
}

QVariant ChartTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 ||
        section >= columnCount()) {
        return {};
    }
    return columns_[std::size_t(section)].head;
}

}  // namespace shearbench::widgets

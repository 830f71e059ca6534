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

}  // namespace

std::vector<ChartTable::Column> ChartTable::columnsOf(const ChartSpec& spec) {
    Column x{spec.x.title, {}, {}, 0};
    for (const Series& series : spec.series) {
        for (const ChartPoint& point : series.points) {
            x.values.push_back(point.x);
        }
    }
    // Not a number sorts last, so that the order is one.
    const auto before = [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; };
    std::sort(x.values.begin(), x.values.end(), before);
    x.values.erase(
        std::unique(x.values.begin(), x.values.end(),
                    [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }),
        x.values.end());
    const std::size_t rows = x.values.size();
    x.present.assign(rows, true);

    std::vector<Column> columns{x};
    for (const Series& series : spec.series) {
        const bool intervals = std::any_of(
            series.points.begin(), series.points.end(),
            [](const ChartPoint& p) { return std::isfinite(p.low) || std::isfinite(p.high); });
        const auto add = [&](const QString& head, double ChartPoint::*member) {
            Column column{head, std::vector<double>(rows), std::vector<bool>(rows), 0};
            for (const ChartPoint& point : series.points) {
                const auto row = std::size_t(
                    std::lower_bound(x.values.begin(), x.values.end(), point.x, before) -
                    x.values.begin());
                column.values[row] = point.*member;
                column.present[row] = member == &ChartPoint::y || !std::isnan(point.*member);
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

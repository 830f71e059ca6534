// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cutout_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace shearbench::widgets {

namespace {
constexpr int kDefaultCache = 64'000'000;
}

CutoutModel::CutoutModel(QObject* parent) : QAbstractListModel(parent) {
    setCacheLimits(kDefaultCache, kDefaultCache);
}

void CutoutModel::setCacheLimits(int pixelBytes, int pictureBytes) {
    pixels_.setMaxCost(pixelBytes);
    pictures_.setMaxCost(pictureBytes);
}

void CutoutModel::setCatalogue(std::shared_ptr<const CutoutCatalogue> catalogue) {
    beginResetModel();
    catalogue_ = std::move(catalogue);
    filter_ = {};
    part_ = {};
    sortColumn_ = -1;
    pixels_.clear();
    pictures_.clear();
    rebuild();
    endResetModel();
}

void CutoutModel::setOrder(int column, bool descending) {
    beginResetModel();
    sortColumn_ = column;
    descending_ = descending;
    rebuild();
    endResetModel();
}

void CutoutModel::setFilter(const RowFilter& filter, const RowFilter& part) {
    beginResetModel();
    filter_ = filter;
    part_ = part;
    rebuild();
    endResetModel();
}

void CutoutModel::rebuild() {
    order_.clear();
    places_.clear();
    if (!catalogue_) {
        return;
    }
    const RowTable& table = catalogue_->table;
    const auto rows =
        std::size_t(std::clamp<qint64>(table.rows, 0, std::numeric_limits<int>::max()));
    const std::vector<std::uint8_t> passes = filter_.apply(table);
    const std::vector<std::uint8_t> inPart = part_.apply(table);
    order_.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        if (passes[row] != 0 && inPart[row] != 0) {
            order_.push_back(qint64(row));
        }
    }
    if (sortColumn_ >= 0 && std::size_t(sortColumn_) < table.columns.size()) {
        const std::vector<double>& values = table.columns[std::size_t(sortColumn_)].values;
        const auto value = [&](qint64 row) {
            return std::size_t(row) < values.size() ? values[std::size_t(row)] : std::nan("");
        };
        const auto numbers = std::stable_partition(
            order_.begin(), order_.end(), [&](qint64 row) { return !std::isnan(value(row)); });
        std::stable_sort(order_.begin(), numbers, [&](qint64 a, qint64 b) {
            return descending_ ? value(a) > value(b) : value(a) < value(b);
        });
    }
    places_.assign(rows, -1);
    for (std::size_t place = 0; place < order_.size(); ++place) {
        places_[std::size_t(order_[place])] = int(place);
    }
}

int CutoutModel::place(qint64 row) const {
    return row >= 0 && std::size_t(row) < places_.size() ? places_[std::size_t(row)] : -1;
}

void CutoutModel::setDisplay(const CutoutDisplay& display) {
    if (display == display_) {
        return;
    }
    display_ = display;
    pictures_.clear();
    if (!order_.empty()) {
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), {Qt::DecorationRole});
    }
}

QImage CutoutModel::thumbnail(int place, int size) const {
    if (!catalogue_ || place < 0 || place >= rowCount()) {
        return {};
    }
    if (size != size_) {
        pictures_.clear();
        size_ = size;
    }
    const qint64 at = row(place);
    if (const QImage* picture = pictures_.object(at)) {
        return *picture;
    }
    const CutoutPixels* pixels = pixels_.object(at);
    if (pixels == nullptr) {
        return {};
    }
    const QImage picture = cutoutImage(catalogue_->format, **pixels, display_, size);
    pictures_.insert(at, new QImage(picture), int(std::max<qsizetype>(1, picture.sizeInBytes())));
    return picture;
}

bool CutoutModel::hasThumbnail(qint64 row, int size) const {
    return pixels_.contains(row) || (size == size_ && pictures_.contains(row));
}

void CutoutModel::setPixels(qint64 row, CutoutPixels pixels) {
    const bool fits = catalogue_ && pixels && row >= 0 && row < catalogue_->table.rows &&
                      pixels->size() == catalogue_->format.pixels();
    if (!fits) {
        return;
    }
    const auto bytes = std::min<std::size_t>(pixels->size() * sizeof(float),
                                             std::size_t(std::numeric_limits<int>::max()));
    pixels_.insert(row, new CutoutPixels(std::move(pixels)), int(bytes));
    pictures_.remove(row);
    if (const int at = place(row); at >= 0) {
        Q_EMIT dataChanged(index(at), index(at), {Qt::DecorationRole});
    }
}

CutoutPixels CutoutModel::pixels(qint64 row) const {
    const CutoutPixels* found = pixels_.object(row);
    return found ? *found : nullptr;
}

int CutoutModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(order_.size());
}

QVariant CutoutModel::data(const QModelIndex& index, int role) const {
    if (!catalogue_ || !index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const qint64 at = row(index.row());
    const RowTable& table = catalogue_->table;
    switch (role) {
        case Qt::DisplayRole:
            return QString::number(catalogue_->idOf(at));
        case Qt::AccessibleTextRole:
        case Qt::ToolTipRole:
            return accessibleText(at);
        case RowRole:
            return at;
        case IdRole:
            return catalogue_->idOf(at);
        case SnrRole:
            if (catalogue_->snr >= 0 && std::size_t(catalogue_->snr) < table.columns.size()) {
                return table.columns[std::size_t(catalogue_->snr)].values[std::size_t(at)];
            }
            return {};
        case SplitRole:
            return std::size_t(at) < table.split.size() ? QVariant(table.split[std::size_t(at)])
                                                        : QVariant();
        default:
            return {};
    }
}

QString CutoutModel::accessibleText(qint64 row) const {
    QString text = QStringLiteral("galaxy %1").arg(catalogue_->idOf(row));
    const RowTable& table = catalogue_->table;
    if (catalogue_->snr >= 0) {
        const RowTable::Column& column = table.columns[std::size_t(catalogue_->snr)];
        text += QStringLiteral(", ") + column.name + QLatin1Char(' ') +
                QString::number(column.values[std::size_t(row)]);
    }
    static const QStringList kParts{"training", "validation", "test"};
    if (std::size_t(row) < table.split.size()) {
        text += QStringLiteral(", ") + kParts.value(table.split[std::size_t(row)]);
    }
    return text;
}

}  // namespace shearbench::widgets

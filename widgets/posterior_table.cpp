// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/posterior_table.h"

#include <cmath>
#include <functional>

#include "widgets/figure.h"
#include "widgets/number_text.h"

namespace shearbench::widgets {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Column {
    QString head;
    int decimals;
    std::function<double(const GalaxyPosterior&)> value;  ///< NaN: not known
};

double sigma(const std::optional<Covariance3>& covariance, std::size_t i) {
    return covariance && (*covariance)[i][i] >= 0 ? std::sqrt((*covariance)[i][i]) : kNaN;
}

double correlation(const Covariance3& c, std::size_t i, std::size_t j) {
    return c[i][j] / std::sqrt(c[i][i] * c[j][j]);
}

/// After row, letter and name.
const std::vector<Column>& columns() {
    static const std::vector<Column> all = [] {
        std::vector<Column> list;
        static const char* const names[] = {"e1", "e2", "z"};
        for (std::size_t i = 0; i < 3; ++i) {
            const QString name = QString::fromLatin1(names[i]);
            const auto estimate = [](auto read) {
                return [read](const GalaxyPosterior& g) {
                    return g.posterior ? read(*g.posterior) : kNaN;
                };
            };
            list.push_back({name + QStringLiteral(" label"), 4,
                            [i](const GalaxyPosterior& g) { return g.truth[i]; }});
            list.push_back({name + QStringLiteral(" mean"), 4,
                            estimate([i](const PosteriorEstimate& q) { return q.mean[i]; })});
            list.push_back(
                {name + QStringLiteral(" sigma"), 4,
                 estimate([i](const PosteriorEstimate& q) { return sigma(q.total, i); })});
            list.push_back(
                {name + QStringLiteral(" sigma aleatoric"), 4,
                 estimate([i](const PosteriorEstimate& q) { return sigma(q.aleatoric, i); })});
            list.push_back(
                {name + QStringLiteral(" sigma epistemic"), 4,
                 estimate([i](const PosteriorEstimate& q) { return sigma(q.epistemic, i); })});
        }
        for (const auto& [i, j] : {std::pair<std::size_t, std::size_t>{0, 1}, {0, 2}, {1, 2}}) {
            list.push_back({QStringLiteral("correlation %1 %2").arg(names[i], names[j]), 3,
                            [i = i, j = j](const GalaxyPosterior& g) {
                                return g.posterior ? correlation(g.posterior->total, i, j) : kNaN;
                            }});
        }
        list.push_back({QStringLiteral("SNR"), 0, [](const GalaxyPosterior& g) { return g.snr; }});
        return list;
    }();
    return all;
}

constexpr int kFixedColumns = 3;

}  // namespace

PosteriorTable::PosteriorTable(QObject* parent)
    : QAbstractTableModel(parent), scene_(std::make_shared<PosteriorScene>()) {}

void PosteriorTable::setScene(std::shared_ptr<const PosteriorScene> scene) {
    if (scene->galaxies.size() != scene_->galaxies.size()) {
        beginResetModel();
        scene_ = std::move(scene);
        endResetModel();
        return;
    }
    scene_ = std::move(scene);
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
}

int PosteriorTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(scene_->galaxies.size());
}

int PosteriorTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kFixedColumns + int(columns().size());
}

QVariant PosteriorTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int((index.column() == 2 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole && role != Figure::kRawValueRole) {
        return {};
    }
    const GalaxyPosterior& galaxy = scene_->galaxies[std::size_t(index.row())];
    switch (index.column()) {
        case 0:
            return galaxyLetter(index.row());
        case 1:
            return role == Qt::DisplayRole ? QVariant(countText(galaxy.row)) : QVariant(galaxy.row);
        case 2:
            return galaxy.name;
        default:
            break;
    }
    const Column& column = columns()[std::size_t(index.column() - kFixedColumns)];
    const double value = column.value(galaxy);
    if (std::isnan(value)) {
        return {};
    }
    return role == Qt::DisplayRole ? QVariant(fixedText(value, column.decimals)) : QVariant(value);
}

QVariant PosteriorTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 ||
        section >= columnCount()) {
        return {};
    }
    switch (section) {
        case 0:
            return tr("letter");
        case 1:
            return tr("row");
        case 2:
            return tr("name");
        default:
            return columns()[std::size_t(section - kFixedColumns)].head;
    }
}

}  // namespace shearbench::widgets

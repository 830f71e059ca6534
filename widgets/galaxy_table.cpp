// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/galaxy_table.h"

#include "core/analysis/galaxy_statistics.h"
#include "widgets/figure.h"
#include "widgets/number_text.h"

namespace shearbench::widgets {

namespace {
constexpr int kFixedColumns = 2;
}

GalaxyTable::GalaxyTable(QObject* parent) : QAbstractTableModel(parent) {}

void GalaxyTable::setScene(const GalaxyScene& scene) {
    beginResetModel();
    scene_ = scene;
    endResetModel();
}

int GalaxyTable::rowCount(const QModelIndex& parent) const {
    std::size_t count = 0;
    for (const GalaxyGroup& group : scene_.groups) {
        count += group.pixels.size();
    }
    return parent.isValid() ? 0 : int(count);
}

int GalaxyTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kFixedColumns + scene_.format.channels;
}

QVariant GalaxyTable::data(const QModelIndex& index, int role) const {
    if (role == Qt::TextAlignmentRole) {
        return int((index.column() == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    if (!index.isValid() || (role != Qt::DisplayRole && role != Figure::kRawValueRole)) {
        return {};
    }
    std::size_t at = std::size_t(index.row()), group = 0;
    while (at >= scene_.groups[group].pixels.size()) {
        at -= scene_.groups[group++].pixels.size();
    }
    const bool shown = role == Qt::DisplayRole;
    if (index.column() == 0) {
        return scene_.groups[group].title;
    }
    if (index.column() == 1) {
        const qint64 number = scene_.groups[group].number(at);
        return shown ? QVariant(countText(number)) : QVariant(number);
    }
    const CutoutPixels& pixels = scene_.groups[group].pixels[at];
    const CutoutFormat& format = scene_.format;
    if (!pixels || pixels->size() != format.pixels() || format.height != format.width) {
        return {};
    }
    const std::size_t plane = std::size_t(format.height) * std::size_t(format.width);
    const double flux = analysis::apertureFlux(
        std::span(*pixels).subspan(std::size_t(index.column() - kFixedColumns) * plane, plane),
        format.height);
    return shown ? QVariant(shortText(flux, 4)) : QVariant(flux);
}

QVariant GalaxyTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 ||
        section >= columnCount()) {
        return {};
    }
    if (section < kFixedColumns) {
        return section == 0 ? tr("set") : tr("number");
    }
    const QString band = bandNames(scene_.format).at(section - kFixedColumns);
    const QString unit = scene_.format.units;
    return unit.isEmpty() ? tr("flux %1").arg(band) : tr("flux %1 in %2").arg(band, unit);
}

}  // namespace shearbench::widgets

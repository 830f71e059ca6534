// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QCache>
#include <QImage>
#include <QString>
#include <QVector>
#include <memory>
#include <vector>

#include "widgets/cutout_image.h"
#include "widgets/row_filter.h"

namespace shearbench::widgets {

/// A file's cutouts with their columns. Shared, never changed.
struct CutoutCatalogue {
    CutoutFormat format;
    RowTable table;
    std::vector<qint64> ids;  ///< one a row; empty: the row's number
    int snr = -1;             ///< column shown at the right under each thumbnail; -1: none

    qint64 idOf(qint64 row) const { return ids.empty() ? row : ids[std::size_t(row)]; }
};

/// All cutouts that pass a filter, in some order; thumbnails of those that are looked at. Rows of
/// the file are called rows, rows of the model places.
class CutoutModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role { RowRole = Qt::UserRole, IdRole, SnrRole, SplitRole };

    explicit CutoutModel(QObject* parent = nullptr);

    /// All rows in the file's order, whatever order and filter were before.
    void setCatalogue(std::shared_ptr<const CutoutCatalogue> catalogue);
    const CutoutCatalogue* catalogue() const { return catalogue_.get(); }

    /// `column` -1: the file's order. NaN come last.
    void setOrder(int column, bool descending);
    /// Rows have to pass both.
    void setFilter(const RowFilter& filter, const RowFilter& part = {});

    qint64 row(int place) const { return order_[std::size_t(place)]; }
    int place(qint64 row) const;  ///< -1: filtered out

    void setDisplay(const CutoutDisplay& display);
    const CutoutDisplay& display() const { return display_; }
    /// The thumbnail at `size` device pixels; null when its pixels are not here.
    QImage thumbnail(int place, int size) const;
    /// Whether a thumbnail can be had without asking for pixels.
    bool hasThumbnail(qint64 row, int size) const;
    CutoutPixels pixels(qint64 row) const;  ///< null: not here
    void setPixels(qint64 row, CutoutPixels pixels);
    /// Bounds of what is kept, in bytes: raw pixels and pictures made of them (64 MB each).
    void setCacheLimits(int pixelBytes, int pictureBytes);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

  private:
    void rebuild();
    QString accessibleText(qint64 row) const;

    std::shared_ptr<const CutoutCatalogue> catalogue_;
    std::vector<qint64> order_;
    std::vector<int> places_;
    RowFilter filter_, part_;
    int sortColumn_ = -1;
    bool descending_ = false;
    CutoutDisplay display_;
    mutable int size_ = 0;
    mutable QCache<qint64, CutoutPixels> pixels_;
    mutable QCache<qint64, QImage> pictures_;
};

}  // namespace shearbench::widgets

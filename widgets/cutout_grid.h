// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemView>

#include "widgets/cutout_model.h"
#include "widgets/theme.h"

namespace shearbench::widgets {

/// A grid of thumbnails whose places are computed, never stored: a million cutouts cost no more
/// than what is seen. Arrow keys, Page Up and Down, Home and End move the chosen cutout.
class CutoutGrid : public QAbstractItemView {
    Q_OBJECT
  public:
    explicit CutoutGrid(const Theme& theme, QWidget* parent = nullptr);

    void setModel(QAbstractItemModel* model) override;
    CutoutModel* cutouts() const { return model_; }
    /// Width of a thumbnail in pixels at 96 dpi, 32..256 (62).
    void setThumbnailSize(int px);

    QRect visualRect(const QModelIndex& index) const override;
    void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;
    QModelIndex indexAt(const QPoint& point) const override;
    QSize minimumSizeHint() const override;

    /// First and one past the last place that is at least partly seen.
    std::pair<int, int> visiblePlaces() const;

  Q_SIGNALS:
    /// Rows of the file whose pixels are wanted, most wanted first: those seen, then the next page
    /// either way. Replaces the list before.
    void pixelsWanted(const QVector<qint64>& rows);

  protected:
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    int horizontalOffset() const override { return 0; }
    int verticalOffset() const override;
    bool isIndexHidden(const QModelIndex&) const override { return false; }
    void setSelection(const QRect& area, QItemSelectionModel::SelectionFlags flags) override;
    QRegion visualRegionForSelection(const QItemSelection& selection) const override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void updateGeometries() override;
    void scrollContentsBy(int dx, int dy) override;

  private:
    struct Cells {
        int columns = 1, width = 1, height = 1, picture = 1, margin = 0;
    };
    Cells cells() const;
    void paintCell(QPainter& painter, const QModelIndex& index, const QRect& area,
                   const Cells& cells) const;
    void want();

    const Theme& theme_;
    CutoutModel* model_ = nullptr;
    int thumbnail_ = 62;
    QVector<qint64> wanted_;
};

}  // namespace shearbench::widgets

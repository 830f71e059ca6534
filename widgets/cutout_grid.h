// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemView>
#include <QSet>
#include <QTimer>

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
    /// Least width of a thumbnail in pixels at 96 dpi, 32..256 (74); columns share what is left
    /// over.
    void setThumbnailSize(int px);
    /// What is said where there are no cutouts.
    void setEmptyText(const QString& text);

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
    void verticalScrollbarValueChanged(int value) override;

  private:
    struct Cells {
        int columns = 1, width = 1, height = 1, picture = 1;
    };
    Cells cells() const;
    Cells cellsIn(int width) const;
    int pictureSize(const Cells& cells) const;  ///< device pixels
    void paintCell(QPainter& painter, int place, const QRect& area, const Cells& cells) const;
    void want();

    const Theme& theme_;
    CutoutModel* model_ = nullptr;
    int thumbnail_ = 74, topPlace_ = 0;
    bool chosenSeen_ = false;  ///< when it was last drawn
    QString emptyText_;
    QSet<qint64> wanted_;  ///< asked for and not come yet
    QTimer wantTimer_;
};

}  // namespace shearbench::widgets

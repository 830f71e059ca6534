// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVector>
#include <QWidget>
#include <functional>
#include <memory>

#include "widgets/cutout_model.h"
#include "widgets/theme.h"

class QAction;
class QActionGroup;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QSlider;
class QToolButton;

namespace shearbench::widgets {

class CutoutGrid;
class ElidedLabel;
class Segmented;

/// All cutouts of a file as thumbnails, with filter, order and stretch. It never reads a file and
/// never waits: it asks for pixels with pixelsWanted(), and the window hands them over with
/// setPixels() from wherever it reads them, in any order, some or none.
class CutoutBrowser : public QWidget {
    Q_OBJECT
  public:
    explicit CutoutBrowser(const Theme& theme, QWidget* parent = nullptr);

    /// Null: no file is open.
    void setCatalogue(std::shared_ptr<const CutoutCatalogue> catalogue);

    /// Chooses a row of the file and scrolls to it; where the filter hides it, the filter is kept
    /// and the count line says so. -1: none. Emits nothing.
    void select(qint64 row);
    qint64 selected() const { return selected_; }  ///< -1: none

    void setFilter(const QString& text);  ///< as if typed
    QString filter() const;
    QString filterProblem() const;
    void setSort(const QString& column, bool descending);
    void setDisplay(const CutoutDisplay& display);
    CutoutDisplay display() const;

    CutoutModel* model() const { return model_; }
    CutoutGrid* grid() const { return grid_; }
    /// "14 of 1,612 in this order" for the chosen cutout; empty when it is not shown.
    QString placeText() const;

    QSize minimumSizeHint() const override;

  public Q_SLOTS:
    /// The pixels of one row. Those of another file, of the wrong number, are ignored.
    void setPixels(qint64 row, const shearbench::widgets::CutoutPixels& pixels);

  Q_SIGNALS:
    void selectionChanged(qint64 row);  ///< by the user
    void activated(qint64 row);         ///< double click or Enter
    /// Rows whose pixels are wanted, most wanted first; replaces the list before. Queued
    /// connections may deliver it to a worker.
    void pixelsWanted(const QVector<qint64>& rows);
    void displayChanged();  ///< by the user, or with another catalogue
    void orderChanged();    ///< filter or sort: places are others

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void build();
    void buildStretchMenu();
    void arrange();
    void measure();
    void measureBands();
    void fillChoices();
    void applyFilter();
    void applySort();
    void reorder(const std::function<void()>& change);
    void readDisplay();
    void showDisplay();
    void showCount();

    const Theme& theme_;
    std::shared_ptr<const CutoutCatalogue> catalogue_;
    CutoutModel* model_;
    CutoutGrid* grid_;
    QHBoxLayout *bar_, *second_;
    QLineEdit* filter_;
    QLabel *problem_, *count_;
    QComboBox *sort_, *part_, *manyBands_;  ///< the last where there are too many for buttons
    QWidget* picture_;
    QToolButton* stretchMenu_;
    QActionGroup *curve_, *limits_;
    Segmented* bands_;
    QAction* sameLimits_;
    QLabel* qName_;
    QSlider *stretch_, *q_;
    ElidedLabel* remark_;
    qint64 selected_ = -1;
    bool quiet_ = false, wide_ = true;
};

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "widgets/ellipse_plot.h"
#include "widgets/figure.h"
#include "widgets/posterior.h"
#include "widgets/theme.h"

namespace shearbench::widgets {

class PosteriorTable;

/// The body of the pane of posterior ellipses: the plot, beside it a card a galaxy with its picture
/// and numbers, beneath them the legend. Before there are posteriors: pictures, labels and crosses.
///
/// setScene is cheap and may be called at every update. Where there is little room, cards are shown
/// a page at a time around the chosen galaxy, then not at all.
class PosteriorView : public QWidget, public Figure {
    Q_OBJECT
  public:
    explicit PosteriorView(const Theme& theme, QWidget* parent = nullptr);
    ~PosteriorView() override;

    void setScene(PosteriorScene scene);
    const PosteriorScene& scene() const { return *scene_; }

    /// Row of the chosen galaxy; -1: none. A row that is not shown is kept until it is.
    void setSelected(qint64 row);
    qint64 selectedRow() const { return selected_; }

    EllipsePlot* plot() const { return plot_; }

    QString figureTitle() const override;
    QAbstractItemModel* figureTable() override;
    void paintFigure(QPainter& painter, const QSizeF& size, const Theme& theme) const override;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    /// Someone chose the galaxy of this row, in the plot or by its card.
    void galaxySelected(qint64 row);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    class Card;
    class Legend;
    void arrange();
    void choose(qint64 row);

    const Theme& theme_;
    std::shared_ptr<const PosteriorScene> scene_;
    qint64 selected_ = -1;
    EllipsePlot* plot_;
    Legend* legend_;
    std::vector<Card*> cards_;
    PosteriorTable* table_ = nullptr;
};

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "widgets/figure.h"
#include "widgets/galaxy_close_up.h"
#include "widgets/galaxy_scene.h"
#include "widgets/theme.h"

class QStackedWidget;

namespace shearbench::widgets {

class GalaxyGrid;
class GalaxyTable;
class GenerationBar;
class LatentWalk;

/// The body of the pane of generated galaxies: real and made ones beside each other, one of them
/// large, or a walk through their latent features; above them what is generated and how it is
/// shown. In a presentation the pictures alone.
class GeneratedView : public QWidget, public Figure {
    Q_OBJECT
  public:
    enum class Page { galaxies, walk, closeUp };

    explicit GeneratedView(const Theme& theme, QWidget* parent = nullptr);
    ~GeneratedView() override;

    void setScene(GalaxyScene scene);
    /// Shows a galaxy large; the page before comes back by Escape or its button.
    void showCloseUp(const CloseUp& closeUp);
    void setPage(Page page);
    Page page() const;

    GenerationBar* bar() const { return bar_; }
    GalaxyGrid* grid() const { return grid_; }
    LatentWalk* walk() const { return walk_; }
    GalaxyCloseUp* closeUp() const { return closeUp_; }

    QString figureTitle() const override;
    QAbstractItemModel* figureTable() override;
    void paintFigure(QPainter& painter, const QSizeF& size, const Theme& theme) const override;

  Q_SIGNALS:
    void pageChanged();

  private:
    const GalaxyScene& shown() const;
    void fillTable();
    void showBar();

    const Theme& theme_;
    GenerationBar* bar_;
    QStackedWidget* pages_;
    GalaxyGrid* grid_;
    LatentWalk* walk_;
    GalaxyCloseUp* closeUp_;
    GalaxyTable* table_ = nullptr;
};

}  // namespace shearbench::widgets

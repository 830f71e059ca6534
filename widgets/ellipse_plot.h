// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <map>
#include <memory>
#include <optional>

#include "widgets/posterior_paint.h"

namespace shearbench::widgets {

/// Posteriors of several galaxies in the (e1, e2) plane: contours of Mahalanobis 1, 2, 3, the label
/// as a cross, a letter beside each. Square, both axes with one scale, e2 upwards.
///
/// Mouse: hovering names the galaxy and its numbers, a click chooses it, the wheel zooms, dragging
/// moves, double-click shows all. Keys: arrows choose the next galaxy, + and - zoom, Home shows
/// all.
class EllipsePlot : public QWidget {
    Q_OBJECT
  public:
    explicit EllipsePlot(const Theme& theme, QWidget* parent = nullptr);

    /// Keeps the view where it is while galaxies stay within it, so that it does not breathe.
    void setScene(std::shared_ptr<const PosteriorScene> scene);
    void setSelected(qint64 row);

    /// The plane in view and where it lies in this widget.
    EllipsePlane plane() const;
    void resetView();
    bool isZoomed() const { return zoom_.has_value(); }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    /// Someone chose the galaxy of this row.
    void selected(qint64 row);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

  private:
    struct Zoom {
        double e1, e2, half;
    };
    /// The galaxy under this px: the smallest 3 sigma contour around it, or the nearest mean or
    /// cross.
    int galaxyAt(const QPointF& position) const;
    void choose(int index);
    void zoomBy(double factor, const QPointF& about);
    void describeSelection();

    const Theme& theme_;
    std::shared_ptr<const PosteriorScene> scene_;
    double half_ = 0.5;
    std::optional<Zoom> zoom_;
    qint64 selected_ = -1, hovered_ = -1;
    std::map<qint64, int> corners_;
    std::optional<QPointF> pressed_;
    EllipsePlane pressedPlane_;
    bool dragged_ = false, byKeyboard_ = false;
};

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractScrollArea>
#include <memory>
#include <vector>

#include "widgets/galaxy_scene.h"

namespace shearbench::widgets {

/// Sets of galaxies as pictures, beside each other. A click, Return or Space on one of them asks to
/// see it large; arrow keys, Home and End move the chosen one, also from one set to the next. Where
/// there are too many to be seen at once the pictures scroll.
///
/// setScene is cheap; pictures are drawn once for their size, those that are seen alone.
class GalaxyGrid : public QAbstractScrollArea {
    Q_OBJECT
  public:
    explicit GalaxyGrid(const Theme& theme, QWidget* parent = nullptr);
    ~GalaxyGrid() override;

    void setScene(GalaxyScene scene);
    const GalaxyScene& scene() const { return scene_; }

    /// The chosen one; not valid: none.
    GalaxyPlace current() const { return current_; }
    void setCurrent(const GalaxyPlace& place);
    /// The one under a position of this widget.
    GalaxyPlace placeAt(const QPoint& position) const;
    QRect rectOf(const GalaxyPlace& place) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    /// Someone wants to see it large.
    void opened(const shearbench::widgets::GalaxyPlace& place);
    void currentChanged();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

  private:
    void arrange();
    bool exists(const GalaxyPlace& place) const;
    GalaxyPlace moved(int key) const;
    void describe();
    QImage picture(const GalaxyPlace& place, int size);

    const Theme& theme_;
    GalaxyScene scene_;
    std::vector<GroupArea> areas_;
    GalaxyPlace current_;
    bool byKeyboard_ = false;
    int pictureSize_ = 0;
    std::vector<std::vector<QImage>> pictures_;  ///< by group, of pictureSize_
};

}  // namespace shearbench::widgets

Q_DECLARE_METATYPE(shearbench::widgets::GalaxyPlace)

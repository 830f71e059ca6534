// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QWidget>
#include <array>
#include <optional>

#include "widgets/cutout_image.h"
#include "widgets/ellipticity.h"
#include "widgets/theme.h"

namespace shearbench::widgets {

/// Outlines on a cutout: shapes (e1, e2) drawn as ellipses about its centre.
struct CutoutOutlines {
    EllipticityDefinition definition = EllipticityDefinition::reducedShear;
    std::optional<std::array<double, 2>> label, posterior;  ///< none: no outline
    double radius =
        0;  ///< geometric mean of the semi-axes, cutout pixels; 0: an eighth of its width
};

/// Draws an outline about the centre of `area`, which shows `crop` pixels: y up, white dashed for a
/// label, violet solid for a posterior mean.
void paintOutlines(QPainter& painter, const QRectF& area, const CutoutOutlines& outlines,
                   double radius, double crop, double thickness);

/// A cutout, square and as large as there is room, with a scale bar and outlines. Reads out the
/// pixel under the cursor; with the keyboard the arrow keys move it.
class CutoutCanvas : public QWidget {
    Q_OBJECT
  public:
    explicit CutoutCanvas(const Theme& theme, QWidget* parent = nullptr);

    void setFormat(const CutoutFormat& format);
    void setPixels(CutoutPixels pixels);
    void setOutlines(const CutoutOutlines& outlines);
    void setDisplay(const CutoutDisplay& display);
    const CutoutDisplay& display() const { return display_; }

    /// "x 31, y 40: i 812 e-" of the pixel at those columns and rows; colour: all three bands.
    QString pixelText(int x, int y) const;
    /// The pixel under a position of this widget; nothing outside the picture.
    std::optional<QPoint> pixelAt(const QPointF& position) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void readout(const QString& text);  ///< empty: the cursor is elsewhere

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

  private:
    QRectF picture() const;
    double crop() const;
    void moveCursor(const std::optional<QPoint>& pixel);
    void paintScaleBar(QPainter& painter, const QRectF& area) const;
    void paintCursor(QPainter& painter, const QRectF& area) const;

    const Theme& theme_;
    CutoutFormat format_;
    CutoutPixels pixels_;
    CutoutOutlines outlines_;
    CutoutDisplay display_;
    std::optional<QPoint> cursor_;
    QImage image_;
    int shownWidth_ = 0;
};

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

#include "widgets/theme.h"

namespace shearbench::widgets {

/// One line of plain text that ends in an ellipsis where it does not fit; the whole text is then
/// the tooltip. Shrinks to nothing.
class ElidedLabel : public QLabel {
    Q_OBJECT
  public:
    explicit ElidedLabel(const Theme& theme, TextSize size = TextSize::caption,
                         Colour colour = Colour::text3, QWidget* parent = nullptr);

    void setFullText(const QString& text);
    QString fullText() const { return text_; }
    void setElideMode(Qt::TextElideMode mode);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void restyle();
    void updateToolTip();

    const Theme& theme_;
    TextSize size_;
    Colour colour_;
    QString text_;
    Qt::TextElideMode mode_ = Qt::ElideRight;
};

}  // namespace shearbench::widgets

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
    /// Larger than its size of type, and of another weight.
    void setType(double factor, int weight);
    /// Where the text does not fit and there is less room than this, in px of the theme, nothing is
    /// shown instead of a few letters. 0, as at the start: the letters are shown.
    void setLeastWidth(int pixels);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    QFont type() const;
    void restyle();
    void updateToolTip();

    const Theme& theme_;
    TextSize size_;
    Colour colour_;
    QString text_;
    Qt::TextElideMode mode_ = Qt::ElideRight;
    int leastWidth_ = 0;
    double factor_ = 1;
    int weight_ = -1;  ///< that of its size
};

}  // namespace shearbench::widgets

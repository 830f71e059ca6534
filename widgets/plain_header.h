// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHeaderView>

#include "widgets/theme.h"

namespace shearbench::widgets {

/// Column heads in small quiet type without buttons, `padding` px (at 96 dpi) from the right, so
/// that they stand over their numbers.
class PlainHeader : public QHeaderView {
  public:
    PlainHeader(const Theme& theme, double padding, QWidget* parent);

  protected:
    void paintSection(QPainter* painter, const QRect& area, int section) const override;

  private:
    const Theme& theme_;
    double padding_;
};

/// What a model's headerData() gives for a column's words and their side: left over texts, right
/// over numbers. Nothing for other roles and for rows.
QVariant columnHead(Qt::Orientation orientation, int role, const QString& words, bool ofTexts);

}  // namespace shearbench::widgets

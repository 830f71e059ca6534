// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/key_numbers.h"

#include <QVBoxLayout>
#include <algorithm>

#include "widgets/discard.h"
#include "widgets/elided_label.h"

namespace shearbench::widgets {

class KeyNumbers::Cell : public QWidget {
  public:
    Cell(const Theme& theme, QWidget* parent)
        : QWidget(parent),
          label_(new ElidedLabel(theme, TextSize::caption, Colour::text2, this)),
          value_(new ElidedLabel(theme, TextSize::display, Colour::text, this)),
          note_(new ElidedLabel(theme, TextSize::caption, Colour::text2, this)) {
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(2);
        for (ElidedLabel* part : {label_, value_, note_}) {
            column->addWidget(part);
        }
        column->addStretch(1);
    }

    void set(const KeyNumber& number) {
        label_->setFullText(number.label);
        value_->setFullText(number.value.isEmpty() ? QStringLiteral("–") : number.value);
        note_->setFullText(number.note);
        setToolTip(number.toolTip);
        setAccessibleName(number.label);
        setAccessibleDescription(number.value.isEmpty()
                                     ? tr("not known yet")
                                     : QStringLiteral("%1, %2").arg(number.value, number.note));
    }

  private:
    ElidedLabel *label_, *value_, *note_;
};

KeyNumbers::KeyNumbers(const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme), speed_(new SpeedChart(theme, this)) {
    setAccessibleName(tr("Key numbers"));
    speed_->setSparkline(true);
    speed_->hide();
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        arrange();
    });
}

void KeyNumbers::setNumbers(const std::vector<KeyNumber>& numbers) {
    const bool other = numbers.size() != cells_.size();
    while (cells_.size() > numbers.size()) {
        discard(cells_.back());
        cells_.pop_back();
    }
    while (cells_.size() < numbers.size()) {
        cells_.push_back(new Cell(theme_, this));
        cells_.back()->show();
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        cells_[i]->set(numbers[i]);
    }
    if (other) {
        arrange();
        updateGeometry();
    }
}

void KeyNumbers::setSpeed(const SpeedCurve& curve) {
    speed_->setCurve(curve);
    const bool any = !curve.points.empty();
    if (any != speed_->isVisibleTo(this)) {
        speed_->setVisible(any);
        arrange();
    }
}

int KeyNumbers::columns() const {
    const int count = int(cells_.size());
    if (count < 2 || width() < theme_.px(220)) {
        return 1;
    }
    const bool low = height() < (count + 1) / 2 * (cellHeight() + theme_.px(4));
    return low && width() >= count * theme_.px(110) ? count : 2;
}

int KeyNumbers::cellHeight() const {
    return theme_.px(58);
}

QSize KeyNumbers::sizeHint() const {
    const int rows = (int(cells_.size()) + 1) / 2;
    return {theme_.px(320), rows * (cellHeight() + theme_.px(24))};
}

QSize KeyNumbers::minimumSizeHint() const {
    return {theme_.px(120), theme_.px(80)};
}

void KeyNumbers::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

void KeyNumbers::arrange() {
    if (cells_.empty()) {
        return;
    }
    const int perRow = columns(), count = int(cells_.size());
    const int rows = (count + perRow - 1) / perRow;
    const int cell = cellHeight(), gap = theme_.px(12);
    const int columnWidth = (width() - gap * (perRow - 1)) / perRow;
    // Rows spread over the height there is; those that do not fit are left out whole, not cut.
    const int pitch =
        std::clamp(height() / std::max(1, rows), cell + theme_.px(4), cell + theme_.px(44));
    for (int i = 0; i < count; ++i) {
        const QRect place(i % perRow * (columnWidth + gap), i / perRow * pitch, columnWidth, cell);
        cells_[std::size_t(i)]->setGeometry(place);
        cells_[std::size_t(i)]->setVisible(i == 0 || place.bottom() <= height());
    }
    const QRect last = cells_.back()->geometry();
    const QRect under(last.left(), last.top() + cell, last.width(), theme_.px(16));
    speed_->setGeometry(under.bottom() <= height() ? under : QRect());
}

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cutout_view.h"

#include <QApplication>
#include <QClipboard>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/band_thumbnails.h"
#include "widgets/discard.h"
#include "widgets/elided_label.h"
#include "widgets/icon.h"
#include "widgets/number_text.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

const QString kNone{QChar(0x2013)};
// What the table needs beside the picture, and when the bands leave too little for that.
constexpr int kValuesWidth = 236, kLeastPicture = 150;

QString valueText(const LabelledValue& value, double number) {
    return value.withSign ? signedText(number, value.decimals) : fixedText(number, value.decimals);
}

QString labelText(const LabelledValue& value) {
    return value.label ? valueText(value, *value.label) : kNone;
}

QString posteriorText(const LabelledValue& value) {
    if (!value.mean) {
        return kNone;
    }
    const QString mean = valueText(value, *value.mean);
    return value.sigma ? mean + QStringLiteral(" ± ") + fixedText(*value.sigma, value.decimals)
                       : mean;
}

QString pullText(const LabelledValue& value) {
    const auto pull = pullOf(value);
    return pull ? signedText(*pull, 1) : kNone;
}

}  // namespace

std::optional<double> pullOf(const LabelledValue& value) {
    if (!value.label || !value.mean || !value.sigma || !(*value.sigma > 0)) {
        return std::nullopt;
    }
    return (*value.mean - *value.label) / *value.sigma;
}

CutoutView::CutoutView(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    build();
    connect(canvas_, &CutoutCanvas::readout, readout_, &ElidedLabel::setFullText);
    connect(bands_, &BandThumbnails::chosen, this, [this](int band) {
        CutoutDisplay display = canvas_->display();
        display.band = band;
        setDisplay(display);
        Q_EMIT displayChanged();
    });
    connect(posterior_, &QPushButton::clicked, this, [this] {
        if (details_) {
            Q_EMIT posteriorRequested(details_->row);
        }
    });
    connect(copy_, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(valuesText()); });
    connect(&theme, &Theme::changed, this, &CutoutView::measure);
    measure();
    setDetails(std::nullopt);
}

void CutoutView::build() {
    scroll_ = new QScrollArea(this);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setWidgetResizable(true);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll_->setFocusPolicy(Qt::NoFocus);
    scroll_->setAccessibleName(tr("Galaxy"));
    content_ = new QWidget;
    scroll_->setWidget(content_);
    content_->setAutoFillBackground(false);
    scroll_->viewport()->setAutoFillBackground(false);

    title_ = new QLabel(content_);
    setRole(title_, Role::title);
    place_ = new ElidedLabel(theme_, TextSize::caption, Colour::text3, content_);
    place_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    canvas_ = new CutoutCanvas(theme_, content_);
    bands_ = new BandThumbnails(theme_, content_);
    readout_ = new ElidedLabel(theme_, TextSize::caption, Colour::text2, content_);
    facts_ = new QLabel(content_);
    setRole(facts_, Role::field);
    facts_->setWordWrap(true);
    key_ = new QLabel(content_);
    setRole(key_, Role::caption);
    key_->setWordWrap(true);
    empty_ = new QLabel(tr("Choose a galaxy to see it large."), this);
    setRole(empty_, Role::caption);
    empty_->setAlignment(Qt::AlignCenter);
    table_ = new QGridLayout;
    table_->setColumnStretch(0, 1);

    auto* head = new QHBoxLayout;
    head->addWidget(title_);
    head->addWidget(place_, 1);
    pictures_ = new QBoxLayout(QBoxLayout::LeftToRight);
    pictures_->addWidget(canvas_, 1, Qt::AlignTop);
    pictures_->addWidget(bands_, 0, Qt::AlignTop);
    auto* seen = new QVBoxLayout;
    seen->addLayout(pictures_);
    seen->addStretch(1);
    values_ = new QWidget(content_);
    auto* told = new QVBoxLayout(values_);
    told->setContentsMargins(0, 0, 0, 0);
    told->addWidget(readout_);
    told->addLayout(table_);
    told->addWidget(facts_);
    told->addWidget(key_);
    told->addStretch(1);
    parts_ = new QBoxLayout(QBoxLayout::TopToBottom);
    parts_->addLayout(seen);
    parts_->addWidget(values_, 1);
    auto* column = new QVBoxLayout(content_);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(head);
    column->addLayout(parts_, 1);

    buttons_ = new QWidget(this);
    posterior_ = new QPushButton(tr("Show its posterior"), buttons_);
    setRole(posterior_, Role::primary);
    copy_ = new QPushButton(tr("Copy values"), buttons_);
    copy_->setIcon(themeIcon(theme_, QStringLiteral("copy")));
    auto* row = new QHBoxLayout(buttons_);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(posterior_);
    row->addWidget(copy_);
    row->addStretch(1);
    auto* whole = new QVBoxLayout(this);
    whole->addWidget(scroll_, 1);
    whole->addWidget(empty_, 1);
    whole->addWidget(buttons_);
}

void CutoutView::measure() {
    layout()->setContentsMargins(theme_.px(16), theme_.px(10), theme_.px(16), theme_.px(12));
    layout()->setSpacing(theme_.px(8));
    content_->layout()->setSpacing(theme_.px(6));
    content_->layout()->setContentsMargins(0, 0, theme_.px(2), 0);
    buttons_->layout()->setSpacing(theme_.px(8));
    table_->setHorizontalSpacing(theme_.px(12));
    table_->setVerticalSpacing(theme_.px(4));
    readout_->setFixedHeight(theme_.px(16));
    shownValues_.clear();
    values_->layout()->setSpacing(theme_.px(6));
    showValues();
    arrange();
}

void CutoutView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

void CutoutView::arrange() {
    const QMargins around = layout()->contentsMargins();
    const int gap = theme_.px(6), between = theme_.px(16);
    const int inside = width() - around.left() - around.right() - theme_.px(2);
    const int bands = bands_->sizeHint().width() + gap;
    const bool beside = width() > height();
    const bool below = !beside && bands_->inRows();
    pictures_->setDirection(below ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    pictures_->setSpacing(gap);
    parts_->setDirection(beside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    parts_->setSpacing(beside ? between : gap);
    if (!beside) {
        canvas_->setMinimumWidth(0);
        canvas_->setMaximumWidth(QWIDGETSIZE_MAX);
        bands_->setVisible(format_.channels > 1);
        return;
    }
    const int rest = inside - theme_.px(kValuesWidth) - between;
    const int left = height() - around.top() - around.bottom() - layout()->spacing() -
                     buttons_->sizeHint().height() - title_->sizeHint().height() - 2 * gap;
    // The bands can also be chosen in the bar above the galaxies.
    bands_->setVisible(format_.channels > 1 && !bands_->inRows() &&
                       bands_->sizeHint().height() <= left &&
                       rest - bands >= theme_.px(kLeastPicture));
    const int most = rest - (bands_->isHidden() ? 0 : bands);
    canvas_->setFixedWidth(std::max(theme_.px(96), std::min(most, left)));
}

void CutoutView::setFormat(const CutoutFormat& format) {
    format_ = format;
    canvas_->setFormat(format);
    bands_->setFormat(format);
    setDetails(std::nullopt);
    arrange();
}

void CutoutView::setDetails(const std::optional<CutoutDetails>& details) {
    details_ = details;
    scroll_->setVisible(details.has_value());
    buttons_->setVisible(details.has_value());
    empty_->setVisible(!details.has_value());
    if (!details) {
        return;
    }
    title_->setText(details->title);
    place_->setFullText(details->place);
    canvas_->setAccessibleName(details->title);
    canvas_->setPixels(details->pixels);
    canvas_->setOutlines(details->outlines);
    bands_->setPixels(details->pixels);
    facts_->setText(details->facts);
    facts_->setVisible(!details->facts.isEmpty());
    showKey();
    posterior_->setEnabled(true);
    showValues();
    arrange();
}

void CutoutView::setDisplay(const CutoutDisplay& display) {
    canvas_->setDisplay(display);
    bands_->setDisplay(display);
    showKey();
}

/// What lines and stripes on the picture mean.
void CutoutView::showKey() {
    QStringList key;
    if (details_ && details_->outlines.posterior) {
        key << tr("solid violet: posterior mean");
    }
    if (details_ && details_->outlines.label) {
        key << tr("dashed white: label");
    }
    if (details_ && details_->pixels && details_->pixels->size() == format_.pixels() &&
        !isWhole(format_, *details_->pixels, display())) {
        key << tr("hatched: no number there");
    }
    key_->setText(key.join(QStringLiteral(";  ")));
    key_->setVisible(!key.isEmpty());
}

CutoutDisplay CutoutView::display() const {
    return canvas_->display();
}

QLabel* CutoutView::cell(int row, int column, const QString& text, Qt::Alignment side) {
    auto* label = new QLabel(text, content_);
    setRole(label, row == 0 ? Role::caption : column == 0 ? Role::field : Role::value);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    table_->addWidget(label, row < 1 ? 0 : row + 1, column, side | Qt::AlignVCenter);
    return label;
}

void CutoutView::showValues() {
    const std::vector<LabelledValue> wanted =
        details_ ? details_->values : std::vector<LabelledValue>();
    if (wanted == shownValues_) {
        return;
    }
    shownValues_ = wanted;
    while (QLayoutItem* item = table_->takeAt(0)) {
        discard(item->widget());
        delete item;
    }
    if (!details_ || details_->values.empty()) {
        return;
    }
    cell(0, 1, tr("label"), Qt::AlignRight);
    cell(0, 2, tr("posterior"), Qt::AlignRight);
    cell(0, 3, tr("pull"), Qt::AlignRight)
        ->setToolTip(tr("(posterior mean − label) / posterior standard deviation"));
    auto* line = new QFrame(content_);
    setRole(line, Role::line);
    table_->addWidget(line, 1, 0, 1, 4);
    int row = 1;
    for (const LabelledValue& value : details_->values) {
        cell(row, 0, value.name, Qt::AlignLeft);
        cell(row, 1, labelText(value), Qt::AlignRight);
        cell(row, 2, posteriorText(value), Qt::AlignRight);
        cell(row, 3, pullText(value), Qt::AlignRight);
        ++row;
    }
}

QString CutoutView::valuesText() const {
    if (!details_) {
        return {};
    }
    QStringList lines{details_->title, tr("\tlabel\tposterior\tpull")};
    for (const LabelledValue& value : details_->values) {
        lines << QStringList{value.name, labelText(value), posteriorText(value), pullText(value)}
                     .join('\t');
    }
    if (!details_->facts.isEmpty()) {
        lines << details_->facts;
    }
    return lines.join('\n') + '\n';
}

}  // namespace shearbench::widgets

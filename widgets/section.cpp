// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/section.h"

#include <QFrame>
#include <QPainter>
#include <QVBoxLayout>

#include "widgets/icon.h"
#include "widgets/ringed_button.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {
constexpr int kFoldMilliseconds = 120;
}

/// Chevron, icon, title and summary; a button.
class SectionHeader : public RingedButton {
  public:
    SectionHeader(const Theme& theme, const QString& icon, const QString& title, QWidget* parent)
        : RingedButton(parent), theme_(theme), icon_(icon) {
        setText(title);
        setAccessibleName(title);
        setFocusPolicy(Qt::StrongFocus);
        setCheckable(true);
        setChecked(true);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        setAttribute(Qt::WA_Hover);
    }

    void setSummary(const QString& summary) {
        summary_ = summary;
        setAccessibleDescription(summary);
        update();
    }
    const QString& summary() const { return summary_; }

    QSize sizeHint() const override { return {theme_.px(200), theme_.px(34)}; }
    QSize minimumSizeHint() const override { return {theme_.px(120), theme_.px(34)}; }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const double px = theme_.scaled(1), middle = 0.5 * height();
        if (isDown() || underMouse()) {
            painter.fillRect(rect(), theme_.colour(isDown() ? Colour::pressed : Colour::hover));
        }
        paintIcon(painter, {10 * px, middle - 8 * px, 16 * px, 16 * px},
                  isChecked() ? QStringLiteral("down") : QStringLiteral("right"),
                  theme_.colour(Colour::text3));
        paintIcon(painter, {30 * px, middle - 9 * px, 18 * px, 18 * px}, icon_,
                  theme_.colour(Colour::text2));
        const QRectF words(56 * px, 0, width() - 68 * px, height());
        const QFont titleFont = theme_.font(TextSize::title),
                    small = theme_.font(TextSize::caption);
        painter.setFont(titleFont);
        painter.setPen(theme_.colour(Colour::text));
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, text());
        const double left = QFontMetricsF(titleFont).horizontalAdvance(text()) + 12 * px;
        painter.setFont(small);
        painter.setPen(theme_.colour(Colour::text3));
        painter.drawText(
            words, Qt::AlignRight | Qt::AlignVCenter,
            QFontMetricsF(small).elidedText(summary_, Qt::ElideRight, words.width() - left));
        if (hasRing()) {
            painter.setPen(QPen(theme_.colour(Colour::focus), 2));
            painter.drawRoundedRect(QRectF(rect()).adjusted(2, 2, -2, -2), 4 * px, 4 * px);
        }
    }

  private:
    const Theme& theme_;
    QString icon_, summary_;
};

Section::Section(const Theme& theme, const QString& icon, const QString& title, QWidget* body,
                 QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      header_(new SectionHeader(theme, icon, title, this)),
      clip_(new QWidget(this)),
      body_(body) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header_);
    column->addWidget(clip_);
    auto* inner = new QVBoxLayout(clip_);
    inner->addWidget(body_);
    auto* line = new QFrame(this);
    setRole(line, Role::line);
    column->addWidget(line);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);

    animation_.setDuration(kFoldMilliseconds);
    connect(&animation_, &QVariantAnimation::valueChanged, this,
            [this](const QVariant& value) { moveTo(value.toDouble()); });
    connect(&animation_, &QVariantAnimation::finished, this, [this] { moveTo(folded_ ? 0 : 1); });
    connect(header_, &QAbstractButton::toggled, this,
            [this](bool open) { setFolded(!open, isVisible()); });
    connect(&theme, &Theme::changed, this, &Section::measure);
    measure();
}

void Section::measure() {
    clip_->layout()->setContentsMargins(theme_.px(4), theme_.px(2), theme_.px(4), theme_.px(10));
    header_->updateGeometry();
}

QString Section::title() const {
    return header_->text();
}

void Section::setSummary(const QString& text) {
    header_->setSummary(text);
}

QString Section::summary() const {
    return header_->summary();
}

void Section::setFolded(bool folded, bool animate) {
    if (folded == folded_) {
        return;
    }
    folded_ = folded;
    header_->setChecked(!folded);
    animation_.stop();
    if (animate) {
        clip_->show();
        animation_.setStartValue(folded ? 1.0 : 0.0);
        animation_.setEndValue(folded ? 0.0 : 1.0);
        animation_.start();
    } else {
        moveTo(folded ? 0 : 1);
    }
    Q_EMIT foldedChanged(folded);
}

/// Shows the upper part of the body; 1 all of it and 0 nothing, also to the keyboard.
void Section::moveTo(double open) {
    if (animation_.state() == QAbstractAnimation::Running) {
        clip_->setMaximumHeight(int(open * clip_->sizeHint().height()));
        return;
    }
    clip_->setMaximumHeight(QWIDGETSIZE_MAX);
    clip_->setVisible(open > 0);
}

}  // namespace shearbench::widgets

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/note.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QRegularExpression>

#include "widgets/icon.h"
#include "widgets/style.h"

namespace shearbench::widgets {
namespace {

constexpr double kBar = 3, kIcon = 16, kPad = 10, kGap = 8, kButtonHeight = 28;

}  // namespace

Note::Note(const Theme& theme, QWidget* parent)
    : QFrame(parent),
      theme_(theme),
      label_(new QLabel(this)),
      buttonRow_(new QWidget(this)),
      buttons_{new QPushButton(buttonRow_), new QPushButton(buttonRow_)} {
    label_->setWordWrap(true);
    label_->setTextFormat(Qt::RichText);
    label_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    label_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* row = new QHBoxLayout(buttonRow_);
    row->setContentsMargins(0, 0, 0, 0);
    for (int i = 0; i < 2; ++i) {
        row->addWidget(buttons_[i]);
        buttons_[i]->hide();
        connect(buttons_[i], &QPushButton::clicked, this, [this, i] { Q_EMIT buttonPressed(i); });
    }
    row->addStretch(1);
    buttonRow_->hide();
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&theme, &Theme::changed, this, &Note::restyle);
    restyle();
}

void Note::setMessage(Severity severity, const QString& sentence, const QString& cause,
                      const QString& remedy) {
    if (severity == severity_ && sentence == sentence_ && cause == cause_ && remedy == remedy_) {
        return;
    }
    severity_ = severity;
    sentence_ = sentence;
    cause_ = cause;
    remedy_ = remedy;
    restyle();
}

void Note::setError(const QString& what, const QString& remedy, Severity severity) {
    // A full stop inside a number or a file name ends no sentence: a blank must follow.
    static const QRegularExpression end(QStringLiteral("[.:;]\\s+"));
    const auto match = end.match(what);
    if (!match.hasMatch()) {
        setMessage(severity, what, {}, remedy);
        return;
    }
    QString first = what.left(match.capturedStart());
    QString rest = what.mid(match.capturedEnd());
    if (!rest.isEmpty())
        rest[0] = rest[0].toUpper();
    setMessage(severity, first + QLatin1Char('.'), rest, remedy);
}

void Note::setButtons(const QStringList& texts, bool primary) {
    Q_ASSERT(texts.size() <= 2);
    for (int i = 0; i < 2; ++i) {
        const bool used = i < texts.size();
        buttons_[i]->setText(used ? texts[i] : QString());
        buttons_[i]->setAccessibleName(buttons_[i]->text());
        buttons_[i]->setVisible(used);
        setRole(buttons_[i], i == 0 && primary ? Role::primary : Role::none);
    }
    buttonRow_->setVisible(!texts.isEmpty());
    updateGeometry();
    resizeEvent(nullptr);
}

QString Note::text() const {
    return QStringList({sentence_, cause_, remedy_}).join(QLatin1Char(' ')).simplified();
}

QString Note::html() const {
    const auto escaped = [](const QString& text) {
        return text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"));
    };
    QString result = QStringLiteral("<b>%1</b>").arg(escaped(sentence_));
    if (!cause_.isEmpty()) {
        result += QLatin1Char(' ') + escaped(cause_);
    }
    if (!remedy_.isEmpty()) {
        result += QStringLiteral("<br>") + escaped(remedy_);
    }
    return result;
}

void Note::restyle() {
    label_->setText(html());
    label_->setFont(theme_.font(TextSize::body));
    buttonRow_->layout()->setSpacing(theme_.px(kGap));
    setAccessibleName(severity_ == Severity::error ? tr("Error") : tr("Warning"));
    setAccessibleDescription(text());
    label_->setAccessibleName(text());
    updateGeometry();
    resizeEvent(nullptr);
    update();
}

int Note::textWidth(int width) const {
    return qMax(1, width - theme_.px(kBar + kPad + kIcon + kGap + kPad));
}

int Note::bodyHeight(int width) const {
    return label_->heightForWidth(textWidth(width));
}

bool Note::buttonsBesideEachOther(int width) const {
    int needed = 0;
    for (const QPushButton* button : buttons_) {
        needed +=
            button->isVisibleTo(buttonRow_) ? button->sizeHint().width() + theme_.px(kGap) : 0;
    }
    return needed - theme_.px(kGap) <= textWidth(width);
}

int Note::buttonsHeight(int width) const {
    if (!buttonRow_->isVisibleTo(this)) {
        return 0;
    }
    const bool two = buttons_[1]->isVisibleTo(buttonRow_) && !buttonsBesideEachOther(width);
    return theme_.px(kButtonHeight) * (two ? 2 : 1) + (two ? theme_.px(kGap) : 0);
}

int Note::heightForWidth(int width) const {
    int height = qMax(bodyHeight(width), theme_.px(kIcon)) + 2 * theme_.px(kPad - 2);
    const int buttons = buttonsHeight(width);
    return buttons > 0 ? height + theme_.px(kGap) + buttons : height;
}

QSize Note::sizeHint() const {
    const int width = this->width() > theme_.px(160) ? this->width() : theme_.px(320);
    return {theme_.px(320), heightForWidth(width)};
}

QSize Note::minimumSizeHint() const {
    int button = 0;
    for (const QPushButton* each : buttons_) {
        button = qMax(button, each->isVisibleTo(buttonRow_) ? each->sizeHint().width() : 0);
    }
    const int around = width() - textWidth(width());
    return {qMax(theme_.px(180), around + button), sizeHint().height()};
}

void Note::resizeEvent(QResizeEvent*) {
    const int left = theme_.px(kBar + kPad + kIcon + kGap);
    const int across = textWidth(width()), textHeight = bodyHeight(width());
    label_->setGeometry(left, theme_.px(kPad - 2), across, textHeight);
    static_cast<QBoxLayout*>(buttonRow_->layout())
        ->setDirection(buttonsBesideEachOther(width()) ? QBoxLayout::LeftToRight
                                                       : QBoxLayout::TopToBottom);
    buttonRow_->setGeometry(left, theme_.px(kPad - 2 + kGap) + textHeight, across,
                            buttonsHeight(width()));
    updateGeometry();
}

void Note::showEvent(QShowEvent* event) {
    QFrame::showEvent(event);
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void Note::paintEvent(QPaintEvent*) {
    const bool error = severity_ == Severity::error;
    const QColor strong = theme_.colour(error ? Colour::fail : Colour::warn);
    QPainter painter(this);
    painter.fillRect(rect(), theme_.colour(error ? Colour::failSoft : Colour::warnSoft));
    painter.fillRect(QRect(0, 0, theme_.px(kBar), height()), strong);
    paintIcon(
        painter,
        QRectF(theme_.px(kBar + kPad), theme_.px(kPad - 2), theme_.px(kIcon), theme_.px(kIcon)),
        QStringLiteral("warning"), strong);
}

}  // namespace shearbench::widgets

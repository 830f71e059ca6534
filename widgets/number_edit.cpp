// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_edit.h"

#include <QKeyEvent>
#include <QLocale>
#include <algorithm>
#include <cmath>

namespace shearbench::widgets {
namespace {

/// Thousands separators and blanks out, an ordinary minus in.
QString bareNumber(QString text) {
    return text.remove(',').remove(' ').remove(QChar(0xA0)).replace(QChar(0x2212), '-');
}

/// The next number of 1, 2, 5, 10, ... above or below.
double nextRound(double value, bool up) {
    static constexpr double kSeries[] = {0.5, 1, 2, 5, 10, 20};
    if (!(value > 0)) {
        return value;
    }
    const double decade = std::pow(10.0, std::floor(std::log10(value)));
    const double digit = value / decade;
    double next = up ? 10 : 0.5;
    for (double candidate : kSeries) {
        if (up && candidate > digit * (1 + 1e-9)) {
            next = candidate;
            break;
        }
        if (!up && candidate < digit * (1 - 1e-9)) {
            next = candidate;
        }
    }
    return next * decade;
}

QString englishWhole(double value) {
    QLocale english(QLocale::English);
    return english.toString(value, 'f', 0);
}

}  // namespace

QString plainNumber(double value) {
    return QLocale::c().toString(value, 'g', QLocale::FloatingPointShortest);
}

NumberEdit::NumberEdit(Kind kind, double minimum, double maximum, QWidget* parent)
    : QLineEdit(parent), kind_(kind), minimum_(minimum), maximum_(maximum), value_(minimum) {
    if (kind == Kind::real) {
        step_ = 0;
    }
    connect(this, &QLineEdit::textEdited, this, &NumberEdit::read);
    connect(this, &QLineEdit::editingFinished, this, [this] {
        if (problem_.isEmpty()) {
            setText(textOf(value_));
        }
    });
    setValue(minimum);
}

void NumberEdit::setLeastText(const QString& text) {
    leastIsEmpty_ = true;
    setPlaceholderText(text);
    if (value_ == minimum_ && problem_.isEmpty() && !hasFocus()) {
        setText({});
    }
}

QString NumberEdit::textOf(double value) const {
    if (leastIsEmpty_ && value == minimum_) {
        return {};
    }
    return kind_ == Kind::whole ? englishWhole(value) : plainNumber(value);
}

void NumberEdit::setValue(double value) {
    if (std::isnan(value)) {
        return;
    }
    value_ = std::clamp(value, minimum_, maximum_);
    setText(textOf(value_));
    if (!problem_.isEmpty()) {
        problem_.clear();
        Q_EMIT problemChanged();
    }
}

void NumberEdit::read(const QString& text) {
    bool good = false;
    double value = QLocale::c().toDouble(bareNumber(text), &good);
    if (leastIsEmpty_ && text.trimmed().isEmpty()) {
        value = minimum_;
        good = true;
    }
    const bool whole = kind_ == Kind::real || value == std::floor(value);
    QString problem;
    if (!good || !std::isfinite(value) || !whole || value < minimum_ || value > maximum_) {
        problem =
            kind_ == Kind::whole
                ? tr("A whole number from %1 to %2.")
                      .arg(englishWhole(minimum_), englishWhole(maximum_))
                : tr("A number from %1 to %2.").arg(plainNumber(minimum_), plainNumber(maximum_));
    }
    if (problem != problem_) {
        problem_ = problem;
        Q_EMIT problemChanged();
    }
    if (problem.isEmpty() && value != value_) {
        value_ = value;
        Q_EMIT valueEdited();
    }
}

void NumberEdit::keyPressEvent(QKeyEvent* event) {
    const bool up = event->key() == Qt::Key_Up;
    if ((!up && event->key() != Qt::Key_Down) || isReadOnly()) {
        QLineEdit::keyPressEvent(event);
        return;
    }
    const double next = step_ > 0 ? value_ + (up ? step_ : -step_) : nextRound(value_, up);
    setText(textOf(std::clamp(next, minimum_, maximum_)));
    read(text());
    selectAll();
}

SeedEdit::SeedEdit(QWidget* parent) : QLineEdit(parent) {
    connect(this, &QLineEdit::textEdited, this, &SeedEdit::read);
    setValue(1);
}

void SeedEdit::setValue(std::uint64_t value) {
    value_ = value;
    setText(QString::number(value));
    if (!problem_.isEmpty()) {
        problem_.clear();
        Q_EMIT problemChanged();
    }
}

void SeedEdit::read(const QString& text) {
    bool good = false;
    const std::uint64_t value = bareNumber(text).toULongLong(&good);
    const QString problem =
        good ? QString() : tr("A whole number from 0 to 18,446,744,073,709,551,615.");
    if (problem != problem_) {
        problem_ = problem;
        Q_EMIT problemChanged();
    }
    if (good && value != value_) {
        value_ = value;
        Q_EMIT valueEdited();
    }
}

}  // namespace shearbench::widgets

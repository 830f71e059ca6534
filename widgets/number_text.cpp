// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_text.h"

#include <QLocale>
#include <cmath>

namespace shearbench::widgets {
namespace {

const QLocale& english() {
    static const QLocale locale(QLocale::English, QLocale::UnitedStates);
    return locale;
}

QString superscript(int exponent) {
    static const QString digits = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    QString result = exponent < 0 ? QString(QChar(0x207B)) : QString();
    for (const QChar digit : QString::number(qAbs(exponent))) {
        result += digits[digit.digitValue()];
    }
    return result;
}

QString infinityText(double value) {
    if (std::isnan(value)) {
        return QStringLiteral("NaN");
    }
    return (value < 0 ? QString(kMinus) : QString()) + QChar(0x221E);
}

/// Three digits and the unit, of powers of 1000, in which `value` is below 1000.
QString inThousands(double value, const char* const (&units)[7]) {
    std::size_t unit = 0;
    while (std::abs(value) >= 999.5 && unit + 1 < std::size(units)) {
        value /= 1000;
        ++unit;
    }
    return shortText(value, 3) + QLatin1String(units[unit]);
}

}  // namespace

QString fixedText(double value, int decimals) {
    if (!std::isfinite(value)) {
        return infinityText(value);
    }
    QString text = english().toString(std::abs(value), 'f', qBound(0, decimals, 15));
    const bool zero = std::none_of(text.cbegin(), text.cend(), [](QChar c) {
        return c >= QLatin1Char('1') && c <= QLatin1Char('9');
    });
    return value < 0 && !zero ? kMinus + text : text;
}

QString signedText(double value, int decimals) {
    const QString text = fixedText(value, decimals);
    const bool zero = text.toDouble() == 0 && !text.startsWith(kMinus) && value < 1;
    return value > 0 && !zero ? QLatin1Char('+') + text : text;
}

QString shortText(double value, int digits) {
    if (!std::isfinite(value)) {
        return infinityText(value);
    }
    if (value == 0) {
        return QStringLiteral("0");
    }
    digits = qBound(1, digits, 15);
    // Rounded first, so that 9.996 with three digits counts as 10.0.
    const QString scientific = QString::number(std::abs(value), 'e', digits - 1);
    const int e = scientific.indexOf(QLatin1Char('e'));
    const int exponent = scientific.mid(e + 1).toInt();
    const auto trimmed = [](QString text) {
        if (text.contains(QLatin1Char('.'))) {
            while (text.endsWith(QLatin1Char('0'))) {
                text.chop(1);
            }
            if (text.endsWith(QLatin1Char('.'))) {
                text.chop(1);
            }
        }
        return text;
    };
    if (exponent >= 7 || exponent < -4) {
        return (value < 0 ? QString(kMinus) : QString()) + trimmed(scientific.left(e)) +
               QStringLiteral(" × 10") + superscript(exponent);
    }
    return trimmed(fixedText(value, qMax(0, digits - 1 - exponent)));
}

QString countText(qint64 value) {
    QString text = english().toString(value);
    return text.replace(QLatin1Char('-'), kMinus);
}

QString plusMinusText(double value, int decimals) {
    return QChar(0xB1) + fixedText(value, decimals);
}

QString briefCountText(qint64 value) {
    static const char* const units[] = {"", "k", "M", "G", "T", "P", "E"};
    return qAbs(value) < 10000 ? countText(value) : inThousands(double(value), units);
}

QString bytesText(quint64 bytes) {
    static const char* const units[] = {" B", " kB", " MB", " GB", " TB", " PB", " EB"};
    return inThousands(double(bytes), units);
}

QString durationText(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0) {
        return infinityText(seconds);
    }
    if (seconds < 59.5) {
        return (seconds < 9.95 ? shortText(seconds, 2) : fixedText(seconds, 0)) +
               QStringLiteral(" s");
    }
    const qint64 minutes = std::llround(qMin(seconds, 3e9) / 60);
    if (minutes < 60) {
        return QStringLiteral("%1 min").arg(minutes);
    }
    if (minutes < 24 * 60) {
        return QStringLiteral("%1 h %2 min").arg(minutes / 60).arg(minutes % 60);
    }
    return QStringLiteral("%1 d %2 h").arg(minutes / (24 * 60)).arg(minutes / 60 % 24);
}

}  // namespace shearbench::widgets

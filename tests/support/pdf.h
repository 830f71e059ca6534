// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QRegularExpression>
#include <QString>
#include <cmath>
#include <vector>

// What a test has to know of the PDF files that Qt writes.

namespace shearbench::test {

/// What a page draws, as text: the compressed streams that hold text, one behind the other.
inline QString pageContent(const QByteArray& pdf) {
    QString content;
    const QByteArray begin("stream\n");
    for (int at = pdf.indexOf(begin); at >= 0; at = pdf.indexOf(begin, at + 1)) {
        const int start = at + begin.size(), end = pdf.indexOf("endstream", start);
        if (pdf.mid(at - 3, 3) == "end" || end < 0) {
            continue;
        }
        // Qt wants the length before the zlib stream; any that is large enough will do.
        const QByteArray packed = QByteArray::fromHex("00400000") + pdf.mid(start, end - start);
        const QByteArray plain = packed.mid(4, 1) == "\x78" ? qUncompress(packed) : QByteArray();
        if (plain.contains(" Tf")) {
            content += QString::fromLatin1(plain);
        }
    }
    return content;
}

/// The sizes in points that text is drawn in, one for each time a font is chosen: the font's size
/// times the scales of all transformations around it.
inline std::vector<double> typeSizes(const QByteArray& pdf) {
    static const QRegularExpression token(
        "(?:^|\\s)(?:(q)|(Q)|([-0-9.]+) ([-0-9.]+) ([-0-9.]+) ([-0-9.]+) \\S+ \\S+ cm|"
        "/\\S+ ([0-9.]+) Tf)(?=\\s|$)");
    std::vector<double> sizes, scales{1};
    auto found = token.globalMatch(pageContent(pdf));
    while (found.hasNext()) {
        const auto match = found.next();
        if (!match.captured(1).isEmpty()) {
            scales.push_back(scales.back());
        } else if (!match.captured(2).isEmpty()) {
            if (scales.size() > 1) {
                scales.pop_back();
            }
        } else if (!match.captured(7).isEmpty()) {
            sizes.push_back(match.captured(7).toDouble() * scales.back());
        } else {
            const auto number = [&](int i) { return match.captured(i).toDouble(); };
            scales.back() *= std::sqrt(std::abs(number(3) * number(6) - number(4) * number(5)));
        }
    }
    return sizes;
}

}  // namespace shearbench::test

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure_export.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QMimeData>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "widgets/theme.h"

namespace shearbench::widgets {
namespace {

// Units an inch in which figures are laid out: ten a point, so that fonts, whose sizes are whole
// units, have the size asked for.
constexpr double kUnitsPerInch = 720;
constexpr double kMmPerInch = 25.4, kCaptionPt = 8.25, kScreenDpi = 96;

struct Layout {
    Theme theme{Theme::Medium::figure};
    QSizeF size;  // units

    explicit Layout(const FigureOptions& options)
        : size(options.widthMm / kMmPerInch * kUnitsPerInch,
               options.heightMm / kMmPerInch * kUnitsPerInch) {
        theme.setDark(options.dark);
        theme.setFactor(kUnitsPerInch / kScreenDpi * options.captionPt / kCaptionPt);
    }

    void paint(const Figure& figure, QPainter& painter) const {
        painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing |
                               QPainter::SmoothPixmapTransform);
        painter.fillRect(QRectF({0, 0}, size), theme.colour(Colour::surface));
        figure.paintFigure(painter, size, theme);
    }
};

void check(const FigureOptions& options) {
    const auto inside = [](double value, double low, double high) {
        return value >= low && value <= high;  // false for NaN
    };
    if (!inside(options.widthMm, 20, 1000) || !inside(options.heightMm, 20, 1000)) {
        throw Error(ErrorKind::usage,
                    "A figure of " + std::to_string(options.widthMm) + " x " +
                        std::to_string(options.heightMm) + " mm cannot be saved.",
                    "Choose sides between 20 and 1000 mm.");
    }
    if (!inside(options.dpi, 30, 2400) || !inside(options.captionPt, 4, 24)) {
        throw Error(ErrorKind::usage, "The resolution or type size of the figure is out of range.",
                    "Choose 30 to 2400 dots an inch and type of 4 to 24 points.");
    }
}

/// The bundled font's weights that `document` uses, as a style sheet within it, so that its text
/// looks the same where the font is not installed.
QByteArray fontFaces(const QByteArray& document) {
    constexpr std::pair<const char*, const char*> kWeights[] = {
        {"400", "Regular"}, {"500", "Medium"}, {"600", "SemiBold"}, {"700", "Bold"}};
    QByteArray faces;
    for (const auto& [weight, name] : kWeights) {
        QFile font(
            QStringLiteral(":/shearbench/fonts/ShearbenchSans-%1.otf").arg(QLatin1String(name)));
        if (document.contains(QByteArray("font-weight=\"") + weight) &&
            font.open(QIODevice::ReadOnly)) {
            faces += QByteArray("@font-face { font-family: 'Shearbench Sans'; font-weight: ") +
                     weight + "; src: url(data:font/otf;base64," + font.readAll().toBase64() +
                     ") format('opentype'); }\n";
        }
    }
    return faces.isEmpty() ? faces : "<style type=\"text/css\">\n" + faces + "</style>\n";
}

QByteArray svg(const Figure& figure, const Layout& layout) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(int(kUnitsPerInch));
    generator.setSize(layout.size.toSize());
    generator.setViewBox(QRectF({0, 0}, layout.size));
    generator.setTitle(figure.figureTitle());
    generator.setDescription(QStringLiteral("Made with Shearbench"));
    QPainter painter(&generator);
    layout.paint(figure, painter);
    painter.end();
    if (const int defs = bytes.indexOf("<defs>"); defs >= 0) {
        bytes.insert(defs, fontFaces(bytes));
    }
    return bytes;
}

QByteArray pdf(const Figure& figure, const Layout& layout, const FigureOptions& options) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setCreator(QStringLiteral("Shearbench"));
    writer.setTitle(figure.figureTitle());
    writer.setResolution(int(kUnitsPerInch));
    writer.setPageSize(QPageSize(QSizeF(options.widthMm, options.heightMm), QPageSize::Millimeter,
                                 QString(), QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF());
    QPainter painter(&writer);
    layout.paint(figure, painter);
    painter.end();
    return bytes;
}

QImage image(const Figure& figure, const Layout& layout, double dpi) {
    const double scale = dpi / kUnitsPerInch;
    const QSize pixels = (layout.size * scale).toSize();
    constexpr int kMostPixels = 20'000;
    if (pixels.width() > kMostPixels || pixels.height() > kMostPixels) {
        throw Error(ErrorKind::usage,
                    "The picture would have " + std::to_string(pixels.width()) + " x " +
                        std::to_string(pixels.height()) + " pixels; 20,000 a side are possible.",
                    "Choose a lower resolution, a smaller size, or SVG or PDF.");
    }
    QImage result(pixels, QImage::Format_RGB32);
    if (result.isNull()) {
        throw Error(ErrorKind::run, "There is not enough memory for a picture of " +
                                        std::to_string(pixels.width()) + " x " +
                                        std::to_string(pixels.height()) + " pixels.");
    }
    result.fill(layout.theme.colour(Colour::surface));  // also what rounding leaves at the edges
    const int dotsPerMetre = qRound(dpi / kMmPerInch * 1000);
    QPainter painter(&result);
    painter.scale(scale, scale);
    layout.paint(figure, painter);
    painter.end();
    result.setDotsPerMeterX(dotsPerMetre);
    result.setDotsPerMeterY(dotsPerMetre);
    result.setText(QStringLiteral("Title"), figure.figureTitle());
    result.setText(QStringLiteral("Software"), QStringLiteral("Shearbench"));
    return result;
}

QByteArray png(const QImage& image) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

void write(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        throw Error(
            ErrorKind::run,
            path.toStdString() + " cannot be written: " + file.errorString().toStdString() + ".",
            "Choose a folder you may write to that has space left.");
    }
}

/// Shortest text that reads back as the same number, independent of the locale.
QString numberText(double value) {
    if (std::isnan(value)) {
        return QStringLiteral("nan");
    }
    if (std::isinf(value)) {
        return value < 0 ? QStringLiteral("-inf") : QStringLiteral("inf");
    }
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
    return QString::fromLatin1(buffer, int(end.ptr - buffer));
}

QString cellText(const QVariant& raw, const QVariant& shown) {
    switch (raw.type()) {
        case QVariant::Double:
            return numberText(raw.toDouble());
        case QVariant::Int:
        case QVariant::LongLong:
            return QString::number(raw.toLongLong());
        case QVariant::UInt:
        case QVariant::ULongLong:
            return QString::number(raw.toULongLong());
        default:
            return shown.toString();
    }
}

QString quoted(QString text, QChar separator) {
    // A formula that a spreadsheet would run is plain text to us.
    if (text.contains(separator) || text.contains(QLatin1Char('"')) ||
        text.contains(QLatin1Char('\n')) || text.contains(QLatin1Char('\r'))) {
        text.replace(QLatin1Char('"'), QStringLiteral("\"\""));
        return QLatin1Char('"') + text + QLatin1Char('"');
    }
    return text;
}

}  // namespace

QStringList saveFigure(Figure& figure, const QString& path, const FigureOptions& options) {
    return writeFigure(paintFigure(figure, path, options));
}

PaintedFigure paintFigure(Figure& figure, const QString& path, const FigureOptions& options) {
    check(options);
    const Layout layout(options);
    const QString ending = QFileInfo(path).suffix().toLower();
    PaintedFigure painted;
    painted.path = path;
    if (ending == QStringLiteral("svg")) {
        painted.document = svg(figure, layout);
    } else if (ending == QStringLiteral("pdf")) {
        painted.document = pdf(figure, layout, options);
    } else if (ending == QStringLiteral("png")) {
        painted.picture = image(figure, layout, options.dpi);
    } else {
        throw Error(ErrorKind::usage,
                    "A figure cannot be saved as " + QFileInfo(path).fileName().toStdString() + ".",
                    "Choose a name that ends in .svg, .pdf or .png.");
    }
    if (options.csv) {
        painted.numbers = tableText(*figure.figureTable(), QLatin1Char(',')).toUtf8();
    }
    return painted;
}

QStringList writeFigure(const PaintedFigure& painted) {
    write(painted.path, painted.picture.isNull() ? painted.document : png(painted.picture));
    QStringList written{painted.path};
    if (painted.numbers) {
        const int stem = painted.path.size() - QFileInfo(painted.path).suffix().size();
        written << painted.path.left(stem) + QStringLiteral("csv");
        write(written.last(), *painted.numbers);
    }
    return written;
}

void saveTable(const QAbstractItemModel& table, const QString& path) {
    write(path, tableText(table, QLatin1Char(',')).toUtf8());
}

QString tableText(const QAbstractItemModel& table, QChar separator) {
    const int rows = table.rowCount(), columns = table.columnCount();
    QString text;
    for (int column = 0; column < columns; ++column) {
        const QString head = table.headerData(column, Qt::Horizontal).toString();
        text += (column > 0 ? QString(separator) : QString()) + quoted(head, separator);
    }
    text += QLatin1Char('\n');
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            const QModelIndex index = table.index(row, column);
            if (column > 0) {
                text += separator;
            }
            text += quoted(cellText(index.data(Figure::kRawValueRole), index.data()), separator);
        }
        text += QLatin1Char('\n');
    }
    return text;
}

void copyFigureToClipboard(Figure& figure, const QSize& size) {
    FigureOptions options;
    options.widthMm = qBound(20.0, size.width() / kScreenDpi * kMmPerInch, 1000.0);
    options.heightMm = qBound(20.0, size.height() / kScreenDpi * kMmPerInch, 1000.0);
    options.captionPt = kCaptionPt;
    const Layout layout(options);
    auto* data = new QMimeData;
    data->setImageData(image(figure, layout, 2 * kScreenDpi));
    data->setData(QStringLiteral("image/svg+xml"), svg(figure, layout));
    data->setText(tableText(*figure.figureTable(), QLatin1Char('\t')));
    QApplication::clipboard()->setMimeData(data);
}

}  // namespace shearbench::widgets

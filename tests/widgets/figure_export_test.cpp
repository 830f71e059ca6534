// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure_export.h"

#include <gtest/gtest.h>

#include <QFile>
#include <QImage>
#include <QLocale>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <cmath>

#include "core/error.h"
#include "tests/support/pdf.h"
#include "tests/widgets/gallery.h"
#include "tests/widgets/pictures.h"
#include "widgets/loss_chart.h"
#include "widgets/posterior_view.h"

namespace shearbench::widgets {
namespace {

using test::typeSizes;

class FigureExportTest : public testing::Test {
  protected:
    FigureExportTest() : chart(theme) {
        ChartSpec spec;
        spec.title = "Training time";
        spec.x.title = "images per batch";
        spec.y.title = "seconds, \"wall\"";
        spec.y.scale = Scale::log;
        spec.series.push_back({"a",
                               "device A",
                               "published",
                               DeviceColour::ink,
                               {{2, 2000}, {4, 1000.1}, {8, 500}},
                               LineStyle::dashed,
                               Marker::circle});
        spec.series.push_back(
            {"b", "device B", {}, DeviceColour::green, {{2, 300, 280, 330}, {8, 0.1 + 0.2}}});
        spec.levels.push_back({700, "equal speed", Colour::ratioOne});
        spec.marks.push_back({4, "best"});
        chart.setSpec(spec);
        view.setScene(gallery::sampleScene(gallery::Stage::bayesian));
    }

    QByteArray saved(Figure& figure, const QString& name, const FigureOptions& options = {}) {
        const QStringList paths = saveFigure(figure, folder.filePath(name), options);
        QFile file(paths.first());
        EXPECT_TRUE(file.open(QIODevice::ReadOnly));
        return file.readAll();
    }
    /// The texts of an SVG, in order.
    static QStringList texts(const QByteArray& svg) {
        static const QRegularExpression element("<text[^>]*>([^<]*)</text>");
        QStringList result;
        auto found = element.globalMatch(QString::fromUtf8(svg));
        while (found.hasNext()) {
            result << found.next().captured(1).trimmed();
        }
        return result;
    }

    Theme theme;
    LineChart chart;
    PosteriorView view{theme};
    QTemporaryDir folder;
};

TEST_F(FigureExportTest, SvgHasTitlesLabelsAndCurvesAsTextAndLines) {
    const QByteArray svg = saved(chart, "time.svg");
    const QStringList all = texts(svg);
    for (const char* wanted : {"images per batch", "device A", "published", "device B",
                               "equal speed", "best", "1,000"}) {
        EXPECT_TRUE(all.contains(wanted)) << wanted << " in " << all.join('|').toStdString();
    }
    EXPECT_TRUE(all.join('|').contains("log scale"));
    // Both curves, in their light colours.
    EXPECT_TRUE(
        svg.contains(QByteArray("stroke=\"") + theme.line(DeviceColour::ink).name().toLatin1()));
    EXPECT_TRUE(
        svg.contains(QByteArray("stroke=\"") + theme.line(DeviceColour::green).name().toLatin1()));
    EXPECT_TRUE(svg.contains("Shearbench Sans"));
}

TEST_F(FigureExportTest, TypeAndPageHaveTheSizeAskedForWhateverTheWindowLooksLike) {
    theme.setDark(true);
    theme.setPresentation(true);
    FigureOptions options;
    options.widthMm = 88;
    options.heightMm = 60;
    options.captionPt = 7;
    const QByteArray svg = saved(chart, "column.svg", options);
    const QString text = QString::fromUtf8(svg);
    EXPECT_TRUE(text.contains(QRegularExpression("width=\"8(8|7\\.9|8\\.0)[0-9]*mm\"")))
        << svg.left(400).data();
    // The picture has 720 units an inch: 7 pt are 70 units.
    EXPECT_TRUE(text.contains("font-size=\"70\"")) << svg.left(3000).data();
    EXPECT_TRUE(svg.contains("#ffffff"));  // light
    const QByteArray pdf = saved(chart, "column.pdf", options);
    EXPECT_TRUE(pdf.startsWith("%PDF"));
    const std::vector<double> sizes = typeSizes(pdf);
    ASSERT_GT(sizes.size(), 10u);
    for (const double size : sizes) {
        EXPECT_GE(size, 7 - 1e-9);
        EXPECT_LE(size, 9);
    }
    const auto box = QRegularExpression("MediaBox ?\\[ ?[0.]+ [0.]+ ([0-9.]+) ([0-9.]+)")
                         .match(QString::fromLatin1(pdf.constData(), pdf.size()));
    ASSERT_TRUE(box.hasMatch());
    EXPECT_NEAR(box.captured(1).toDouble(), 88 / 25.4 * 72, 1);
    EXPECT_NEAR(box.captured(2).toDouble(), 60 / 25.4 * 72, 1);
    options.dpi = 200;
    saved(chart, "column.png", options);
    const QImage png(folder.filePath("column.png"));
    EXPECT_NEAR(png.width(), 88 / 25.4 * 200, 1);
    EXPECT_NEAR(png.dotsPerMeterX(), 200 / 0.0254, 1);
    EXPECT_GT(pixelsOf(png, QColor(0x30, 0x36, 0x3E), {}, 0.2), 100);
    // Rounding to whole pixels leaves no edge undrawn.
    EXPECT_EQ(pixelsOf(png, Qt::white, QRect(0, png.height() - 1, png.width(), 1), 0.01),
              png.width());
    EXPECT_EQ(pixelsOf(png, Qt::white, QRect(png.width() - 1, 0, 1, png.height()), 0.01),
              png.height());
}

TEST_F(FigureExportTest, PosteriorsExportWithLegendAndNumbers) {
    const QByteArray svg = saved(view, "posterior.svg");
    const QString all = texts(svg).join('|');
    for (const char* wanted :
         {"aleatoric", "epistemic", "total", "truth", "galaxy 1228", "39.3, 86.5, 98.9 %"}) {
        EXPECT_TRUE(all.contains(wanted)) << wanted << " in " << all.toStdString();
    }
    saved(view, "posterior.png");
    EXPECT_GT(pixelsOf(QImage(folder.filePath("posterior.png")), QColor(0x4A, 0x46, 0xC8), {}, 0.2),
              500);
    EXPECT_TRUE(saved(view, "posterior.pdf").startsWith("%PDF"));
}

TEST_F(FigureExportTest, CsvStandsBesideInFullPrecisionInAnyLocale) {
    QLocale::setDefault(QLocale(QLocale::German));
    const QStringList paths = saveFigure(chart, folder.filePath("time.svg"), {});
    QLocale::setDefault(QLocale::c());
    ASSERT_EQ(paths.size(), 2);
    EXPECT_TRUE(paths[1].endsWith("time.csv"));
    QFile file(paths[1]);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const QStringList lines = QString::fromUtf8(file.readAll()).split('\n');
    EXPECT_EQ(lines[0], "images per batch,device A,device B,\"device B, low\",\"device B, high\"");
    EXPECT_EQ(lines[1], "2,2000,300,280,330");
    EXPECT_EQ(lines[2], "4,1000.1,,,");
    EXPECT_EQ(lines[3], "8,500,0.30000000000000004,,");
}

TEST_F(FigureExportTest, RefusalsSayWhyAndLeaveFilesAlone) {
    EXPECT_THROW(saveFigure(chart, folder.filePath("figure.gif")), Error);
    EXPECT_THROW(saveFigure(chart, folder.filePath("no/such/folder/figure.svg")), Error);
    FigureOptions odd;
    odd.widthMm = std::nan("");
    EXPECT_THROW(saveFigure(chart, folder.filePath("a.svg"), odd), Error);
    odd.widthMm = 1000;
    odd.dpi = 2400;
    EXPECT_THROW(saveFigure(chart, folder.filePath("a.png"), odd), Error);
    EXPECT_TRUE(QDir(folder.path()).isEmpty());
    // A folder stands where the file should: what is there stays.
    QDir(folder.path()).mkdir("taken.svg");
    EXPECT_THROW(saveFigure(chart, folder.filePath("taken.svg")), Error);
    EXPECT_EQ(QDir(folder.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
              QStringList("taken.svg"));
}

}  // namespace
}  // namespace shearbench::widgets

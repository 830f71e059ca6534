// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/figures.h"

#include <gtest/gtest.h>

#include <QFile>
#include <QImage>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "app/benchmark_scenes.h"
#include "tests/core/benchmark/sample_results.h"
#include "tests/support/pdf.h"
#include "tests/support/temporary_folder.h"
#include "widgets/line_chart.h"

namespace shearbench::test {
namespace {

using app::BenchmarkView;
using benchmark::Kind;
using benchmark::Quantity;
using benchmark::Results;

/// The sample with the three networks, and generation.
Results everything() {
    Results results = benchmark::sampleResults();
    for (const char* device : {"cpu", "eigen"}) {
        const double slow = device == std::string("cpu") ? 1 : 4;
        for (const int batch : {2, 4, 6, 8})
            results.points.push_back(
                benchmark::samplePoint(device, batch, 0.002 * slow * batch, "bayesian"));
        for (const int batch : {2, 14})
            results.points.push_back(
                benchmark::samplePoint(device, batch, 0.003 * slow * batch, "generative"));
        for (const int images : {1, 10, 5000}) {
            auto point =
                benchmark::samplePoint(device, images, 0.001 * slow * images, "generative");
            point.task.kind = Kind::generation;
            results.points.push_back(point);
        }
    }
    return results;
}

QByteArray read(const QString& path) {
    QFile file(path);
    EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << path.toStdString();
    return file.readAll();
}

/// The texts of an SVG in one.
QString textsOf(const QByteArray& svg) {
    static const QRegularExpression element("<text[^>]*>([^<]*)</text>");
    QStringList texts;
    auto found = element.globalMatch(QString::fromUtf8(svg));
    while (found.hasNext())
        texts << found.next().captured(1).trimmed();
    return texts.join(QLatin1Char(' '));
}

/// A CSV as columns by their heads; empty cells are NaN. Heads in quotes hold no quotes here.
std::map<QString, std::vector<double>> columnsOf(const QString& path) {
    std::map<QString, std::vector<double>> columns;
    QStringList heads;
    for (const QString& line : QString::fromUtf8(read(path)).split('\n', Qt::SkipEmptyParts)) {
        static const QRegularExpression cell("(?:^|,)(?:\"([^\"]*)\"|([^,]*))");
        QStringList cells;
        auto found = cell.globalMatch(line);
        while (found.hasNext()) {
            const auto match = found.next();
            cells << match.captured(1) + match.captured(2);
        }
        if (heads.isEmpty()) {
            heads = cells;
            continue;
        }
        for (int i = 0; i < heads.size(); ++i)
            columns[heads[i]].push_back(cells.value(i).isEmpty() ? std::nan("")
                                                                 : cells[i].toDouble());
    }
    return columns;
}

class FiguresTest : public testing::Test {
  protected:
    app::FigureSet setIn(const std::string& name, std::vector<Results> results) {
        app::FigureSet set;
        set.results = std::move(results);
        set.folder = QString::fromStdString(folder / name);
        set.dpi = 60;
        set.command = "shearbench figures --results r.json --out out";
        return set;
    }
    QString path(const std::string& name) const { return QString::fromStdString(folder / name); }

    TemporaryFolder folder;
    widgets::DeviceColours colours;
};

TEST_F(FiguresTest, ChartsDrawThePublishedNumbers) {
    std::ifstream stream(SHEARBENCH_TESTS_DIR "/../resources/published_results.json");
    const auto document = nlohmann::json::parse(stream);
    const std::tuple<const char*, Kind, const char*> subjects[] = {
        {"deterministic_training", Kind::training, "deterministic"},
        {"bayesian_training", Kind::training, "bayesian"},
        {"generation", Kind::generation, "generative"}};
    const std::pair<const char*, const char*> devices[] = {{"V100", "published/v100"},
                                                           {"GC2", "published/gc2"}};
    for (const auto& [part, kind, network] : subjects)
        for (const std::vector<Results>& measured : {std::vector<Results>{}, {everything()}}) {
            BenchmarkView view;
            view.request = {kind, network, Quantity::seconds};
            const auto spec = widgets::sizeSpec(app::timeScene(measured, view, colours));
            for (const auto& [device, key] : devices) {
                std::map<double, double> expected, drawn;
                const auto& sizes = document[part][kind == Kind::training ? "batch" : "images"];
                for (std::size_t i = 0; i < sizes.size(); ++i)
                    expected[sizes[i]] = document[part][device][i];
                if (const auto beyond = std::string(device) + "_beyond_GC2_memory";
                    document[part].contains(beyond))
                    for (std::size_t i = 0; i < document[part][beyond]["batch"].size(); ++i)
                        expected[document[part][beyond]["batch"][i]] =
                            document[part][beyond]["seconds"][i];
                for (const widgets::Series& series : spec.series)
                    if (series.key == key) {
                        EXPECT_EQ(series.style, widgets::LineStyle::dashed);
                        for (const widgets::ChartPoint& point : series.points)
                            drawn[point.x] = point.y;
                    }
                EXPECT_EQ(drawn, expected) << part << ' ' << device;
            }
        }
}

TEST_F(FiguresTest, RatiosFollowFromTheTimesBesideThem) {
    app::makeFigures(setIn("out", {everything()}));
    for (const std::string name :
         {"figure_2_deterministic", "figure_3_bayesian", "figure_4_generation"}) {
        const auto times = columnsOf(path("out/" + name + "_time.csv"));
        const auto ratios = columnsOf(path("out/" + name + "_ratio.csv"));
        const bool generation = name == "figure_4_generation";
        const QString x = generation ? "images to generate" : "images per batch";
        ASSERT_TRUE(times.contains("Tesla V100")) << name;
        int compared = 0;
        for (const auto& [head, values] : ratios) {
            static const QRegularExpression bounds("^B = (.*?)(, low|, high)?$");
            const auto match = bounds.match(head);
            if (!match.hasMatch())
                continue;
            const QString b = match.captured(1), bound = match.captured(2);
            const auto& sizes = times.at(x);
            for (std::size_t row = 0; row < values.size(); ++row) {
                if (std::isnan(values[row]))
                    continue;
                const auto found = std::find(sizes.begin(), sizes.end(), ratios.at(x)[row]);
                ASSERT_NE(found, sizes.end());
                const auto at = static_cast<std::size_t>(found - sizes.begin());
                const double ratio = times.at("Tesla V100")[at] / times.at(b)[at];
                // The bounds of B change places; published times have none.
                double expected = ratio;
                if (bound == ", low")
                    expected = times.at("Tesla V100")[at] / times.at(b + ", high")[at];
                if (bound == ", high")
                    expected = ratio * (2 - times.at(b + ", low")[at] / times.at(b)[at]);
                EXPECT_NEAR(values[row], expected, 1e-12 * expected)
                    << name << ' ' << head.toStdString();
                ++compared;
            }
        }
        EXPECT_GE(compared, 12) << name;
    }
}

TEST_F(FiguresTest, AreTheSameBytesTwice) {
    const QStringList first = app::makeFigures(setIn("one", {everything()}));
    const QStringList second = app::makeFigures(setIn("two", {everything()}));
    ASSERT_EQ(first.size(), second.size());
    static const QRegularExpression date("/CreationDate \\(D:[^)]*\\)");
    for (int i = 0; i < first.size(); ++i) {
        QByteArray a = read(first[i]), b = read(second[i]);
        EXPECT_FALSE(a.isEmpty()) << first[i].toStdString();
        if (first[i].endsWith(".pdf")) {
            a = QString::fromLatin1(a).remove(date).toLatin1();
            b = QString::fromLatin1(b).remove(date).toLatin1();
        }
        EXPECT_EQ(a, b) << first[i].toStdString();
    }
}

TEST_F(FiguresTest, HoldEveryCurveLabelAndTitleInTypeThatCanBeRead) {
    app::makeFigures(setIn("out", {everything()}));
    const std::map<std::string, QStringList> wanted = {
        {"figure_2_deterministic", {"seconds for 100 epochs of 8,000 images", "images per batch"}},
        {"figure_3_bayesian", {"seconds for 100 epochs of 8,000 images", "images per batch"}},
        {"figure_4_generation", {"seconds to generate the images", "images to generate"}},
        {"figure_5_generative", {"seconds for 100 epochs of 8,000 images", "images per batch"}}};
    for (const auto& [name, words] : wanted)
        for (const std::string panel : {"", "_time", "_ratio"}) {
            const QByteArray svg = read(path("out/" + name + panel + ".svg"));
            const QString texts = textsOf(svg);
            QStringList all{words[1], "sample processor", "sample processor, plainly"};
            if (panel != "_ratio")
                all << words[0];
            if (panel != "_time" && name != "figure_5_generative")
                all << "R = 1, equal speed"
                    << "A faster"
                    << "B faster"
                    << "A = Tesla V100";
            if (name != "figure_5_generative")
                all << "Graphcore GC2";
            for (const QString& text : all)
                EXPECT_TRUE(texts.contains(text))
                    << name << panel << ": " << text.toStdString() << " in " << texts.toStdString();
            EXPECT_FALSE(texts.contains(QChar(0x2026))) << "cut: " << texts.toStdString();
            EXPECT_TRUE(svg.contains("font/otf;base64"));
            const QByteArray pdf = read(path("out/" + name + panel + ".pdf"));
            const auto sizes = typeSizes(pdf);
            EXPECT_GE(sizes.size(), 8u);
            for (const double size : sizes) {
                EXPECT_GE(size, 7 - 1e-9) << name << panel;
                EXPECT_LE(size, 9) << name << panel;
            }
            // Both fonts are within the file.
            EXPECT_EQ(pdf.count("/FontFile2"), pdf.count("/FontDescriptor\n"));
            const QImage png(path("out/" + name + panel + ".png"));
            EXPECT_NEAR(png.width(), (panel.empty() ? 180 : 88) / 25.4 * 60, 1);
        }
    EXPECT_EQ(read(path("out/command.txt")), "shearbench figures --results r.json --out out\n");
    EXPECT_TRUE(read(path("out/table_1_devices.csv")).contains("Graphcore Colossus GC2"));
    EXPECT_TRUE(read(path("out/remarks.txt"))
                    .contains("figure_2_deterministic: Not only devices differ: protocol quick "
                              "against paper"));
    EXPECT_EQ(read(path("out/results.json")),
              QByteArray::fromStdString(benchmark::toJson(everything())));
}

TEST_F(FiguresTest, OfNothingAreThePublishedTimes) {
    const QStringList written = app::makeFigures(setIn("out", {}));
    EXPECT_TRUE(QFile::exists(path("out/figure_2_deterministic.pdf")));
    EXPECT_TRUE(textsOf(read(path("out/figure_4_generation.svg"))).contains("Tesla V100"));
    EXPECT_FALSE(written.isEmpty());
}

TEST_F(FiguresTest, AnotherMachineIsNamedAndWhatDiffersIsSaid) {
    Results other = everything();
    other.name = other.machine.host = "other machine";
    other.protocol.method = benchmark::Method::paper;
    const std::vector<Results> both{everything(), other};
    BenchmarkView view;
    const QString warning = app::comparisonWarning(both, view);
    EXPECT_TRUE(warning.contains("protocol quick against paper")) << warning.toStdString();
    const auto scene = app::timeScene(both, view, colours);
    ASSERT_EQ(scene.curves.size(), 6u);
    EXPECT_TRUE(scene.curves[2].label.contains("other machine"))
        << scene.curves[2].label.toStdString();
    EXPECT_NE(scene.curves[0].colour, scene.curves[2].colour);
    // Alike but for the device there is nothing to say, among measured ones.
    view.request = {Kind::training, "generative", Quantity::seconds};
    EXPECT_EQ(app::comparisonWarning({everything()}, view), QString());
}

TEST_F(FiguresTest, GenerationSaysHowLongACatalogueWouldTake) {
    BenchmarkView view;
    view.request = {Kind::generation, "generative", Quantity::seconds};
    const auto scene = app::timeScene({everything()}, view, colours);
    ASSERT_EQ(scene.curves.size(), 4u);
    // 50 ms an image: 2.26e9 galaxies in 1,308 days; 3.3849 s for 5000 on the V100: 18 days.
    EXPECT_TRUE(scene.curves[0].note.endsWith("; CosmoDC2 in 1,308 days"))
        << scene.curves[0].note.toStdString();
    EXPECT_EQ(scene.curves[2].note, "published 2021; CosmoDC2 in 18 days");
    view.request.quantity = Quantity::imagesPerSecond;
    EXPECT_EQ(app::timeScene({everything()}, view, colours).curves[2].note, "published 2021");
}

TEST_F(FiguresTest, MemoryIsSetBesideTheSmallestPublishedDevice) {
    BenchmarkView view;
    view.request.quantity = Quantity::memoryMB;
    Results results = everything();
    results.devices[0].memoryCapMB = 100;
    const auto spec = widgets::sizeSpec(app::timeScene({results}, view, colours));
    ASSERT_EQ(spec.levels.size(), 2u);
    EXPECT_EQ(spec.levels[0].y, 286);
    EXPECT_EQ(spec.levels[1].y, 100);
}

}  // namespace
}  // namespace shearbench::test

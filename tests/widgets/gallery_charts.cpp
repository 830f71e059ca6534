// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QTextStream>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <random>

#include "tests/widgets/gallery.h"
#include "widgets/key_numbers.h"
#include "widgets/loss_chart.h"
#include "widgets/note.h"
#include "widgets/number_text.h"
#include "widgets/pane.h"
#include "widgets/posterior_view.h"
#include "widgets/speed_chart.h"

namespace shearbench::widgets::gallery {
namespace {

LossCurve lossCurve(double until, bool fails) {
    LossCurve curve;
    curve.quantity = QStringLiteral("mean of −log p(e₁, e₂, z), lower is better");
    curve.epochs = 110;
    curve.warmUpEpochs = 10;
    std::mt19937 random(5);
    std::normal_distribution<double> noise;
    double best = 1e9;
    const auto loss = [&](double epoch) {
        double value = -2.62 + 3.9 * std::exp(-epoch / 9);
        if (fails && epoch > 36) {
            value += 0.08 * std::pow(epoch - 36, 2);
        }
        return value;
    };
    for (double epoch = 0.125; epoch <= until; epoch += 0.125) {
        const double start = epoch < 0.3 ? 12 : 0;
        curve.training.push_back({epoch, loss(epoch) - 0.1 + start + 0.03 * noise(random)});
    }
    for (int epoch = 1; epoch <= int(until); ++epoch) {
        const double value = loss(epoch) + 0.0012 * epoch + 0.02 * noise(random);
        curve.validation.push_back({double(epoch), value});
        if (value < best) {
            best = value;
            curve.bestEpoch = epoch;
        }
    }
    if (fails) {
        curve.training.push_back({until, std::nan("")});
        curve.failure = QStringLiteral("NaN, stopped");
    }
    return curve;
}

SpeedCurve speedCurve() {
    SpeedCurve curve{
        QStringLiteral("minutes"), QStringLiteral("this computer"), DeviceColour::green, {}};
    std::mt19937 random(9);
    std::normal_distribution<double> noise;
    for (int i = 0; i < 240; ++i) {
        curve.points.push_back({i * 0.05, 452 + 9 * noise(random)});
    }
    return curve;
}

ChartSpec timeSpec() {
    ChartSpec spec;
    spec.title = QStringLiteral("Training time against batch size");
    spec.x.title = QStringLiteral("images per batch");
    spec.x.minimum = 0.6;
    spec.x.maximum = 25;
    spec.x.ticks = {2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24};
    spec.x.format = [](double x) { return QStringLiteral("Batch %1").arg(shortText(x)); };
    spec.y.title = QStringLiteral("seconds for 100 epochs of 8,000 images");
    spec.y.scale = Scale::log;
    spec.y.format = [](double y) { return QStringLiteral("%1 s").arg(shortText(y)); };
    const auto series = [&](const char* label, const char* note, DeviceColour colour,
                            bool published, Marker marker, double from, double slope, int last) {
        Series s{QString::fromUtf8(label),
                 QString::fromUtf8(label),
                 QString::fromUtf8(note),
                 colour,
                 {}};
        s.style = published ? LineStyle::dashed : LineStyle::solid;
        s.marker = marker;
        for (int batch = 2; batch <= last; batch += 2) {
            const double y = from * std::pow(batch / 2.0, slope);
            s.points.push_back({double(batch), y});
            if (!published) {
                s.points.back().low = 0.93 * y;
                s.points.back().high = 1.1 * y;
            }
        }
        spec.series.push_back(s);
    };
    series("sample A", "dashed, hollow", DeviceColour::ink, true, Marker::circle, 2000, -0.75, 24);
    series("sample B", "ends at batch 14", DeviceColour::blue, true, Marker::square, 190, -0.1, 14);
    series("sample C", "this computer", DeviceColour::green, false, Marker::circle, 2300, -0.14,
           12);
    series("sample D", "median of 5, IQR", DeviceColour::purple, false, Marker::diamond, 126, -0.72,
           24);
    spec.pending = ChartPending{14, 1750, DeviceColour::green, QStringLiteral("sample C"),
                                QStringLiteral("batch 14 now")};
    spec.series[2].label.clear();
    return spec;
}

ChartSpec ratioSpec() {
    ChartSpec spec = timeSpec();
    spec.title = QStringLiteral("Speed ratio against batch size");
    spec.y.title = QStringLiteral("time on A / time on B");
    spec.y.format = [](double y) { return shortText(y, 3); };
    spec.pending.reset();
    const auto reference = spec.series[0].points;
    spec.series.erase(spec.series.begin());
    for (Series& series : spec.series) {
        for (std::size_t i = 0; i < series.points.size(); ++i) {
            ChartPoint& p = series.points[i];
            const double y = reference[i].y / p.y;
            p = {p.x, y, y * p.y / p.high, y * p.y / p.low};
        }
        series.note.clear();
    }
    spec.series[1].label = QStringLiteral("B = sample C");
    spec.levels.push_back({1, QStringLiteral("R = 1, equal speed"), Colour::ratioOne});
    const double infinity = std::numeric_limits<double>::infinity();
    spec.zones.push_back({1, infinity, QStringLiteral("B faster"), Colour::accent, true});
    spec.zones.push_back({-infinity, 1, QStringLiteral("A faster"), Colour::warn, false});
    return spec;
}

Pane* chartPane(const Theme& theme, QWidget* parent, const QString& title, const QString& context,
                const ChartSpec& spec) {
    auto* pane = new Pane(theme, title, parent);
    auto* chart = new LineChart(theme);
    chart->setSpec(spec);
    pane->setContent(chart, chart);
    pane->setContext(context);
    return pane;
}

}  // namespace

QWidget* lossSheet(const Theme& theme, bool fails) {
    auto* pane = new Pane(theme, QStringLiteral("Loss"));
    auto* body = new QWidget;
    auto* row = new QHBoxLayout(body);
    auto* chart = new LossChart(theme);
    chart->setCurve(lossCurve(fails ? 41 : 73, fails));
    row->addWidget(chart, 5);
    row->setContentsMargins(0, 0, theme.px(12), theme.px(8));
    if (fails) {
        auto* note = new Note(theme);
        note->setMessage(
            Note::Severity::error, QStringLiteral("Training stopped: the loss became NaN."),
            QStringLiteral("At epoch 41, step 88 of 125. The learning rate 0.1 is a hundred "
                           "times the usual 0.001, and the gradient grew from 4 to 9×10⁷ in "
                           "the last five epochs."),
            QStringLiteral("Epoch 35, the best, is saved."));
        note->setButtons(
            {QStringLiteral("Resume from epoch 35 at 0.001"), QStringLiteral("Show the batch")},
            true);
        auto* column = new QVBoxLayout;
        column->addWidget(note);
        column->addStretch(1);
        row->addLayout(column, 2);
    } else {
        auto* numbers = new KeyNumbers(theme);
        numbers->setNumbers(
            {{QStringLiteral("Best validation loss"), fixedText(-2.6, 2), "epoch 55, kept"},
             {QStringLiteral("Scatter of e₁, e₂"), fixedText(0.041, 3), "at SNR above 50"},
             {QStringLiteral("Inside 1 σ"), QStringLiteral("39.8 %"), "39.3 % expected"},
             {QStringLiteral("Speed"), QStringLiteral("460 img/s"), "30.4 ms a step of 14"}});
        numbers->setSpeed(speedCurve());
        row->addWidget(numbers, 2);
    }
    pane->setContent(body, chart);
    pane->resize(theme.px(1080), theme.px(264));
    return pane;
}

QWidget* chartSheet(const Theme& theme) {
    auto* sheet = new QWidget;
    auto* row = new QHBoxLayout(sheet);
    row->addWidget(chartPane(theme, sheet, QStringLiteral("Training time"),
                             QStringLiteral("against batch size; sample data"), timeSpec()));
    auto* ratio =
        chartPane(theme, sheet, QStringLiteral("Speed ratio"),
                  QStringLiteral("R = time on A / time on B; a context that is far too long to fit "
                                 "into the header of a pane as narrow as this one is"),
                  ratioSpec());
    row->addWidget(ratio);
    sheet->resize(theme.px(1320), theme.px(330));
    static_cast<LineChart*>(static_cast<Pane*>(row->itemAt(0)->widget())->content())->setCursor(8);
    return sheet;
}

QWidget* smallChartSheet(const Theme& theme) {
    auto* sheet = new QWidget;
    auto* row = new QHBoxLayout(sheet);
    row->addWidget(chartPane(theme, sheet, QStringLiteral("Training time"),
                             QStringLiteral("against batch size; sample data"), timeSpec()));
    auto* pane = new Pane(theme, QStringLiteral("Training speed"), sheet);
    auto* speed = new SpeedChart(theme);
    speed->setCurve(speedCurve());
    pane->setContent(speed, speed);
    row->addWidget(pane);
    sheet->resize(theme.px(760), theme.px(250));
    return sheet;
}

QWidget* paneSheet(const Theme& theme) {
    auto* sheet = new QWidget;
    auto* row = new QHBoxLayout(sheet);
    auto* empty = new Pane(theme, QStringLiteral("Posterior ellipses"), sheet);
    auto* chart = new LineChart(theme);
    empty->setContent(chart, chart);
    empty->setEmpty(
        {QStringLiteral("data"),
         QStringLiteral("For single galaxies, the shape the network believes and how sure it is "
                        "will appear here. This needs a trained network and a readable file."),
         QStringLiteral("Choose another file")});
    row->addWidget(empty, 3);
    auto* table = chartPane(theme, sheet, QStringLiteral("Training time"),
                            QStringLiteral("as a table"), timeSpec());
    table->showTable(true);
    row->addWidget(table, 4);
    auto* notes = new QVBoxLayout;
    auto* warning = new Note(theme);
    warning->setMessage(Note::Severity::warning, QStringLiteral("Batch 64 does not fit."),
                        QStringLiteral("It needs 359 MB; the cap for this device is 286 MB."));
    warning->setButtons({QStringLiteral("Use batch 50"), QStringLiteral("Remove the cap")});
    notes->addWidget(warning);
    auto* error = new Note(theme);
    error->setError(
        QStringLiteral("The images cannot be read. Dataset image_array (512 × 4 × 160 × 160) is "
                       "compressed with LZF, filter 32000; the HDF5 library here has only gzip and "
                       "szip."),
        QStringLiteral("Rewrite the file once, about 20 s: h5repack -f GZIP=4 in.h5 out.h5"));
    error->setButtons({QStringLiteral("Copy the command"), QStringLiteral("Other file")});
    notes->addWidget(error);
    notes->addStretch(1);
    row->addLayout(notes, 2);
    sheet->resize(theme.px(1320), theme.px(330));
    return sheet;
}

void printUpdateCosts(const Theme& theme) {
    for (const int points : {600, 10'000, 100'000}) {
        LossChart chart(theme);
        chart.resize(800, 240);
        QImage image(chart.size(), QImage::Format_ARGB32_Premultiplied);
        LossCurve curve = lossCurve(73, false);
        curve.training.clear();
        std::vector<double> set, drawn;
        for (int i = 0; i < points; ++i) {
            curve.training.push_back({73.0 * i / points, -2.5 + 3 * std::exp(-8.0 * i / points)});
        }
        for (int i = 0; i < 40; ++i) {
            curve.training.back().setY(-2.4 + 0.001 * i);
            QElapsedTimer clock;
            clock.start();
            chart.setCurve(curve);
            set.push_back(double(clock.nsecsElapsed()) * 1e-6);
            chart.render(&image);
            drawn.push_back(double(clock.nsecsElapsed()) * 1e-6);
        }
        std::sort(set.begin(), set.end());
        std::sort(drawn.begin(), drawn.end());
        QTextStream(stdout) << "loss chart, " << points << " points: " << set[20]
                            << " ms, with drawing " << drawn[20] << " ms\n";
    }
    PosteriorView view(theme);
    view.resize(660, 290);
    QImage image(view.size(), QImage::Format_ARGB32_Premultiplied);
    std::vector<double> times;
    PosteriorScene scene = sampleScene(Stage::bayesian);
    for (int i = 0; i < 40; ++i) {
        scene.galaxies[0].posterior->mean[0] += 0.001;
        QElapsedTimer clock;
        clock.start();
        view.setScene(scene);
        view.render(&image);
        times.push_back(double(clock.nsecsElapsed()) * 1e-6);
    }
    std::sort(times.begin(), times.end());
    QTextStream(stdout) << "posterior ellipses, 6 galaxies: " << times[20] << " ms with drawing\n";
}

}  // namespace shearbench::widgets::gallery

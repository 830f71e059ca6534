// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/figures.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <QPainter>
#include <QStandardItemModel>
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "app/device_table.h"
#include "app/local_devices.h"
#include "app/welcome_sky.h"
#include "core/error.h"
#include "core/files.h"
#include "core/training_command.h"
#include "widgets/line_chart.h"
#include "widgets/number_item.h"
#include "widgets/number_text.h"

namespace shearbench::app {

namespace {

using benchmark::Kind;
using benchmark::Results;
using widgets::Figure;
using widgets::numberItem;

constexpr double kPanelShape = 0.72;  // height over width of a panel
constexpr int kGalaxies = 18, kGalaxyColumns = 9;
constexpr const char* kEndings[] = {"pdf", "svg", "png"};

QString tr(const char* text) {
    return QCoreApplication::translate("Figures", text);
}

/// Two charts side by side, as in the paper.
class ChartPair final : public Figure {
  public:
    ChartPair(widgets::LineChart& left, widgets::LineChart& right, QString title)
        : panels_{&left, &right}, title_(std::move(title)) {
        table_.setHorizontalHeaderLabels(
            {tr("panel"), tr("curve"), left.spec().x.title, tr("value"), tr("low"), tr("high")});
        for (const widgets::LineChart* panel : panels_)
            for (const widgets::Series& series : panel->spec().series)
                for (const widgets::ChartPoint& point : series.points)
                    table_.appendRow({new QStandardItem(panel->spec().title),
                                      new QStandardItem(series.label), numberItem(point.x),
                                      numberItem(point.y), numberItem(point.low),
                                      numberItem(point.high)});
    }

    QString figureTitle() const override { return title_; }
    QAbstractItemModel* figureTable() override { return &table_; }
    void paintFigure(QPainter& painter, const QSizeF& size,
                     const widgets::Theme& theme) const override {
        const QSizeF half(size.width() / 2, size.height());
        for (std::size_t i = 0; i < panels_.size(); ++i) {
            painter.save();
            painter.translate(static_cast<double>(i) * half.width(), 0);
            panels_[i]->paintFigure(painter, half, theme);
            painter.restore();
        }
    }

  private:
    std::array<widgets::LineChart*, 2> panels_;
    QString title_;
    QStandardItemModel table_;
};

/// Colour pictures of galaxies in rows.
class GalaxySheet final : public Figure {
  public:
    explicit GalaxySheet(QVector<QImage> pictures) : pictures_(std::move(pictures)) {
        table_.setHorizontalHeaderLabels({tr("galaxy"), tr("row"), tr("column")});
        for (int i = 0; i < pictures_.size(); ++i)
            table_.appendRow({numberItem(i + 1), numberItem(i / kGalaxyColumns + 1),
                              numberItem(i % kGalaxyColumns + 1)});
    }

    QString figureTitle() const override {
        return tr("Simulated galaxies, colours of the i, r and g bands");
    }
    QAbstractItemModel* figureTable() override { return &table_; }
    void paintFigure(QPainter& painter, const QSizeF& size,
                     const widgets::Theme& theme) const override {
        const double gap = theme.scaled(2);
        const int rows = (pictures_.size() + kGalaxyColumns - 1) / kGalaxyColumns;
        const double side = std::min((size.width() - gap) / kGalaxyColumns,
                                     (size.height() - gap) / std::max(1, rows)) -
                            gap;
        for (int i = 0; i < pictures_.size(); ++i)
            painter.drawImage(QRectF(gap + i % kGalaxyColumns * (side + gap),
                                     gap + i / kGalaxyColumns * (side + gap), side, side),
                              pictures_[i]);
    }

  private:
    QVector<QImage> pictures_;
    QStandardItemModel table_;
};

/// The charts of one network.
struct Panels {
    Panels(const std::vector<Results>& results, const BenchmarkView& view)
        : time(theme), ratio(theme) {
        widgets::DeviceColours colours;
        localDevices(colours);
        time.setSpec(widgets::sizeSpec(timeScene(results, view, colours)));
        ratio.setSpec(widgets::ratioSpec(ratioScene(results, view, colours), false));
        pair.emplace(time, ratio, time.spec().title);
    }

    widgets::Theme theme;
    widgets::LineChart time, ratio;
    std::optional<ChartPair> pair;
};

std::string deviceTable(const std::vector<Results>& results) {
    DeviceTable table;
    table.setDevices(results);
    return widgets::tableText(table, QLatin1Char(',')).toStdString();
}

std::string extrapolationTable(const std::vector<Results>& all) {
    const auto& catalogue = benchmark::published().extrapolation;
    QStandardItemModel table;
    table.setHorizontalHeaderLabels({tr("device"), tr("images at a time"),
                                     tr("days for the %1 galaxies of %2")
                                         .arg(widgets::shortText(catalogue.galaxies),
                                              QString::fromStdString(catalogue.catalogue)),
                                     tr("low"), tr("high")});
    for (const benchmark::Curve& curve :
         benchmark::curves(all, {Kind::generation, "generative", benchmark::Quantity::seconds}))
        if (const auto days = benchmark::extrapolatedDays(curve, catalogue.galaxies))
            table.appendRow({new QStandardItem(curveName(all, curve)), numberItem(days->size),
                             numberItem(days->value), numberItem(days->low),
                             numberItem(days->high)});
    return widgets::tableText(table, QLatin1Char(',')).toStdString();
}

}  // namespace

QStringList saveFigureWithSource(Figure& figure, const QString& path,
                                 const widgets::FigureOptions& options,
                                 const FigureSource& source) {
    return writeFigureWithSource(widgets::paintFigure(figure, path, options), source);
}

QStringList writeFigureWithSource(const widgets::PaintedFigure& painted,
                                  const FigureSource& source) {
    QStringList written = widgets::writeFigure(painted);
    const QString& path = painted.path;
    const QString base = path.left(path.size() - QFileInfo(path).suffix().size() - 1);
    const QString experiment = base + QStringLiteral(".experiment.json");
    writeText(experiment.toStdString(), toJson(source.experiment));
    written << experiment;
    if (!source.command.isEmpty()) {
        const QString command = base + QStringLiteral(".command.txt");
        writeText(command.toStdString(), source.command.toStdString() + "\n");
        written << command;
    }
    return written;
}

QVector<QImage> drawFigureGalaxies() {
    return drawWelcomeSky(kGalaxies);
}

FigureMaker::FigureMaker(FigureSet set) : set_(std::move(set)) {
    plan();
}

FigureMaker::~FigureMaker() = default;

void FigureMaker::makeNext() {
    if (done_ == 0 && !QDir().mkpath(set_.folder))
        throw Error(ErrorKind::data,
                    "The folder " + set_.folder.toStdString() + " could not be made.",
                    "Choose a folder you may write to.");
    steps_.at(done_)();
    ++done_;
}

void FigureMaker::plan() {
    const widgets::Journal& journal = set_.journal;
    const auto galaxies = std::make_shared<std::unique_ptr<GalaxySheet>>();
    for (const char* ending : kEndings)
        steps_.emplace_back([this, galaxies, ending, page = journal.pageMm] {
            if (!*galaxies)
                *galaxies = std::make_unique<GalaxySheet>(
                    set_.galaxies.isEmpty() ? drawFigureGalaxies() : set_.galaxies);
            save(**galaxies, QStringLiteral("figure_1_galaxies"), ending, page,
                 page * 2 / kGalaxyColumns);
        });
    int number = 5;
    for (const auto& [kind, network] : subjects(set_.results)) {
        const int known = kind == Kind::generation     ? 4
                          : network == "deterministic" ? 2
                          : network == "bayesian"      ? 3
                                                       : 0;
        planBenchmark(known ? known : number++, kind, network);
    }
    steps_.emplace_back([this] {
        if (!remarks_.isEmpty())
            saveText(QStringLiteral("remarks.txt"), remarks_.toStdString());
        saveText(QStringLiteral("table_1_devices.csv"), deviceTable(set_.results));
        saveText(QStringLiteral("generation_of_cosmodc2.csv"), extrapolationTable(set_.results));
        saveText(QStringLiteral("command.txt"), set_.command.toStdString() + "\n");
    });
    for (std::size_t i = 0; i < set_.results.size(); ++i)
        steps_.emplace_back([this, i] {
            const Results& results = set_.results[i];
            const QString name =
                i == 0 ? QStringLiteral("results") : QStringLiteral("results_%1").arg(i + 1);
            saveText(name + QStringLiteral(".json"), benchmark::toJson(results));
            saveText(name + QStringLiteral(".csv"), benchmark::toCsv(results));
            saveText(name + QStringLiteral(".experiment.json"), toJson(results.experiment));
        });
}

void FigureMaker::planBenchmark(int number, Kind kind, const std::string& network) {
    BenchmarkView view;
    view.request.kind = kind;
    view.request.network = network;
    const QString subject =
        kind == Kind::generation ? QStringLiteral("generation") : QString::fromStdString(network);
    const QString name = QStringLiteral("figure_%1_%2").arg(number).arg(subject);
    if (const QString remark = comparisonWarning(set_.results, view); !remark.isEmpty())
        remarks_ += name + QStringLiteral(": ") + remark + QLatin1Char('\n');
    const auto panels = std::make_shared<std::unique_ptr<Panels>>();
    const auto add = [&](const char* which, double widthMm, double heightMm, auto choose) {
        for (const char* ending : kEndings)
            steps_.emplace_back([=, this] {
                if (!*panels)
                    *panels = std::make_unique<Panels>(set_.results, view);
                save(choose(**panels), name + QLatin1String(which), ending, widthMm, heightMm);
            });
    };
    const double page = set_.journal.pageMm, column = set_.journal.columnMm;
    add("", page, page / 2 * kPanelShape, [](Panels& p) -> Figure& { return *p.pair; });
    add("_time", column, column * kPanelShape, [](Panels& p) -> Figure& { return p.time; });
    add("_ratio", column, column * kPanelShape, [](Panels& p) -> Figure& { return p.ratio; });
}

void FigureMaker::save(Figure& figure, const QString& name, const char* ending, double widthMm,
                       double heightMm) {
    widgets::FigureOptions options;
    options.widthMm = widthMm;
    options.heightMm = heightMm;
    options.dpi = set_.dpi;
    options.captionPt = set_.captionPt;
    options.csv = ending == kEndings[0];
    written_ << widgets::saveFigure(
        figure, QStringLiteral("%1/%2.%3").arg(set_.folder, name, QLatin1String(ending)), options);
}

void FigureMaker::saveText(const QString& name, const std::string& content) {
    const QString file = set_.folder + QLatin1Char('/') + name;
    writeText(file.toStdString(), content);
    written_ << file;
}

QStringList makeChartFigure(const std::vector<Results>& results, const ChartFigure& figure,
                            const QString& path, const widgets::FigureOptions& options,
                            const QString& command) {
    if (benchmark::curves(results, figure.view.request).empty())
        throw Error(ErrorKind::usage,
                    "Nothing was measured or published of " +
                        subjectName(figure.view.request.kind, figure.view.request.network)
                            .toLower()
                            .toStdString() +
                        ".",
                    "Name the network of a benchmark, or generation.");
    Panels panels(results, figure.view);
    widgets::LineChart& chart = figure.ratio ? panels.ratio : panels.time;
    if (figure.xRange)
        chart.setXRange(figure.xRange->first, figure.xRange->second);
    if (figure.yRange)
        chart.setYRange(figure.yRange->first, figure.yRange->second);
    const Experiment experiment = results.empty() ? Experiment() : results.front().experiment;
    return saveFigureWithSource(chart, path, options, {command, experiment});
}

QString chartOptions(const ChartFigure& figure, const widgets::FigureOptions& options) {
    const BenchmarkView& view = figure.view;
    const widgets::FigureOptions usual;
    QString text =
        figure.ratio ? QStringLiteral(" --chart ratio") : QStringLiteral(" --chart time");
    const auto add = [&](bool given, const QString& words) {
        if (given)
            text += QLatin1Char(' ') + words;
    };
    const auto number = [](double value) {
        return QString::number(value, 'g', QLocale::FloatingPointShortest);
    };
    const auto range = [&](const char* name, const auto& ends) {
        if (ends)
            add(true, QStringLiteral("--%1 %2 %3")
                          .arg(QLatin1String(name), number(ends->first), number(ends->second)));
    };
    const auto word = [](const std::string& given) {
        return QString::fromStdString(shellWord(given));
    };
    const bool generation = view.request.kind == Kind::generation;
    const std::string network = generation ? "generation" : view.request.network;
    add(network != "deterministic", QStringLiteral("--network ") + word(network));
    add(!figure.ratio && view.request.quantity != benchmark::Quantity::seconds,
        QStringLiteral("--quantity ") + quantityId(view.request.quantity));
    add(figure.ratio && !view.a.empty(), QStringLiteral("--a ") + word(view.a));
    add(figure.ratio && !view.b.empty(), QStringLiteral("--b ") + word(view.b));
    add(view.logX, QStringLiteral("--log-x"));
    add(figure.ratio ? !view.logRatio : !view.logY, QStringLiteral("--linear-y"));
    range("x-range", figure.xRange);
    range("y-range", figure.yRange);
    text += QStringLiteral(" --width %1 --height %2")
                .arg(number(options.widthMm), number(options.heightMm));
    add(options.captionPt != usual.captionPt,
        QStringLiteral("--type-size ") + number(options.captionPt));
    add(options.dpi != usual.dpi, QStringLiteral("--dpi ") + number(options.dpi));
    add(options.dark, QStringLiteral("--dark"));
    return text;
}

QStringList makeFigures(const FigureSet& set) {
    FigureMaker maker(set);
    while (maker.done() < maker.steps())
        maker.makeNext();
    return maker.written();
}

}  // namespace shearbench::app

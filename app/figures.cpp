// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/figures.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QPainter>
#include <QStandardItemModel>
#include <algorithm>
#include <cmath>

#include "app/benchmark_scenes.h"
#include "app/device_table.h"
#include "app/local_devices.h"
#include "app/welcome_sky.h"
#include "core/error.h"
#include "core/files.h"
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

/// Writes the files of one set, name by name.
class FigureWriter {
  public:
    explicit FigureWriter(const FigureSet& set) : set_(set) {}

    void save(Figure& figure, const QString& name, double widthMm, double heightMm) {
        widgets::FigureOptions options;
        options.widthMm = widthMm;
        options.heightMm = heightMm;
        options.dpi = set_.dpi;
        options.captionPt = set_.captionPt;
        for (const char* ending : {"pdf", "svg", "png"}) {
            options.csv = ending == std::string("pdf");
            written_ << widgets::saveFigure(figure, path(name, ending), options);
        }
    }
    void text(const QString& name, const std::string& content) {
        const QString file = set_.folder + QLatin1Char('/') + name;
        writeText(file.toStdString(), content);
        written_ << file;
    }
    const QStringList& written() const { return written_; }

  private:
    QString path(const QString& name, const char* ending) const {
        return QStringLiteral("%1/%2.%3").arg(set_.folder, name, QLatin1String(ending));
    }

    const FigureSet& set_;
    QStringList written_;
};

void saveBenchmark(FigureWriter& writer, const FigureSet& set, int number, Kind kind,
                   const std::string& network) {
    const widgets::Theme theme;
    widgets::DeviceColours colours;
    localDevices(colours);
    BenchmarkView view;
    view.request.kind = kind;
    view.request.network = network;
    widgets::LineChart time(theme), ratio(theme);
    time.setSpec(widgets::sizeSpec(timeScene(set.results, view, colours)));
    ratio.setSpec(widgets::ratioSpec(ratioScene(set.results, view, colours), false));
    const QString subject =
        kind == Kind::generation ? QStringLiteral("generation") : QString::fromStdString(network);
    const QString name = QStringLiteral("figure_%1_%2").arg(number).arg(subject);
    ChartPair pair(time, ratio, time.spec().title);
    const widgets::Journal& journal = set.journal;
    writer.save(pair, name, journal.pageMm, journal.pageMm / 2 * kPanelShape);
    const double height = journal.columnMm * kPanelShape;
    writer.save(time, name + QStringLiteral("_time"), journal.columnMm, height);
    writer.save(ratio, name + QStringLiteral("_ratio"), journal.columnMm, height);
}

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
    QStringList written = widgets::saveFigure(figure, path, options);
    const QString ending = QFileInfo(path).suffix();
    const QString base = path.left(path.size() - ending.size() - 1);
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

QStringList makeFigures(const FigureSet& set) {
    if (!QDir().mkpath(set.folder))
        throw Error(ErrorKind::data,
                    "The folder " + set.folder.toStdString() + " could not be made.",
                    "Choose a folder you may write to.");
    FigureWriter writer(set);
    GalaxySheet galaxies(drawWelcomeSky(kGalaxies));
    writer.save(galaxies, QStringLiteral("figure_1_galaxies"), set.journal.pageMm,
                set.journal.pageMm * 2 / kGalaxyColumns);
    int number = 5;
    for (const auto& [kind, network] : subjects(set.results)) {
        const int known = kind == Kind::generation     ? 4
                          : network == "deterministic" ? 2
                          : network == "bayesian"      ? 3
                                                       : 0;
        saveBenchmark(writer, set, known ? known : number++, kind, network);
    }
    writer.text(QStringLiteral("table_1_devices.csv"), deviceTable(set.results));
    writer.text(QStringLiteral("generation_of_cosmodc2.csv"), extrapolationTable(set.results));
    for (std::size_t i = 0; i < set.results.size(); ++i) {
        const QString name =
            i == 0 ? QStringLiteral("results") : QStringLiteral("results_%1").arg(i + 1);
        writer.text(name + QStringLiteral(".json"), benchmark::toJson(set.results[i]));
        writer.text(name + QStringLiteral(".csv"), benchmark::toCsv(set.results[i]));
        writer.text(name + QStringLiteral(".experiment.json"), toJson(set.results[i].experiment));
    }
    writer.text(QStringLiteral("command.txt"), set.command.toStdString() + "\n");
    return writer.written();
}

}  // namespace shearbench::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/quality_view.h"

#include <QAbstractTableModel>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "widgets/elided_label.h"
#include "widgets/galaxy_grid.h"
#include "widgets/line_chart.h"
#include "widgets/number_text.h"
#include "widgets/plain_header.h"

namespace shearbench::widgets {

namespace {

constexpr int kBins = 40;
constexpr int kTableWidth = 430, kNeighboursWidth = 330, kRow = 19;
constexpr int kDigits = 3;
/// Shares of the values that may lie beyond the range that is drawn, at either end.
constexpr double kTail = 0.01;
/// A quantity is drawn on a logarithmic axis where so many of its values are above zero and their
/// range is that wide.
constexpr double kPositive = 0.97, kWide = 30;

enum Column { kName, kHalves, kReconstructed, kGenerated, kTimes, kColumns };

/// Where the values of all sets lie but for the tails.
std::pair<double, double> rangeOf(std::vector<double> values) {
    if (values.empty()) {
        return {0, 1};
    }
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        return values[std::size_t(share * double(values.size() - 1))];
    };
    const double low = at(kTail), high = at(1 - kTail);
    return high > low ? std::pair(low, high) : std::pair(low - 0.5, low + 0.5);
}

/// Shares of the values in equal bins from `low` to `high`, in percent, at the bins' middles; all
/// of it in logarithms where `log`.
std::vector<ChartPoint> histogram(const std::vector<double>& values, double low, double high,
                                  bool log) {
    std::vector<double> counts(kBins);
    const double from = log ? std::log10(low) : low, to = log ? std::log10(high) : high;
    for (const double value : values) {
        if (log && !(value > 0)) {
            continue;
        }
        const double place = ((log ? std::log10(value) : value) - from) / (to - from) * kBins;
        if (place >= 0 && place < kBins) {
            counts[std::size_t(place)] += 1;
        }
    }
    std::vector<ChartPoint> points;
    for (std::size_t bin = 0; bin < counts.size(); ++bin) {
        const double middle = from + (double(bin) + 0.5) / kBins * (to - from);
        points.push_back({log ? std::pow(10, middle) : middle,
                          100 * counts[bin] / double(std::max<std::size_t>(1, values.size()))});
    }
    return points;
}

std::vector<ChartPoint> spectrum(const std::vector<double>& shares) {
    std::vector<ChartPoint> points;
    for (std::size_t k = 1; k < shares.size(); ++k) {
        points.push_back({double(k), 100 * shares[k]});
    }
    return points;
}

bool isLogarithmic(const std::vector<double>& all, double low, double high) {
    const auto positive = std::count_if(all.begin(), all.end(), [](double v) { return v > 0; });
    return double(positive) >= kPositive * double(all.size()) && high > 0 &&
           high / std::max(low, 1e-300) > kWide;
}

QString distanceText(double distance) {
    if (!std::isfinite(distance)) {
        return QString(QChar(0x2013));
    }
    // Large ones too: 1,350,000, not 1,349,812.
    return shortText(QString::number(distance, 'e', kDigits - 1).toDouble(), kDigits);
}

}  // namespace

class QualityView::Table : public QAbstractTableModel {
  public:
    Table(const Theme& theme, const QualityScene& scene, QObject* parent)
        : QAbstractTableModel(parent), theme_(theme), scene_(scene) {}

    void reset() {
        beginResetModel();
        endResetModel();
    }

    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(scene_.quantities.size());
    }
    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : kColumns;
    }

    QVariant data(const QModelIndex& index, int role) const override {
        const QualityQuantity& quantity = scene_.quantities[std::size_t(index.row())];
        switch (role) {
            case Qt::DisplayRole:
                return text(quantity, index.column());
            case Qt::TextAlignmentRole:
                return int(Qt::AlignVCenter |
                           (index.column() == kName ? Qt::AlignLeft : Qt::AlignRight));
            case Qt::ForegroundRole:
                return theme_.colour(index.column() == kHalves ? Colour::text2 : Colour::text);
            default:
                return {};
        }
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        return orientation == Qt::Horizontal && role == Qt::ToolTipRole
                   ? QVariant(tipOf(section))
                   : columnHead(orientation, role, headOf(section), section == kName);
    }

  private:
    static QString headOf(int column) {
        switch (column) {
            case kName:
                return tr("Distance in");
            case kHalves:
                return tr("Real halves");
            case kReconstructed:
                return tr("Reconstructed");
            case kGenerated:
                return tr("Generated");
            default:
                return tr("× halves");
        }
    }
    static QString tipOf(int column) {
        switch (column) {
            case kName:
                return tr("What the galaxies are compared in");
            case kHalves:
                return tr(
                    "Of two halves of the real galaxies from each other: what chance alone "
                    "makes");
            case kReconstructed:
                return tr("Of the reconstructed galaxies from the real ones");
            case kGenerated:
                return tr("Of the generated galaxies from the real ones");
            default:
                return tr("Generated over real halves; 1 would be indistinguishable");
        }
    }
    static QString text(const QualityQuantity& quantity, int column) {
        switch (column) {
            case kName:
                return quantity.unit.isEmpty()
                           ? quantity.name
                           : QStringLiteral("%1, %2").arg(quantity.name, quantity.unit);
            case kHalves:
                return distanceText(quantity.halves);
            case kReconstructed:
                return distanceText(quantity.reconstructed);
            case kGenerated:
                return distanceText(quantity.generated);
            default:
                return quantity.halves > 0 ? distanceText(quantity.generated / quantity.halves)
                                           : distanceText(std::nan(""));
        }
    }

    const Theme& theme_;
    const QualityScene& scene_;
};

QualityView::QualityView(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      model_(new Table(theme, scene_, this)),
      table_(new QTableView),
      chart_(new LineChart(theme)),
      neighbours_(new GalaxyGrid(theme)) {
    table_->setModel(model_);
    table_->setAccessibleName(tr("Distances of reconstructed and generated galaxies"));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setShowGrid(false);
    table_->setFrameShape(QFrame::NoFrame);
    table_->setTabKeyNavigation(false);
    table_->setWordWrap(false);
    table_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table_->viewport()->setAutoFillBackground(false);
    table_->verticalHeader()->hide();
    table_->horizontalHeader()->setHighlightSections(false);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table_->horizontalHeader()->setSectionResizeMode(kName, QHeaderView::Stretch);
    neighbours_->setAccessibleName(tr("Training galaxies nearest to generated ones"));
    auto* row = new QHBoxLayout(this);
    row->addWidget(table_);
    row->addWidget(chart_, 1);
    row->addWidget(neighbours_);
    setFocusProxy(table_);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &QualityView::showChart);
    connect(&theme, &Theme::changed, this, &QualityView::measure);
    measure();
}

QualityView::~QualityView() = default;

void QualityView::setScene(QualityScene scene) {
    const int before = std::max(0, chosen());
    scene_ = std::move(scene);
    model_->reset();
    choose(std::min(before, int(scene_.quantities.size()) - 1));
    showChart();
    showNeighbours();
    measure();
}

int QualityView::chosen() const {
    return table_->currentIndex().row();
}

void QualityView::choose(int quantity) {
    table_->setCurrentIndex(model_->index(quantity, 0));
}

void QualityView::showChart() {
    ChartSpec spec;
    if (const auto at = std::size_t(chosen()); at < scene_.quantities.size()) {
        const QualityQuantity& quantity = scene_.quantities[at];
        std::vector<double> all;
        for (const std::vector<double>& values : quantity.values) {
            all.insert(all.end(), values.begin(), values.end());
        }
        const auto [low, high] = rangeOf(all);
        const bool log = !quantity.spectrum && isLogarithmic(all, low, high);
        const double from = log ? std::max(low, high * 1e-5) : low;
        spec.title = tr("Real, reconstructed and generated galaxies: %1").arg(quantity.name);
        spec.x.title = quantity.spectrum ? tr("wavenumber, cycles across the image")
                       : quantity.unit.isEmpty()
                           ? quantity.name
                           : QStringLiteral("%1, %2").arg(quantity.name, quantity.unit);
        spec.x.scale = log ? Scale::log : Scale::linear;
        spec.y.title =
            quantity.spectrum ? tr("percent of the power") : tr("percent of the galaxies a bin");
        spec.y.scale = quantity.spectrum ? Scale::log : Scale::linear;
        if (!quantity.spectrum) {
            spec.y.minimum = 0;
        }
        const auto add = [&](QualitySet set, const QString& key, const QString& label, double from0,
                             Colour colour, LineStyle style) {
            const std::vector<double>& values = quantity.values[std::size_t(set)];
            if (values.empty()) {
                return;
            }
            Series series{
                key, label,
                std::isfinite(from0) ? tr("distance %1").arg(distanceText(from0)) : QString(),
                colour, quantity.spectrum ? spectrum(values) : histogram(values, from, high, log)};
            series.style = style;
            spec.series.push_back(std::move(series));
        };
        add(QualitySet::real, QStringLiteral("real"), tr("real"), std::nan(""), Colour::text2,
            LineStyle::solid);
        add(QualitySet::reconstructed, QStringLiteral("reconstructed"), tr("reconstructed"),
            quantity.reconstructed, Colour::accent, LineStyle::dashed);
        add(QualitySet::generated, QStringLiteral("generated"), tr("generated"), quantity.generated,
            Colour::accent, LineStyle::solid);
    }
    chart_->resetView();
    chart_->setSpec(spec);
}

void QualityView::showNeighbours() {
    GalaxyScene scene;
    scene.title = tr("Training galaxies nearest to generated ones");
    scene.format = scene_.format;
    GalaxyGroup group;
    group.title = tr("Generated, and the nearest training galaxies");
    group.columns = std::max(1, int(scene_.neighbours.size()));
    std::size_t most = 0;
    for (const QualityNeighbours& of : scene_.neighbours) {
        group.pixels.push_back(of.generated);
        group.names.push_back(tr("generated galaxy %1").arg(of.number));
        most = std::max(most, of.nearest.size());
    }
    for (std::size_t place = 0; place < most; ++place) {
        for (const QualityNeighbours& of : scene_.neighbours) {
            const bool there = place < of.nearest.size();
            group.pixels.push_back(there ? of.nearest[place] : nullptr);
            group.names.push_back(
                there ? tr("training galaxy %1, distance %2")
                            .arg(countText(of.rows[place]), shortText(of.distances[place], 4))
                      : QString());
        }
    }
    scene.groups.push_back(std::move(group));
    neighbours_->setScene(std::move(scene));
}

void QualityView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    measure();
}

void QualityView::measure() {
    layout()->setContentsMargins(theme_.px(8), 0, 0, theme_.px(6));
    layout()->setSpacing(theme_.px(8));
    table_->verticalHeader()->setDefaultSectionSize(theme_.px(kRow));
    table_->verticalHeader()->setMinimumSectionSize(theme_.px(kRow));
    table_->setFont(theme_.font(TextSize::caption));
    // The names' column takes what is left.
    const QAbstractItemView& cells = *table_;
    int wanted = cells.sizeHintForColumn(kName);
    for (int column = kHalves; column < kColumns; ++column) {
        const int width = std::max(cells.sizeHintForColumn(column),
                                   table_->horizontalHeader()->sectionSizeHint(column));
        table_->setColumnWidth(column, width);
        wanted += width;
    }
    table_->setFixedWidth(
        std::min(std::max(theme_.px(kTableWidth), wanted), std::max(1, width() / 2)));
    neighbours_->setFixedWidth(theme_.px(kNeighboursWidth));
    // Of the three the pictures are the first that a narrow window leaves out.
    neighbours_->setVisible(!scene_.neighbours.empty() &&
                            width() >= theme_.px(kTableWidth + kNeighboursWidth + 240));
}

}  // namespace shearbench::widgets

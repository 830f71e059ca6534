// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/quality_page.h"

#include "widgets/line_chart.h"
#include "widgets/number_text.h"
#include "widgets/pane.h"
#include "widgets/quality_view.h"
#include "widgets/style.h"

namespace shearbench::app {

namespace {

using analysis::GalaxyStatistics;
using widgets::QualityQuantity;

/// The numbers of one quantity, by its name in analysis::statisticDistances().
std::vector<double> valuesOf(const GalaxyStatistics& statistics, const std::string& quantity,
                             const std::vector<std::string>& bands) {
    for (std::size_t band = 0; band < statistics.flux.size(); ++band)
        if (quantity == "flux " + (band < bands.size() ? bands[band] : std::to_string(band + 1)))
            return statistics.flux[band];
    if (quantity == "g - r")
        return statistics.greenRed;
    if (quantity == "r - i")
        return statistics.redInfrared;
    if (quantity == "half-light radius")
        return statistics.halfLightRadius;
    if (quantity == "|e|")
        return statistics.ellipticity;
    if (quantity == "concentration")
        return statistics.concentration;
    return quantity == "power spectrum" ? statistics.powerShares() : statistics.pixels;
}

QString unitOf(const std::string& quantity, const data::Schema& schema) {
    if (quantity.starts_with("flux") || quantity == "pixel values")
        return QString::fromStdString(schema.units).section(QLatin1Char(','), 0, 0);
    if (quantity == "g - r" || quantity == "r - i")
        return QObject::tr("mag");
    if (quantity == "half-light radius")
        return QObject::tr("pixels");
    return quantity == "power spectrum" ? QObject::tr("wavenumbers") : QString();
}

widgets::QualityScene sceneOf(const QualityController::Comparison& comparison,
                              const Dataset& dataset) {
    const model::Quality& quality = comparison.quality;
    const data::Schema& schema = dataset.schema();
    widgets::QualityScene scene;
    scene.format = dataset.catalogue->format;
    for (std::size_t i = 0; i < quality.halves.size(); ++i) {
        const std::string& name = quality.halves[i].quantity;
        QualityQuantity quantity;
        quantity.name =
            QString::fromStdString(name).replace(QStringLiteral(" - "), QStringLiteral(" − "));
        quantity.unit = unitOf(name, schema);
        quantity.spectrum = name == "power spectrum";
        quantity.values = {valuesOf(quality.real, name, schema.bands),
                           valuesOf(quality.reconstructed, name, schema.bands),
                           valuesOf(quality.generated, name, schema.bands)};
        quantity.halves = quality.halves[i].distance;
        quantity.reconstructed = quality.toReconstructed[i].distance;
        quantity.generated = quality.toGenerated[i].distance;
        scene.quantities.push_back(std::move(quantity));
    }
    for (std::size_t n = 0; n < comparison.generated.size(); ++n) {
        widgets::QualityNeighbours neighbours;
        neighbours.generated = comparison.generated[n];
        neighbours.number = static_cast<qint64>(n) + 1;
        neighbours.nearest = comparison.nearest[n];
        for (const analysis::Neighbour& neighbour : quality.nearest[n]) {
            neighbours.rows.push_back(comparison.rows[neighbour.index]);
            neighbours.distances.push_back(neighbour.distance);
        }
        scene.neighbours.push_back(std::move(neighbours));
    }
    return scene;
}

}  // namespace

QualityPage::QualityPage(const widgets::Theme& theme, Workbench& workbench, QObject* parent)
    : QObject(parent),
      theme_(theme),
      workbench_(workbench),
      pane_(new widgets::Pane(theme, tr("Quality"))),
      view_(new widgets::QualityView(theme)) {
    pane_->setContent(view_, view_->chart());
    QualityController& quality = workbench_.quality();
    connect(pane_, &widgets::Pane::emptyButtonPressed, this,
            [&quality] { quality.comparing() ? quality.cancel() : quality.compare(kGalaxies); });
    connect(&quality, &QualityController::changed, this, &QualityPage::refresh);
    connect(&theme_, &widgets::Theme::changed, this, &QualityPage::refresh);
    refresh();
}

void QualityPage::showEmpty() {
    const QualityController& quality = workbench_.quality();
    pane_->setContext({});
    pane_->setEmpty(
        {QStringLiteral("compare"),
         quality.comparing()
             ? tr("Comparing, %1 % done.").arg(qRound(100 * quality.share()))
             : tr("How far reconstructed and generated galaxies are from real ones, in flux, "
                  "colour, size, shape and texture, and the training galaxies nearest to "
                  "generated ones, will appear here once the flow is trained."),
         quality.comparing()    ? tr("Cancel")
         : quality.canCompare() ? tr("Compare")
                                : QString()});
}

void QualityPage::refresh() {
    const QualityController& quality = workbench_.quality();
    const auto& comparison = quality.comparison();
    const auto& dataset = workbench_.datasets().dataset();
    pane_->setTitle(theme_.isPresentation() ? tr("How real do they look?") : tr("Quality"));
    if (!comparison || !dataset) {
        showEmpty();
        return;
    }
    pane_->setContext(tr("Wasserstein distances, %1 galaxies of each kind%2")
                          .arg(widgets::countText(comparison->quality.count),
                               comparison->quality.noiseAdded
                                   ? tr("; the sky's noise is added to those that were made")
                                   : QString()));
    view_->setScene(sceneOf(*comparison, *dataset));
    pane_->setFilledWithData();
}

}  // namespace shearbench::app

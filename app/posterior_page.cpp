// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/posterior_page.h"

#include <algorithm>

#include "app/galaxy_facts.h"
#include "widgets/pane.h"
#include "widgets/posterior_view.h"

namespace shearbench::app {

namespace {

// Sharp at twice the size a card shows it.
constexpr int kPictureSize = 256;

widgets::PosteriorEstimate estimateOf(const model::Posterior& posterior) {
    widgets::PosteriorEstimate estimate;
    estimate.mean = posterior.mean;
    estimate.total = posterior.covariance;
    return estimate;
}

}  // namespace

PosteriorPage::PosteriorPage(const widgets::Theme& theme, Workbench& workbench, QObject* parent)
    : QObject(parent),
      theme_(theme),
      workbench_(workbench),
      pane_(new widgets::Pane(theme, tr("Posterior ellipses"))),
      view_(new widgets::PosteriorView(theme)) {
    pane_->setContent(view_, view_);
    connect(view_, &widgets::PosteriorView::galaxySelected, &workbench_.selection(),
            &GalaxySelection::select);
    connect(&workbench_.selection(), &GalaxySelection::changed, view_,
            [this](qint64 row) { view_->setSelected(row); });
    connect(&workbench_.datasets(), &DatasetController::opened, this, &PosteriorPage::showDataset);
    connect(&workbench_.datasets(), &DatasetController::closed, this, &PosteriorPage::showDataset);
    connect(&workbench_.datasets(), &DatasetController::pixelsReady, this,
            &PosteriorPage::takePixels);
    connect(&workbench_.posteriors(), &PosteriorController::rowsChanged, this,
            &PosteriorPage::showRows);
    connect(&workbench_.posteriors(), &PosteriorController::posteriorsChanged, this,
            &PosteriorPage::refresh);
    connect(&theme_, &widgets::Theme::changed, this, &PosteriorPage::refresh);
    refresh();
}

void PosteriorPage::showDataset() {
    pictures_.clear();
    showRows();
}

void PosteriorPage::showRows() {
    QVector<qint64> missing;
    for (std::int64_t row : workbench_.posteriors().rows())
        if (!pictures_.count(row))
            missing << row;
    if (!missing.isEmpty())
        workbench_.datasets().requestPixels(DatasetController::Asker::posteriors, missing);
    refresh();
}

void PosteriorPage::takePixels(qint64 row, const widgets::CutoutPixels& pixels) {
    const auto& rows = workbench_.posteriors().rows();
    if (pictures_.count(row) || std::find(rows.begin(), rows.end(), row) == rows.end())
        return;
    pictures_[row] = widgets::cutoutImage(workbench_.datasets().dataset()->catalogue->format,
                                          *pixels, widgets::CutoutDisplay(), kPictureSize);
    refresh();
}

void PosteriorPage::refresh() {
    const auto& dataset = workbench_.datasets().dataset();
    const auto& rows = workbench_.posteriors().rows();
    const bool plain = theme_.isPresentation();
    pane_->setTitle(plain ? tr("What does the network believe?") : tr("Posterior ellipses"));
    if (!dataset || rows.empty()) {
        pane_->setEmpty(
            {QStringLiteral("data"),
             tr("For single galaxies, the shape the network believes and how sure it is "
                "will appear here. This needs a file of cutouts with labels."),
             {}});
        return;
    }
    const double crop =
        std::min<double>(widgets::CutoutDisplay().crop, dataset->catalogue->format.width);
    widgets::PosteriorScene scene;
    scene.definition = ellipticityKind(*dataset) == widgets::EllipticityKind::distortion
                           ? widgets::EllipticityDefinition::distortion
                           : widgets::EllipticityDefinition::reducedShear;
    for (std::int64_t row : rows) {
        widgets::GalaxyPosterior galaxy;
        galaxy.row = row;
        galaxy.name = galaxyTitle(*dataset, row).toLower();
        if (const auto posterior = workbench_.posteriors().posterior(row))
            galaxy.posterior = estimateOf(*posterior);
        const auto known = labels(*dataset, row);
        for (std::size_t i = 0; i < 3; ++i)
            if (known[i])
                galaxy.truth[i] = *known[i];
        if (const auto snr = signalToNoise(*dataset, row))
            galaxy.snr = *snr;
        if (const auto picture = pictures_.find(row); picture != pictures_.end())
            galaxy.picture = picture->second;
        if (const double radius = outlineRadius(*dataset, row); radius > 0)
            galaxy.outlineRadius = std::clamp(radius / crop, 0.05, 0.45);
        scene.galaxies.push_back(std::move(galaxy));
    }
    if (!scene.anyPosterior())
        pane_->setContext(plain ? tr("the true shapes; the network has not learned yet")
                                : tr("labels only; posteriors appear as soon as training starts"));
    else
        pane_->setContext(plain ? tr("small ellipse: it is sure")
                                : tr("galaxies the network has not been trained on"));
    view_->setScene(std::move(scene));
    view_->setSelected(workbench_.selection().row());
    pane_->setFilledWithData();
}

}  // namespace shearbench::app

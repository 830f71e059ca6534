// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/posterior_page.h"

#include <QFileDialog>
#include <QLabel>
#include <QSpinBox>
#include <QToolButton>
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

widgets::PosteriorEstimate estimateOf(const std::vector<model::Posterior>& draws) {
    const model::SplitPosterior split = model::combineDraws(draws);
    widgets::PosteriorEstimate estimate = estimateOf(split.total);
    estimate.aleatoric = split.aleatoric;
    estimate.epistemic = split.epistemic;
    for (const model::Posterior& draw : draws)
        estimate.draws.push_back(
            {draw.mean[0], draw.mean[1], widgets::shapeBlock(draw.covariance)});
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
    buildHeader();
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
    connect(pane_, &widgets::Pane::emptyButtonPressed, this, &PosteriorPage::labelsRequested);
    connect(&theme_, &widgets::Theme::changed, this, &PosteriorPage::refresh);
    refresh();
}

bool PosteriorPage::applies() const {
    return workbench_.experiment().network.preset != "generative" ||
           workbench_.posteriors().hasPosteriors();
}

void PosteriorPage::buildHeader() {
    PosteriorController& posteriors = workbench_.posteriors();
    draws_ = new QSpinBox;
    draws_->setRange(1, 1000);
    draws_->setValue(posteriors.draws());
    draws_->setKeyboardTracking(false);
    draws_->setAccessibleName(tr("Weight draws"));
    draws_->setToolTip(tr("S: how many times the network's weights are drawn"));
    drawsLabel_ = new QLabel(tr("S"));
    drawsLabel_->setBuddy(draws_);
    connect(draws_, QOverload<int>::of(&QSpinBox::valueChanged), &posteriors,
            &PosteriorController::setDraws);
    compare_ = new QToolButton;
    compare_->setText(tr("Compare"));
    compare_->setCheckable(true);
    compare_->setAccessibleName(tr("Compare with another run"));
    compare_->setToolTip(tr("Outline another run's posteriors of the same galaxies over these"));
    connect(compare_, &QToolButton::clicked, this, &PosteriorPage::chooseCompared);
    for (QWidget* widget : {static_cast<QWidget*>(drawsLabel_), static_cast<QWidget*>(draws_),
                            static_cast<QWidget*>(compare_)})
        pane_->addHeaderWidget(widget);
}

void PosteriorPage::chooseCompared() {
    PosteriorController& posteriors = workbench_.posteriors();
    if (!posteriors.comparedRun().isEmpty()) {
        posteriors.stopComparing();
        return;
    }
    const QString directory = QFileDialog::getExistingDirectory(
        pane_->window(), tr("The run to lay over these posteriors"));
    try {
        if (!directory.isEmpty())
            posteriors.compareWith(training::RunDirectory::open(directory.toStdString()));
    } catch (const Error& error) {
        Q_EMIT posteriors.failed(
            {QString::fromUtf8(error.what()), QString::fromStdString(error.remedy())});
    }
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
    const PosteriorController& posteriors = workbench_.posteriors();
    drawsLabel_->setVisible(posteriors.bayesian() && !plain);
    draws_->setVisible(posteriors.bayesian() && !plain);
    compare_->setVisible(dataset && !rows.empty() && !plain);
    compare_->setChecked(!posteriors.comparedRun().isEmpty());
    pane_->setTitle(plain ? tr("What does the network believe?") : tr("Posterior ellipses"));
    if (!dataset || rows.empty()) {
        const QString what =
            tr("For single galaxies, the shape the network believes and how sure "
               "it is will appear here. ");
        pane_->setEmpty(
            {QStringLiteral("data"),
             what + (dataset ? tr("This needs labels, and which columns of the file are e₁ and e₂ "
                                  "is not known.")
                             : tr("This needs a file of cutouts with labels.")),
             dataset ? tr("Say which columns") : QString()});
        return;
    }
    const double crop =
        std::min<double>(widgets::CutoutDisplay().crop, dataset->catalogue->format.width);
    widgets::PosteriorScene scene;
    scene.definition = ellipticityDefinition(*dataset);
    scene.comparedRun = posteriors.comparedRun();
    for (std::int64_t row : rows) {
        widgets::GalaxyPosterior galaxy;
        galaxy.row = row;
        galaxy.name = galaxyTitle(*dataset, row).toLower();
        if (const auto draws = posteriors.drawsOf(row); !draws.empty()) {
            galaxy.posterior = estimateOf(draws);
            scene.weightDraws = static_cast<qint64>(draws.size());
        } else if (const auto posterior = posteriors.posterior(row)) {
            galaxy.posterior = estimateOf(*posterior);
        }
        if (const auto compared = posteriors.compared(row))
            galaxy.compared = estimateOf(*compared);
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/training_page.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "app/picker_button.h"
#include "widgets/key_numbers.h"
#include "widgets/loss_chart.h"
#include "widgets/note.h"
#include "widgets/pane.h"
#include "widgets/speed_chart.h"
#include "widgets/style.h"

namespace shearbench::app {

namespace {

using training::EpochRecord;
using training::Snapshot;
using training::TrainingState;

constexpr double kExpectedInside = 39.3;

QString number(double value, int decimals) {
    QString text = QLocale(QLocale::English).toString(value, 'f', decimals);
    return text.replace(QLatin1Char('-'), QChar(0x2212));
}

QString lossWords(const std::string& stage) {
    if (stage.empty())
        return QObject::tr("mean of −log p(e₁, e₂, z), lower is better");
    return stage == "flow" ? QObject::tr("mean of −log p(latent features), lower is better")
                           : QObject::tr("reconstruction loss of an image, lower is better");
}

const EpochRecord* bestOf(const Snapshot& snapshot) {
    for (const EpochRecord& record : snapshot.history)
        if (record.epoch == snapshot.bestEpoch)
            return &record;
    return nullptr;
}

}  // namespace

TrainingPage::TrainingPage(const widgets::Theme& theme, Workbench& workbench, QObject* parent)
    : QObject(parent), theme_(theme), workbench_(workbench) {
    buildLossPane(theme);
    buildSpeedPane(theme);
    connect(&workbench_, &Workbench::snapshotChanged, this, &TrainingPage::refresh);
    connect(&workbench_, &Workbench::trainingStarted, this, &TrainingPage::clearFailure);
    connect(&workbench_.datasets(), &DatasetController::opened, this, &TrainingPage::refresh);
    connect(&workbench_.datasets(), &DatasetController::closed, this, &TrainingPage::refresh);
    connect(&workbench_, &Workbench::runOpened, this, &TrainingPage::clearFailure);
    connect(&theme_, &widgets::Theme::changed, this, &TrainingPage::refresh);
    refresh();
}

void TrainingPage::buildLossPane(const widgets::Theme& theme) {
    lossPane_ = new widgets::Pane(theme, tr("Loss"));
    widgets::setRole(lossPane_, widgets::Role::pane);
    auto* body = new QWidget;
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    loss_ = new widgets::LossChart(theme);
    note_ = new widgets::Note(theme);
    note_->hide();
    connect(note_, &widgets::Note::buttonPressed, this, [this] { workbench_.resumeRun(true); });
    auto* margin = new QHBoxLayout;
    margin->setContentsMargins(theme.px(12), 0, theme.px(12), theme.px(8));
    margin->addWidget(note_);
    layout->addWidget(loss_, 1);
    layout->addLayout(margin);
    lossPane_->setContent(body, loss_);
    stage_ = new PickerButton(tr("Which of the trainings"));
    lossPane_->addHeaderWidget(stage_);
    connect(stage_, &PickerButton::picked, this, [this] {
        stagePicked_ = true;
        loss_->resetView();
        refresh();
    });
    connect(lossPane_, &widgets::Pane::emptyButtonPressed, &workbench_, &Workbench::train);
}

void TrainingPage::buildSpeedPane(const widgets::Theme& theme) {
    speedPane_ = new widgets::Pane(theme, tr("Speed and quality"));
    auto* body = new QWidget;
    auto* layout = new QHBoxLayout(body);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme.px(8));
    speed_ = new widgets::SpeedChart(theme);
    numbers_ = new widgets::KeyNumbers(theme);
    auto* beside = new QVBoxLayout;
    beside->setContentsMargins(0, theme.px(6), theme.px(12), theme.px(6));
    beside->addWidget(numbers_);
    layout->addWidget(speed_, 1);
    layout->addLayout(beside, 1);
    speedPane_->setContent(body, speed_);
    connect(speedPane_, &widgets::Pane::emptyButtonPressed, &workbench_, &Workbench::train);
}

void TrainingPage::showFailure(const Failure& failure) {
    note_->setError(failure.sentence, failure.remedy);
    // A flow's best epoch is no state of its autoencoder, which is what a resumed run begins with.
    const bool resumable = workbench_.canResume() && workbench_.snapshot()->bestEpoch > 0 &&
                           workbench_.snapshot()->stage != "flow";
    note_->setButtons(
        resumable ? QStringList{tr("Resume from epoch %1").arg(workbench_.snapshot()->bestEpoch)}
                  : QStringList(),
        true);
    note_->show();
    lossPane_->setFilledWithData();
}

void TrainingPage::clearFailure() {
    note_->hide();
    stagePicked_ = false;
}

/// Of a generative network there are several trainings.
void TrainingPage::showStages() {
    std::vector<std::pair<QString, QString>> choices;
    for (const auto& [stage, snapshot] : workbench_.stages())
        choices.emplace_back(QString::fromStdString(stage),
                             stage == "flow" ? tr("Flow") : tr("Autoencoder"));
    stage_->setVisible(choices.size() > 1 && !theme_.isPresentation());
    stage_->setChoices(choices);
    if (const auto& now = workbench_.snapshot(); now && !stagePicked_ && !choices.empty())
        stage_->setCurrent(workbench_.stages().count(now->stage)
                               ? QString::fromStdString(now->stage)
                               : choices.back().first);
}

const Snapshot* TrainingPage::shown() const {
    const auto found = workbench_.stages().find(stage_->current().toStdString());
    if (found != workbench_.stages().end())
        return &found->second;
    return workbench_.snapshot() ? &*workbench_.snapshot() : nullptr;
}

void TrainingPage::refresh() {
    const bool plain = theme_.isPresentation();
    lossPane_->setTitle(plain ? tr("Is it still learning?") : tr("Loss"));
    speedPane_->setTitle(plain ? tr("How fast, and how well?") : tr("Speed and quality"));
    showStages();
    const Snapshot* shown = this->shown();
    const bool nothing = !shown || (shown->losses.empty() && shown->history.empty());
    loss_->setVisible(!nothing);
    if (nothing && !workbench_.training().active()) {
        const QString train = workbench_.canTrain() ? tr("Train") : QString();
        if (note_->isHidden())
            lossPane_->setEmpty({QStringLiteral("training"),
                                 workbench_.obstacle().isEmpty()
                                     ? tr("While a network trains, its loss on the training and "
                                          "validation galaxies is drawn here.")
                                     : workbench_.obstacle(),
                                 train});
        speedPane_->setEmpty(
            {QStringLiteral("device"),
             tr("How many galaxies a second the device trains on will appear here, "
                "with the scatter of the measured shapes."),
             {}});
        return;
    }
    if (!shown)
        return;
    const Snapshot& snapshot = *shown;
    lossPane_->setFilledWithData();
    speedPane_->setFilledWithData();
    showLoss(snapshot);
    showSpeed(snapshot);
    showNumbers(snapshot);
}

void TrainingPage::showLoss(const Snapshot& snapshot) {
    const TrainingSettings& settings = workbench_.experiment().training;
    widgets::LossCurve curve;
    const bool plain = theme_.isPresentation();
    curve.quantity = plain ? tr("how wrong its answers are") : lossWords(snapshot.stage);
    if (plain) {
        curve.trainingName = tr("known galaxies");
        curve.validationName = tr("new galaxies");
    }
    curve.epochs = static_cast<double>(snapshot.epochs);
    if (snapshot.stepsPerEpoch > 0)
        curve.warmUpEpochs =
            std::min<double>(settings.warmupSteps,
                             0.1 * static_cast<double>(snapshot.stepsPerEpoch * snapshot.epochs)) /
            static_cast<double>(snapshot.stepsPerEpoch);
    for (const training::LossPoint& point : snapshot.losses)
        curve.training.emplace_back(point.epoch, point.loss);
    if (curve.training.empty())
        for (const EpochRecord& record : snapshot.history)
            curve.training.emplace_back(record.epoch, record.trainingLoss);
    for (const EpochRecord& record : snapshot.history)
        if (record.validationCount > 0)
            curve.validation.emplace_back(record.epoch, record.validationLoss);
    if (snapshot.bestEpoch > 0)
        curve.bestEpoch = static_cast<double>(snapshot.bestEpoch);
    if (snapshot.state == TrainingState::failed)
        curve.failure = tr("stopped here");
    loss_->setCurve(curve);
    lossPane_->setContext(plain ? tr("lower is better")
                                : tr("training and validation, %1 epochs").arg(snapshot.epochs));
}

void TrainingPage::showSpeed(const Snapshot& snapshot) {
    widgets::SpeedCurve curve;
    curve.xTitle = tr("epoch");
    const QString device = workbench_.deviceName();
    if (!theme_.isPresentation())
        curve.label = device.section(QLatin1Char(','), 0, 0);
    for (const training::LossPoint& point : snapshot.losses)
        if (point.imagesPerSecond > 0)
            curve.points.emplace_back(point.epoch, point.imagesPerSecond);
    if (curve.points.empty())
        for (const EpochRecord& record : snapshot.history)
            curve.points.emplace_back(record.epoch, record.imagesPerSecond);
    speed_->setCurve(curve);
    speedPane_->setContext(theme_.isPresentation() ? tr("on this computer")
                                                   : tr("on %1").arg(device));
}

/// Of the autoencoder or the flow of a generative network.
std::vector<widgets::KeyNumber> TrainingPage::stageNumbers(const Snapshot& snapshot) const {
    const bool autoencoder = snapshot.stage == "autoencoder";
    std::vector<widgets::KeyNumber> numbers(1);
    numbers[0].label = tr("Best validation loss");
    const EpochRecord* best = bestOf(snapshot);
    if (best && best->validationCount > 0) {
        numbers[0].value = number(best->validationLoss, 2);
        numbers[0].note = tr("epoch %1, kept").arg(best->epoch);
    }
    const auto& dataset = workbench_.datasets().dataset();
    if (autoencoder && dataset &&
        workbench_.experiment().generative.reconstruction == "squared_error") {
        numbers.push_back({tr("Error of a pixel"), {}, tr("of the range of 1")});
        numbers.back().toolTip =
            tr("Root mean square of the reconstructed minus the normalised pixel, on the "
               "validation galaxies");
        const auto pixels = static_cast<double>(data::imageSize(dataset->schema()));
        if (best && best->validationCount > 0)
            numbers.back().value = number(std::sqrt(best->validationLoss / pixels), 4);
    }
    if (autoencoder) {
        numbers.push_back({tr("Latent KL"), {}, tr("nats a galaxy")});
        numbers.back().toolTip = tr("Mean divergence of a galaxy's latent features from N(0, 1)");
        if (best)
            numbers.back().value = number(best->kl, 1);
    }
    return numbers;
}

std::vector<widgets::KeyNumber> TrainingPage::namedNumbers() const {
    const bool plain = theme_.isPresentation();
    std::vector<widgets::KeyNumber> numbers(4);
    numbers[0].label = plain ? tr("Galaxies to study") : tr("Best validation loss");
    numbers[1].label = plain ? tr("Usual shape error") : tr("Scatter of e₁, e₂");
    numbers[1].toolTip =
        tr("Root mean square of posterior mean minus label, on the validation galaxies");
    numbers[2].label = plain ? tr("In the inner ring") : tr("Inside 1 σ");
    numbers[2].toolTip = tr(
        "Validation labels inside the 1 σ ellipse of (e₁, e₂); a calibrated posterior has 39.3 %");
    numbers[3].label = tr("Speed");
    return numbers;
}

void TrainingPage::showNumbers(const Snapshot& snapshot) {
    const bool staged = !snapshot.stage.empty();
    std::vector<widgets::KeyNumber> numbers = staged ? stageNumbers(snapshot) : namedNumbers();
    if (staged)
        numbers.push_back({tr("Speed"), {}, {}});
    const bool plain = theme_.isPresentation();
    const EpochRecord* best = bestOf(snapshot);
    if (!staged && best && best->validationCount > 0) {
        numbers[0].value = number(best->validationLoss, 2);
        numbers[0].note =
            best->validationDraws > 0
                ? tr("epoch %1, of %2 weight draws").arg(best->epoch).arg(best->validationDraws)
                : tr("epoch %1, kept").arg(best->epoch);
        numbers[1].value =
            number(std::hypot(best->validationRms[0], best->validationRms[1]) / std::sqrt(2.0), 3);
        numbers[1].note =
            plain ? tr("0 is a circle, 1 a line") : tr("on %1 galaxies").arg(best->validationCount);
        numbers[2].value = tr("%1 %").arg(number(100 * best->insideOneSigma, 1));
        numbers[2].note = (plain ? tr("%1 % is right") : tr("%1 % if calibrated"))
                              .arg(number(kExpectedInside, 1));
    }
    if (snapshot.imagesPerSecond > 0) {
        const Experiment& experiment = workbench_.experiment();
        const bool flow = snapshot.stage == "flow";
        const int batch = flow ? experiment.generative.flowBatch : experiment.training.batch;
        const double seconds = batch / snapshot.imagesPerSecond;
        const QString rate = number(snapshot.imagesPerSecond, 0);
        numbers.back().value = plain  ? rate
                               : flow ? tr("%1 /s").arg(rate)
                                      : tr("%1 img/s").arg(rate);
        numbers.back().note =
            plain         ? tr("galaxies a second")
            : seconds < 1 ? tr("%1 ms a step of %2").arg(number(1e3 * seconds, 1)).arg(batch)
                          : tr("%1 s a step of %2").arg(number(seconds, 1)).arg(batch);
    }
    if (const auto& dataset = workbench_.datasets().dataset(); plain && !staged && dataset) {
        const auto count = dataset->prepared.split.training.size();
        numbers[0].value = number(static_cast<double>(count), 0);
        numbers[0].note =
            snapshot.epoch > 0 ? tr("each seen %1 times").arg(snapshot.epoch) : QString();
    }
    numbers_->setNumbers(numbers);
}

}  // namespace shearbench::app

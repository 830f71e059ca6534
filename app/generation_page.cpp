// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/generation_page.h"

#include <QToolButton>
#include <algorithm>

#include "app/galaxy_measures.h"
#include "app/generation_file_dialog.h"
#include "app/picker_button.h"
#include "app/session_store.h"
#include "widgets/galaxy_grid.h"
#include "widgets/generation_bar.h"
#include "widgets/icon.h"
#include "widgets/latent_walk.h"
#include "widgets/number_text.h"
#include "widgets/pane.h"
#include "widgets/style.h"

namespace shearbench::app {

namespace {

using Kind = GenerationController::Kind;
using Origin = GenerationController::Origin;
using widgets::GeneratedView;

const QString kGenerated = QStringLiteral("generated"),
              kReconstructed = QStringLiteral("reconstructed"), kWalk = QStringLiteral("walk");

}  // namespace

GenerationPage::GenerationPage(const widgets::Theme& theme, Workbench& workbench, QObject* parent)
    : QObject(parent),
      theme_(theme),
      workbench_(workbench),
      pane_(new widgets::Pane(theme, tr("Generated galaxies"))),
      view_(new GeneratedView(theme)) {
    pane_->setContent(view_, view_);
    buildHeader();
    GenerationController& generation = workbench_.generation();
    connect(&generation, &GenerationController::galaxiesChanged, this, [this] {
        spaceShown_ = false;
        refresh();
    });
    connect(&generation, &GenerationController::decoded, view_->walk(),
            &widgets::LatentWalk::setPictures);
    connect(view_->walk(), &widgets::LatentWalk::wanted, &generation,
            &GenerationController::decode);
    widgets::GenerationBar* bar = view_->bar();
    connect(bar, &widgets::GenerationBar::choiceEdited, this, [this, bar] {
        const widgets::GenerationChoice& choice = bar->choice();
        workbench_.generation().setRequest({choice.count, choice.seed, choice.temperature});
    });
    connect(bar, &widgets::GenerationBar::stretchEdited, this, [this, bar] {
        display_.stretch = bar->choice().stretch;
        refresh();
    });
    connect(view_->grid(), &widgets::GalaxyGrid::opened, this, &GenerationPage::openCloseUp);
    connect(view_->closeUp(), &widgets::GalaxyCloseUp::bandChosen, this,
            &GenerationPage::chooseBand);
    connect(view_->closeUp(), &widgets::GalaxyCloseUp::walkRequested, this, [this] {
        const int start = closeUp_.index;
        kind_->setCurrent(kWalk);
        view_->setPage(GeneratedView::Page::walk);
        refresh();
        view_->walk()->setStart(start);
    });
    connect(view_, &GeneratedView::pageChanged, this, &GenerationPage::showKinds);
    connect(pane_, &widgets::Pane::emptyButtonPressed, &workbench_, &Workbench::train);
    connect(&workbench_.datasets(), &DatasetController::opened, this, &GenerationPage::refresh);
    connect(&workbench_.datasets(), &DatasetController::closed, this, &GenerationPage::refresh);
    connect(&workbench_, &Workbench::snapshotChanged, this, [this] {
        if (pane_->isEmpty())
            showEmpty();
    });
    connect(&workbench_, &Workbench::trainingStarted, this, &GenerationPage::refresh);
    connect(&workbench_, &Workbench::trainingEnded, this, &GenerationPage::refresh);
    connect(&theme_, &widgets::Theme::changed, this, &GenerationPage::refresh);
    refresh();
}

void GenerationPage::buildHeader() {
    kind_ = new PickerButton(tr("What is shown"));
    band_ = new PickerButton(tr("Colour, or one band"));
    dice_ = new QToolButton;
    widgets::setRole(dice_, widgets::Role::mini);
    dice_->setIcon(widgets::themeIcon(theme_, QStringLiteral("dice")));
    dice_->setAccessibleName(tr("Other galaxies"));
    dice_->setToolTip(tr("Other galaxies: the next seed"));
    toFile_ = new QToolButton;
    widgets::setRole(toFile_, widgets::Role::mini);
    toFile_->setIcon(widgets::themeIcon(theme_, QStringLiteral("generate")));
    toFile_->setAccessibleName(tr("Generate into a file"));
    toFile_->setToolTip(tr("Generate into a file, as many galaxies as you like"));
    for (QWidget* widget : {static_cast<QWidget*>(kind_), static_cast<QWidget*>(band_),
                            static_cast<QWidget*>(dice_), static_cast<QWidget*>(toFile_)})
        pane_->addHeaderWidget(widget);
    connect(toFile_, &QToolButton::clicked, this, &GenerationPage::writeFile);
    connect(kind_, &PickerButton::picked, this, [this](const QString& key) {
        if (key == kWalk) {
            view_->setPage(GeneratedView::Page::walk);
            refresh();
            return;
        }
        view_->setPage(GeneratedView::Page::galaxies);
        workbench_.generation().setKind(key == kGenerated ? Kind::generated : Kind::reconstructed);
    });
    connect(band_, &PickerButton::picked, this,
            [this](const QString& key) { chooseBand(key.toInt()); });
    connect(dice_, &QToolButton::clicked, this, &GenerationPage::drawOthers);
}

bool GenerationPage::applies() const {
    return workbench_.experiment().network.preset == "generative" ||
           workbench_.generation().galaxies().kind != Kind::none;
}

void GenerationPage::drawOthers() {
    GenerationController& generation = workbench_.generation();
    if (!generation.canGenerate())
        return;
    GenerationController::Request request = generation.request();
    ++request.seed;
    generation.setRequest(request);
    refresh();
}

void GenerationPage::writeFile() {
    const GenerationController& generation = workbench_.generation();
    if (!generation.canGenerate())
        return;
    if (!fileDialog_)
        fileDialog_ = new GenerationFileDialog(theme_, pane_->window());
    GenerationWriter::Request request;
    request.run = workbench_.runDirectory();
    request.file = SessionStore::unusedFile(QStringLiteral("generated"));
    request.seed = generation.request().seed;
    request.temperature = generation.request().temperature;
    const auto& galaxies = generation.galaxies();
    const std::size_t numbers = galaxies.made.empty() ? 0 : galaxies.made.front()->size();
    fileDialog_->ask(request, sizeof(float) * static_cast<double>(numbers));
}

QString GenerationPage::command() const {
    const auto& galaxies = workbench_.generation().galaxies();
    if (galaxies.kind != Kind::generated || galaxies.live)
        return workbench_.command();
    return QStringLiteral(
               "shearbench-cli generate --run %1 --count %2 --seed %3 --temperature %4 "
               "--out generated.h5")
        .arg(workbench_.runDirectory())
        .arg(galaxies.request.count)
        .arg(galaxies.request.seed)
        .arg(galaxies.request.temperature);
}

void GenerationPage::chooseBand(int band) {
    display_.band = band;
    band_->setCurrent(QString::number(band));
    refresh();
}

void GenerationPage::showKinds() {
    const GenerationController& generation = workbench_.generation();
    const auto& galaxies = generation.galaxies();
    std::vector<std::pair<QString, QString>> kinds;
    const bool generated =
        galaxies.live ? galaxies.kind == Kind::generated : generation.canGenerate();
    if (generated)
        kinds.emplace_back(kGenerated, tr("Generated"));
    if (!galaxies.live || galaxies.kind == Kind::reconstructed)
        kinds.emplace_back(kReconstructed, tr("Reconstructed"));
    if (!galaxies.latents.empty())
        kinds.emplace_back(kWalk, tr("Latent walk"));
    kind_->setChoices(kinds);
    kind_->setCurrent(view_->page() == GeneratedView::Page::walk ? kWalk
                      : galaxies.kind == Kind::reconstructed     ? kReconstructed
                                                                 : kGenerated);
    const bool plain = theme_.isPresentation();
    const bool something = galaxies.kind != Kind::none;
    kind_->setVisible(something && !plain && kinds.size() > 1);
    band_->setVisible(something && !plain);
    dice_->setVisible(something && generation.canGenerate() && !galaxies.live);
    toFile_->setVisible(something && !plain && generation.canGenerate() && !galaxies.live);
}

void GenerationPage::refresh() {
    const auto& dataset = workbench_.datasets().dataset();
    GenerationController& generation = workbench_.generation();
    const auto& galaxies = generation.galaxies();
    const bool plain = theme_.isPresentation();
    pane_->setTitle(!plain                                 ? tr("Generated galaxies")
                    : galaxies.kind == Kind::reconstructed ? tr("What does the network remember?")
                                                           : tr("Galaxies that never existed"));
    widgets::GenerationChoice choice = view_->bar()->choice();
    choice.seed = generation.request().seed;
    choice.count = generation.request().count;
    choice.temperature = generation.request().temperature;
    choice.stretch = display_.stretch;
    if (!(choice == view_->bar()->choice()))
        view_->bar()->setChoice(choice);
    view_->bar()->setGenerating(generation.canGenerate() && !galaxies.live);
    if (galaxies.latents.empty() && view_->page() == GeneratedView::Page::walk)
        view_->setPage(GeneratedView::Page::galaxies);
    showKinds();
    if (!dataset || galaxies.kind == Kind::none) {
        showEmpty();
        return;
    }
    const widgets::CutoutFormat& format = dataset->catalogue->format;
    std::vector<std::pair<QString, QString>> bands;
    if (format.colour)
        bands.emplace_back(QStringLiteral("-1"), tr("Colour"));
    const QStringList names = widgets::bandNames(format);
    for (int band = 0; band < names.size(); ++band)
        bands.emplace_back(QString::number(band), tr("Band %1").arg(names[band]));
    band_->setChoices(bands);
    band_->setCurrent(QString::number(display_.band));
    view_->setScene(scene());
    if (view_->page() == GeneratedView::Page::closeUp)
        openCloseUp(closeUp_);
    if (view_->page() == GeneratedView::Page::walk)
        showSpace();
    pane_->setContext(context());
    pane_->setFilledWithData();
}

void GenerationPage::showEmpty() {
    const bool training = workbench_.training().trainsGenerative();
    const bool asked = workbench_.experiment().network.preset == "generative";
    pane_->setContext({});
    pane_->setEmpty(
        {QStringLiteral("generate"),
         training ? tr("The network begins with galaxies it is given: their reconstructions appear "
                       "here as soon as training is under way, new ones with the flow.")
                  : tr("Galaxies that the network makes will appear here beside real ones, once it "
                       "is trained."),
         !training && asked && workbench_.canTrain() ? tr("Train") : QString()});
}

QString GenerationPage::context() const {
    const auto& galaxies = workbench_.generation().galaxies();
    const bool plain = theme_.isPresentation();
    if (galaxies.kind == Kind::reconstructed) {
        if (plain)
            return tr("what the network remembers of each picture");
        if (galaxies.live)
            return tr("reconstructions while the autoencoder is trained; the flow makes new ones");
        return workbench_.generation().canGenerate()
                   ? tr("reconstructions, from the means of the latent features")
                   : tr("reconstructions; the flow that makes new ones is not trained yet");
    }
    if (plain)
        return tr("drawn by the network");
    if (galaxies.live)
        return tr("as the flow makes them so far; it is being trained");
    return tr("%1 in %2, temperature %3")
        .arg(widgets::countText(static_cast<qint64>(galaxies.made.size())),
             widgets::durationText(galaxies.seconds),
             widgets::shortText(galaxies.request.temperature));
}

widgets::GalaxyScene GenerationPage::scene() const {
    const GenerationController& generation = workbench_.generation();
    const auto& galaxies = generation.galaxies();
    const bool plain = theme_.isPresentation();
    widgets::GalaxyScene scene;
    scene.format = workbench_.datasets().dataset()->catalogue->format;
    scene.display = display_;
    scene.paired = galaxies.kind == Kind::reconstructed;
    scene.title =
        scene.paired ? tr("Galaxies and their reconstructions") : tr("Real and generated galaxies");
    widgets::GalaxyGroup real, made;
    const Origin origin = generation.origin();
    real.title = plain                          ? tr("Pictures from the file")
                 : origin == Origin::test       ? tr("Test set")
                 : origin == Origin::validation ? tr("Validation set")
                                                : tr("Training set");
    real.remark = origin == Origin::training ? QString() : tr("never seen in training");
    real.noun = tr("galaxy");
    real.pixels = galaxies.real;
    real.numbers.assign(galaxies.rows.begin(), galaxies.rows.end());
    made.made = true;
    made.pixels = galaxies.made;
    if (scene.paired) {
        made.title = plain ? tr("Drawn from memory") : tr("Reconstructed");
        made.remark = tr("the same galaxies");
        made.noun = tr("reconstruction of galaxy");
        made.numbers = real.numbers;
    } else {
        made.title = plain ? tr("Drawn by the network") : tr("Generated");
        made.remark = plain ? QString() : tr("seed %1").arg(galaxies.request.seed);
        made.noun = tr("generated galaxy");
    }
    scene.groups = {std::move(real), std::move(made)};
    return scene;
}

void GenerationPage::openCloseUp(const widgets::GalaxyPlace& place) {
    const widgets::GalaxyScene& scene = view_->grid()->scene();
    const auto at = [&](int group) {
        const auto& pixels = scene.groups[static_cast<std::size_t>(group)].pixels;
        const auto index = static_cast<std::size_t>(place.index);
        return index < pixels.size() ? pixels[index] : nullptr;
    };
    if (!place.isValid() || !at(place.group)) {
        view_->setPage(GeneratedView::Page::galaxies);
        return;
    }
    closeUp_ = place;
    widgets::CloseUp closeUp;
    std::vector<widgets::CutoutPixels> shown;
    for (const int group : {0, 1}) {
        const widgets::CutoutPixels pixels = at(group);
        if ((group != place.group && !scene.paired) || !pixels)
            continue;
        const widgets::GalaxyGroup& of = scene.groups[static_cast<std::size_t>(group)];
        QString title = of.name(static_cast<std::size_t>(place.index));
        title[0] = title[0].toUpper();
        closeUp.galaxies.push_back({title, of.made, pixels});
        shown.push_back(pixels);
    }
    closeUp.lines = measuredLines(workbench_.datasets().dataset()->schema(), shown);
    closeUp.canWalk =
        !workbench_.generation().galaxies().latents.empty() && (place.group == 1 || scene.paired);
    view_->showCloseUp(closeUp);
}

/// Gives the walk the galaxies of the moment, once.
void GenerationPage::showSpace() {
    const auto& galaxies = workbench_.generation().galaxies();
    if (spaceShown_ || galaxies.latents.empty())
        return;
    spaceShown_ = true;
    const widgets::GalaxyScene& scene = view_->grid()->scene();
    view_->walk()->setSpace({scene.groups.back(), galaxies.latents, galaxies.deviations},
                            scene.format);
}

}  // namespace shearbench::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulation_dialog.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

#include "app/session_store.h"
#include "core/galaxy_recipe.h"

namespace shearbench::app {

namespace {

using widgets::SimulateDialog;
using widgets::SimulateDialogState;
using widgets::SimulateValues;

constexpr double kMegabytesPerCutout = 0.0985;  // 6 x 64 x 64 float32 and its labels

/// Takes each pair of fields that say the same of the dialog and of a recipe, the PSF aside.
template <class Values, class Recipe, class Take>
void pairUp(Values& values, Recipe& recipe, const Take& take) {
    take(values.mostGalaxies, recipe.mostGalaxies);
    take(values.brightest, recipe.brightestR);
    take(values.faintest, recipe.faintestR);
    take(values.leastSnr, recipe.leastSnr);
    take(values.colourScatter, recipe.colourScatter);
    take(values.seeing, recipe.psfFwhm);
    take(values.seeingScatter, recipe.psfScatter);
    take(values.moffatBeta, recipe.moffatBeta);
    take(values.shear1, recipe.shear1);
    take(values.shear2, recipe.shear2);
    take(values.bulges, recipe.bulges);
    take(values.turnedPairs, recipe.turnedPairs);
}

SimulateValues valuesOf(const GalaxyRecipe& recipe) {
    SimulateValues values;
    pairUp(values, recipe, [](auto& shown, const auto& used) { shown = used; });
    values.psf = QString::fromStdString(toString(recipe.psf));
    return values;
}

GalaxyRecipe recipeOf(const SimulateValues& values) {
    GalaxyRecipe recipe;
    pairUp(values, recipe, [](const auto& shown, auto& used) { used = shown; });
    recipe.psf = psfShapeFromText(values.psf.toStdString());
    return recipe;
}

std::vector<widgets::SimulateKind> kinds() {
    std::vector<widgets::SimulateKind> kinds;
    for (const RecipePreset& preset : recipePresets())
        kinds.push_back({QString::fromStdString(preset.title), QString::fromStdString(preset.words),
                         valuesOf(preset.recipe)});
    return kinds;
}

void browse(SimulateDialog& dialog) {
    SimulateDialogState wanted = dialog.state();
    const QString file =
        QFileDialog::getSaveFileName(&dialog, SimulateDialog::tr("Where the simulated galaxies go"),
                                     wanted.file, SimulateDialog::tr("HDF5 (*.h5)"));
    if (file.isEmpty())
        return;
    wanted.file = file;
    dialog.setState(wanted);
}

void start(const SimulateDialogState& wanted, SimulationController& simulation) {
    QDir().mkpath(QFileInfo(wanted.file).absolutePath());
    data::simulator::SimulationSettings settings;
    settings.count = wanted.count;
    settings.seed = wanted.seed;
    settings.recipe = recipeOf(wanted.values);
    settings.noiseless = wanted.noiseless;
    simulation.start(settings, wanted.file);
}

}  // namespace

SimulateDialog* makeSimulationDialog(const widgets::Theme& theme, Workbench& workbench,
                                     QWidget* parent) {
    auto* dialog = new SimulateDialog(theme, parent);
    dialog->setKinds(kinds());
    SimulateDialogState state;
    state.file = SessionStore::unusedFile(QStringLiteral("galaxies"));
    state.values = valuesOf(recipePresets().front().recipe);
    dialog->setState(state);
    dialog->setMegabytesPerImage(kMegabytesPerCutout);
    SimulationController& simulation = workbench.simulation();
    QObject::connect(dialog, &SimulateDialog::startRequested, &simulation,
                     [dialog, &simulation] { start(dialog->state(), simulation); });
    QObject::connect(dialog, &SimulateDialog::useRequested, &workbench, [dialog, &workbench] {
        const SimulateDialogState wanted = dialog->state();
        if (workbench.simulateWhileTraining({wanted.count, wanted.seed, recipeOf(wanted.values)}))
            dialog->accept();
    });
    QObject::connect(dialog, &SimulateDialog::cancelRequested, &simulation,
                     &SimulationController::cancel);
    QObject::connect(dialog, &SimulateDialog::browseRequested, dialog,
                     [dialog] { browse(*dialog); });
    QObject::connect(&simulation, &SimulationController::progressed, dialog,
                     &SimulateDialog::setProgress);
    QObject::connect(&simulation, &SimulationController::finished, dialog,
                     [dialog](const QString&, qint64 made) { dialog->setFinished(made); });
    QObject::connect(&simulation, &SimulationController::failed, dialog,
                     [dialog](const Failure& failure) {
                         dialog->setFailed({failure.sentence, {}, failure.remedy, {}});
                     });
    return dialog;
}

}  // namespace shearbench::app

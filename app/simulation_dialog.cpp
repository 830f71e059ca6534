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

SimulateValues valuesOf(const GalaxyRecipe& recipe) {
    SimulateValues values;
    values.mostGalaxies = recipe.mostGalaxies;
    values.brightest = recipe.brightestR;
    values.faintest = recipe.faintestR;
    values.leastSnr = recipe.leastSnr;
    values.colourScatter = recipe.colourScatter;
    values.psf = QString::fromStdString(toString(recipe.psf));
    values.seeing = recipe.psfFwhm;
    values.seeingScatter = recipe.psfScatter;
    values.moffatBeta = recipe.moffatBeta;
    values.shear1 = recipe.shear1;
    values.shear2 = recipe.shear2;
    values.bulges = recipe.bulges;
    values.turnedPairs = recipe.turnedPairs;
    return values;
}

GalaxyRecipe recipeOf(const SimulateValues& values) {
    GalaxyRecipe recipe;
    recipe.mostGalaxies = values.mostGalaxies;
    recipe.brightestR = values.brightest;
    recipe.faintestR = values.faintest;
    recipe.leastSnr = values.leastSnr;
    recipe.colourScatter = values.colourScatter;
    recipe.psf = psfShapeFromText(values.psf.toStdString());
    recipe.psfFwhm = values.seeing;
    recipe.psfScatter = values.seeingScatter;
    recipe.moffatBeta = values.moffatBeta;
    recipe.shear1 = values.shear1;
    recipe.shear2 = values.shear2;
    recipe.bulges = values.bulges;
    recipe.turnedPairs = values.turnedPairs;
    return recipe;
}

std::vector<widgets::SimulateKind> kinds() {
    std::vector<widgets::SimulateKind> kinds;
    for (const RecipePreset& preset : recipePresets())
        kinds.push_back({QString::fromStdString(preset.title), QString::fromStdString(preset.words),
                         valuesOf(preset.recipe)});
    return kinds;
}

/// STEM.h5, or STEM_2.h5, STEM_3.h5 ... where that is taken: nothing is replaced unasked.
QString unusedName(const QString& stem) {
    QString name = stem + QStringLiteral(".h5");
    for (int number = 2; QFileInfo::exists(name); ++number)
        name = QStringLiteral("%1_%2.h5").arg(stem).arg(number);
    return name;
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
    state.file = unusedName(SessionStore::dataFolder() + QStringLiteral("/galaxies"));
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
                     [dialog](const QString& sentence, const QString& remedy) {
                         dialog->setFailed({sentence, {}, remedy, {}});
                     });
    return dialog;
}

}  // namespace shearbench::app

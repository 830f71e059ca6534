// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "app/workbench.h"
#include "widgets/generated_view.h"
#include "widgets/theme.h"

class QToolButton;

namespace shearbench::widgets {
class Pane;
}

namespace shearbench::app {

class GenerationFileDialog;
class PickerButton;

/// The pane of generated galaxies: what the generative network makes beside real galaxies, live
/// while it is trained; single ones large, and walks through its latent features.
class GenerationPage : public QObject {
    Q_OBJECT
  public:
    GenerationPage(const widgets::Theme& theme, Workbench& workbench, QObject* parent = nullptr);

    widgets::Pane* pane() const { return pane_; }
    widgets::GeneratedView* view() const { return view_; }
    /// Whether there is anything to show, or will be with the network that is chosen.
    bool applies() const;
    /// Generates with the next seed.
    void drawOthers();
    /// The command that makes the same galaxies.
    QString command() const;
    /// Asks how many galaxies to write into which file, and writes them.
    void writeFile();
    GenerationFileDialog* fileDialog() const { return fileDialog_; }

  private:
    void buildHeader();
    void refresh();
    void showEmpty();
    QString context() const;
    widgets::GalaxyScene scene() const;
    void openCloseUp(const widgets::GalaxyPlace& place);
    void showSpace();
    void chooseBand(int band);
    void showKinds();

    const widgets::Theme& theme_;
    Workbench& workbench_;
    widgets::Pane* pane_;
    widgets::GeneratedView* view_;
    PickerButton *kind_, *band_;
    QToolButton *dice_, *toFile_;
    GenerationFileDialog* fileDialog_ = nullptr;  ///< once it was asked for
    widgets::CutoutDisplay display_;
    widgets::GalaxyPlace closeUp_;  ///< the one that is shown large
    bool spaceShown_ = false;       ///< the walk has the galaxies of the moment
};

}  // namespace shearbench::app

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

#include "app/main_window.h"
#include "app/session_store.h"
#include "app/workbench.h"
#include "tests/support/temporary_folder.h"
#include "widgets/theme.h"

inline void PrintTo(const QString& text, std::ostream* out) {
    *out << '"' << text.toStdString() << '"';
}

namespace shearbench::test {

constexpr int kGalaxies = 200;

/// A file of kGalaxies simulated cutouts, the same in every test.
QString galaxies();

/// A run trained on galaxies() for two epochs.
QString trainedRun();

/// Handles events until `done` or, as a failure of the test, a minute has passed.
bool waitUntil(const std::function<bool()>& done, int milliseconds = 60000);

/// A window with what stands behind it.
class WindowTest : public testing::Test {
  protected:
    WindowTest();
    ~WindowTest() override;

    /// Opens `path` and waits for success or failure; true for success.
    bool open(const QString& path);
    bool openGalaxies() { return open(galaxies()); }
    void setEpochs(int epochs);
    void setTraining(const TrainingSettings& settings);
    bool trainToEnd();
    bool waitForEnd();
    void closeWindow() { window.reset(); }

    app::Actions& actions() { return window->actions(); }
    template <class Widget>
    Widget* child(const QString& name = {}) {
        return window->findChild<Widget*>(name);
    }

    struct Failed {
        app::Workbench::Place place;
        app::Failure failure;
    };
    std::vector<Failed> failures;

    TemporaryFolder folder;
    app::SessionStore store;
    widgets::Theme theme;
    std::unique_ptr<app::Workbench> workbench;
    std::unique_ptr<app::MainWindow> window;
};

}  // namespace shearbench::test

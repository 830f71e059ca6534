// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPushButton>
#include <QTableView>

#include "app/tune_dialog.h"
#include "core/device/registry.h"
#include "tests/app/bad_drivers.h"
#include "tests/app/window_test.h"
#include "widgets/note.h"

// The window beside an OpenCL driver that ends the program
// (tests/core/device/opencl/bad_driver.cpp), which is asked for once, before the first window.

namespace shearbench::test {

namespace {

/// In front of the window, which finds the devices.
struct OneBadDriver {
    OneBadDriver() {
        static const BadDrivers drivers;
        static const bool added = (drivers.add("abort"), true);
        (void)added;
    }
};

class DriversTest : public OneBadDriver, public WindowTest {
  protected:
    static bool hasOpenCl() {
        for (const auto& device : device::allDevices())
            if (device->info().id == "opencl:0")
                return true;
        return false;
    }
    void chooseOpenCl() {
        Experiment experiment = workbench->experiment();
        experiment.device.id = "opencl:0";
        experiment.training.batch = 2;
        workbench->setExperiment(experiment, false);
        Q_EMIT workbench->experimentChanged();
    }
    QPushButton* button(const QString& text) {
        for (auto* found : window->findChildren<QPushButton*>())
            if (found->text() == text)
                return found;
        return nullptr;
    }
};

TEST_F(DriversTest, NamesWhatWasLeftOut) {
    bool said = false;
    for (const auto* note : window->findChildren<widgets::Note*>())
        said = said || note->text().contains(QStringLiteral("abort.icd"));
    EXPECT_TRUE(said);
    EXPECT_TRUE(failures.empty());
}

TEST_F(DriversTest, TunesADeviceAndIsCancelled) {
    if (!hasOpenCl())
        GTEST_SKIP() << "There is no OpenCL device on this machine.";
    chooseOpenCl();
    QPushButton* tune = button(QStringLiteral("Tune…"));
    ASSERT_TRUE(tune);
    EXPECT_FALSE(tune->isHidden());
    tune->click();
    auto* dialog = child<app::TuneDialog>();
    ASSERT_TRUE(dialog);
    EXPECT_TRUE(dialog->isVisible());
    EXPECT_TRUE(dialog->isModal());
    EXPECT_FALSE(dialog->tuning());
    dialog->begin();
    EXPECT_TRUE(dialog->tuning());
    ASSERT_TRUE(waitUntil([&] { return !dialog->items().empty() || !dialog->tuning(); }, 240000));
    ASSERT_TRUE(dialog->tuning());
    dialog->reject();  // stays until the candidate in hand is measured
    EXPECT_TRUE(dialog->isVisible());
    ASSERT_TRUE(waitUntil([&] { return !dialog->tuning(); }, 240000));
    ASSERT_FALSE(dialog->items().empty());
    EXPECT_GT(dialog->items().front().secondsBefore, 0);
    EXPECT_LE(dialog->items().front().secondsAfter, dialog->items().front().secondsBefore);
    EXPECT_GE(dialog->findChild<QTableView*>()->model()->rowCount(), 1);
    dialog->reject();
    EXPECT_FALSE(dialog->isVisible());
}

}  // namespace

}  // namespace shearbench::test

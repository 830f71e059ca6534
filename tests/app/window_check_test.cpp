// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QLabel>
#include <cmath>

#include "app/check_page.h"
#include "tests/app/window_test.h"
#include "widgets/check_view.h"
#include "widgets/pane.h"

namespace shearbench::test {

namespace {

using Verdict = widgets::CheckScene::Verdict;

/// Of steps with these differences, a tensor a number.
device::CheckRecord recordOf(const std::vector<std::vector<double>>& steps) {
    device::CheckRecord record;
    for (const std::vector<double>& differences : steps) {
        device::StepComparison step;
        step.step = record.steps + 1;
        step.firstLoss = step.secondLoss = 1.25;
        for (const double difference : differences)
            step.tensors.push_back({"conv" + std::to_string(step.tensors.size() + 1) + ".kernel",
                                    true,
                                    {2 * difference, difference, 1},
                                    {}});
        record.add(std::move(step));
    }
    return record;
}

TEST(CheckScene, SaysInASentenceWhetherDevicesAgree) {
    const auto scene = [](const std::vector<std::vector<double>>& steps) {
        return app::checkScene(recordOf(steps), QStringLiteral("A"), QStringLiteral("B"));
    };
    const widgets::CheckScene good = scene({{1e-7, 2.04e-6}});
    EXPECT_EQ(good.verdict, Verdict::agree);
    EXPECT_EQ(
        good.headline,
        QStringLiteral("The two devices agree: to 2 × 10⁻⁶ of the numbers' size in every step."));
    EXPECT_TRUE(good.detail.contains(QStringLiteral("rounding explains up to")));
    EXPECT_TRUE(good.detail.contains(QStringLiteral("Losses of step 1")));
    ASSERT_EQ(good.rows.size(), 2u);
    EXPECT_EQ(good.rows[1].most, 2.04e-6);
    EXPECT_EQ(good.rows[1].largest, 4.08e-6);

    EXPECT_EQ(scene({{0, 0}}).headline, QStringLiteral("The two devices agree in every bit."));
    // A value's sign tips in one step.
    const widgets::CheckScene corner = scene({{1e-7, 2e-6}, {4e-3, 1e-6}, {1e-7, 2.5e-6}});
    EXPECT_EQ(corner.verdict, Verdict::agree);
    EXPECT_EQ(corner.headline, QStringLiteral("The two devices agree: to 3.2 × 10⁻⁶ of the "
                                              "numbers' size in most steps, to 0.004 in all."));
    const widgets::CheckScene other = scene({{1e-7, 0.02}, {1e-7, 0.02}, {1e-7, 0}});
    EXPECT_EQ(other.verdict, Verdict::differ);
    EXPECT_TRUE(other.headline.contains(QStringLiteral("conv2.kernel")));
    EXPECT_EQ(scene({{0, 0}, {0, 0}, {0, 0}, {0.3, 0}}).verdict, Verdict::differ);
    const widgets::CheckScene broken = scene({{0, 0}, {std::nan(""), 0.02}, {0, 0}});
    EXPECT_EQ(broken.verdict, Verdict::broken);
    EXPECT_TRUE(broken.headline.contains(QStringLiteral("conv1.kernel")));
    EXPECT_TRUE(broken.detail.contains(QStringLiteral("On A or on B")));
    EXPECT_TRUE(app::checkScene({}, {}, {}).rows.empty());
}

class CheckTest : public WindowTest {};

TEST_F(CheckTest, ComparesTwoDevicesWhileTheyTrain) {
    auto* view = child<widgets::CheckView>();
    ASSERT_TRUE(view);
    ASSERT_TRUE(openGalaxies());
    EXPECT_TRUE(view->scene().rows.empty());
    QComboBox* checker = nullptr;
    for (auto* box : window->findChildren<QComboBox*>())
        if (box->accessibleName() == QStringLiteral("Checked by"))
            checker = box;
    ASSERT_TRUE(checker);
    checker->setCurrentIndex(checker->findData(QStringLiteral("eigen")));
    Q_EMIT checker->activated(checker->currentIndex());
    EXPECT_EQ(workbench->experiment().device.id, "check:cpu,eigen");
    window->showPage(QStringLiteral("check"));
    EXPECT_EQ(window->page(), QStringLiteral("check"));
    EXPECT_TRUE(view->isHidden() || !view->isVisible());  // the empty state is
    EXPECT_TRUE(actions().train->isEnabled());

    actions().train->trigger();
    ASSERT_TRUE(workbench->training().active());
    ASSERT_TRUE(waitUntil([&] { return !view->scene().rows.empty(); }, 120000));
    EXPECT_TRUE(view->isVisible());
    actions().stop->trigger();
    ASSERT_TRUE(waitForEnd());
    EXPECT_EQ(view->scene().verdict, Verdict::agree) << view->scene().headline.toStdString();
    EXPECT_GT(view->scene().rows.front().typical, 0);
    EXPECT_TRUE(view->scene().headline.contains(QStringLiteral("agree: to")));
    EXPECT_EQ(window->page(), QStringLiteral("check"));
}

}  // namespace

}  // namespace shearbench::test

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/check_page.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/device/check_device.h"
#include "widgets/number_text.h"
#include "widgets/pane.h"

namespace shearbench::app {

namespace {

using Verdict = widgets::CheckScene::Verdict;

/// The row that differs most of all steps; one that is not finite is the worst.
std::size_t worstOf(const std::vector<double>& most) {
    const auto badness = [](double value) {
        return std::isnan(value) ? std::numeric_limits<double>::infinity() : value;
    };
    return static_cast<std::size_t>(
        std::max_element(most.begin(), most.end(),
                         [&](double a, double b) { return badness(a) < badness(b); }) -
        most.begin());
}

}  // namespace

widgets::CheckScene checkScene(const device::CheckRecord& record, const QString& first,
                               const QString& second) {
    using widgets::shortText;
    widgets::CheckScene scene;
    scene.tolerance = device::kRoundingPart;
    scene.limit = 10 * device::kCornerPart;
    for (std::size_t i = 0; i < record.most.size(); ++i) {
        const device::TensorComparison& tensor = record.latest.tensors[i];
        scene.rows.push_back({QString::fromStdString(tensor.name), tensor.judged().relative(),
                              record.most[i], tensor.judged().largest, tensor.judged().size});
    }
    if (scene.rows.empty())
        return scene;
    const widgets::CheckRow& worst = scene.rows[worstOf(record.most)];
    const double usual = record.usual();
    scene.detail = QObject::tr(
                       "Single precision's rounding explains up to %1, and up to %2 in a "
                       "step in which it tips a value's sign at a PReLU.")
                       .arg(shortText(device::kRoundingPart, 2), shortText(device::kCornerPart, 2));
    if (std::isnan(worst.most)) {
        scene.verdict = Verdict::broken;
        scene.headline = QObject::tr("Numbers of %1 are no longer finite.").arg(worst.name);
        scene.detail = QObject::tr(
                           "On %1 or on %2: the training diverged, or one of them computes "
                           "wrongly.")
                           .arg(first, second);
    } else if (usual > device::kCornerPart || worst.most > 10 * device::kCornerPart) {
        scene.verdict = Verdict::differ;
        scene.headline = QObject::tr("The two devices differ: by up to %1 of its size in %2.")
                             .arg(shortText(worst.most, 2), worst.name);
        scene.detail += QObject::tr(" What is far beyond has another cause.");
    } else if (worst.most == 0) {
        scene.headline = QObject::tr("The two devices agree in every bit.");
        scene.detail.clear();
    } else if (worst.most <= device::kRoundingPart || record.steps == 1) {
        scene.headline =
            QObject::tr("The two devices agree: to %1 of the numbers' size in every step.")
                .arg(shortText(worst.most, 2));
    } else {
        scene.headline = QObject::tr(
                             "The two devices agree: to %1 of the numbers' size in most steps, to "
                             "%2 in all.")
                             .arg(shortText(usual, 2), shortText(worst.most, 2));
    }
    if (!scene.detail.isEmpty())
        scene.detail += QLatin1Char(' ');
    scene.detail +=
        QObject::tr("Losses of step %1: %2 and %3.")
            .arg(widgets::countText(record.latest.step), shortText(record.latest.firstLoss, 6),
                 shortText(record.latest.secondLoss, 6));
    return scene;
}

CheckPage::CheckPage(const widgets::Theme& theme, Workbench& workbench, QObject* parent)
    : QObject(parent),
      theme_(theme),
      workbench_(workbench),
      pane_(new widgets::Pane(theme, tr("Check"))),
      view_(new widgets::CheckView(theme)) {
    pane_->setContent(view_);
    connect(&workbench_, &Workbench::snapshotChanged, this, &CheckPage::refresh);
    connect(&workbench_, &Workbench::trainingStarted, this, &CheckPage::refresh);
    connect(&workbench_, &Workbench::runOpened, this, &CheckPage::refresh);
    connect(&theme_, &widgets::Theme::changed, this, &CheckPage::refresh);
    refresh();
}

bool CheckPage::applies() const {
    return workbench_.training().check() != nullptr ||
           device::isCheckId(workbench_.experiment().device.id);
}

void CheckPage::showEmpty() {
    pane_->setContext({});
    QString text =
        tr("Choose a second device under Device, Checked by. While a network trains, "
           "how far the two agree will appear here, tensor by tensor.");
    if (workbench_.training().check() && workbench_.training().active())
        text = tr("The first step is being made on both devices.");
    else if (device::isCheckId(workbench_.experiment().device.id))
        text =
            tr("While the network trains, every step is made on both devices, and how far they "
               "agree will appear here, tensor by tensor.");
    pane_->setEmpty({QStringLiteral("compare"), text, {}});
}

void CheckPage::refresh() {
    pane_->setTitle(theme_.isPresentation() ? tr("Do both compute the same?") : tr("Check"));
    const device::CheckDevice* device = workbench_.training().check();
    const device::CheckRecord record = device ? device->record() : device::CheckRecord();
    if (record.steps == 0) {
        showEmpty();
        return;
    }
    const auto name = [](const device::Device& of) {
        return QString::fromStdString(of.info().name).section(QLatin1Char(','), 0, 0);
    };
    view_->setScene(checkScene(record, name(device->first()), name(device->second())));
    pane_->setContext(tr("%1 checked by %2, %3 compared")
                          .arg(QString::fromStdString(device->first().info().id),
                               QString::fromStdString(device->second().info().id),
                               record.steps == 1
                                   ? tr("1 step")
                                   : tr("%1 steps").arg(widgets::countText(record.steps))));
    pane_->setFilledWithData();
}

}  // namespace shearbench::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/screenshot.h"

#include <QApplication>
#include <QTextStream>
#include <QTimer>
#include <memory>

#include "app/main_window.h"
#include "app/quality_page.h"
#include "app/workbench.h"

namespace shearbench::app {

namespace {

constexpr int kPollMilliseconds = 200;
// How many polls in a row must find nothing going on: pictures are read and drawn meanwhile.
constexpr int kQuietPolls = 8;

void print(const QString& line) {
    QTextStream(stdout) << line << '\n';
}

bool isBusy(const MainWindow& window, Workbench& workbench) {
    return !window.settled() || workbench.datasets().opening() || workbench.training().active() ||
           workbench.benchmark().active() || workbench.simulation().active() ||
           workbench.demoRunning() || workbench.posteriors().predicting() ||
           workbench.generation().working() || workbench.quality().comparing();
}

}  // namespace

void saveScreenshotWhenDone(MainWindow& window, Workbench& workbench, const QString& file) {
    auto failed = std::make_shared<int>(0);
    auto quiet = std::make_shared<int>(0);
    auto printed = std::make_shared<std::size_t>(0);
    QObject::connect(&workbench, &Workbench::noted, &window,
                     [](const QString& text) { print(text); });
    QObject::connect(&workbench, &Workbench::failed, &window,
                     [failed](Workbench::Place, const Failure& failure) {
                         if (*failed == 0)
                             *failed = static_cast<int>(failure.kind);
                         QTextStream errors(stderr);
                         errors << failure.sentence << '\n';
                         if (!failure.remedy.isEmpty())
                             errors << failure.remedy << '\n';
                     });
    QObject::connect(&workbench, &Workbench::snapshotChanged, &window, [&workbench, printed] {
        if (!workbench.snapshot())
            return;
        const training::Snapshot& snapshot = *workbench.snapshot();
        if (*printed > snapshot.history.size())
            *printed = 0;
        for (; *printed < snapshot.history.size(); ++*printed) {
            const training::EpochRecord& record = snapshot.history[*printed];
            print(QStringLiteral("epoch %1 of %2  training %3  validation %4  %5 images/s")
                      .arg(record.epoch, 3)
                      .arg(snapshot.epochs)
                      .arg(record.trainingLoss, 8, 'f', 4)
                      .arg(record.validationLoss, 8, 'f', 4)
                      .arg(record.imagesPerSecond, 0, 'f', 0));
        }
    });
    auto* timer = new QTimer(&window);
    QObject::connect(timer, &QTimer::timeout, &window, [&window, &workbench, file, failed, quiet] {
        if (!isBusy(window, workbench) && window.page() == QLatin1String("quality") &&
            !workbench.quality().comparison() && workbench.quality().canCompare())
            workbench.quality().compare(QualityPage::kGalaxies);
        *quiet = isBusy(window, workbench) ? 0 : *quiet + 1;
        if (*quiet < kQuietPolls)
            return;
        const bool saved = window.grab().save(file);
        if (!saved)
            QTextStream(stderr) << "The picture " << file << " could not be written.\n";
        QApplication::exit(*failed != 0 || saved ? *failed : static_cast<int>(ErrorKind::data));
    });
    timer->start(kPollMilliseconds);
}

}  // namespace shearbench::app

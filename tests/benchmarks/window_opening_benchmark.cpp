// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>

#include "app/main_window.h"
#include "app/session_store.h"
#include "app/workbench.h"
#include "core/error.h"
#include "tests/support/temporary_folder.h"

// How soon the window shows what a large file holds, how much of the file it reads for that, and
// how long it does not answer meanwhile.
//
//     window_opening_benchmark FILE
//
// Ends with 0 if the contents are there within a second and the window answers within 100 ms.

namespace {

using namespace shearbench;

constexpr double kLongestSeconds = 1, kLongestMilliseconds = 100;

/// Bytes that this process has read, whether from the disk or its cache.
std::uint64_t bytesRead() {
    std::ifstream stream("/proc/self/io");
    std::string name;
    std::uint64_t value = 0;
    while (stream >> name >> value)
        if (name == "rchar:")
            return value;
    return 0;
}

int measure(const QString& file) {
    app::SessionStore store;
    widgets::Theme theme;
    theme.applyToApplication();
    app::Workbench workbench;
    app::MainWindow window(theme, workbench, store);
    QObject::connect(&workbench, &app::Workbench::failed, &window,
                     [](app::Workbench::Place, const app::Failure& failure) {
                         throw Error(failure.kind, failure.sentence.toStdString());
                     });
    window.resize(1680, 1050);
    window.show();
    const auto handleEvents = [](const auto& done) {
        while (!done())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    };
    handleEvents([&] { return window.settled(); });

    QElapsedTimer clock, sinceTick;
    QTimer ticks;
    double longest = 0;
    QObject::connect(&ticks, &QTimer::timeout, &window, [&] {
        longest = std::max(longest, 1e-6 * static_cast<double>(sinceTick.nsecsElapsed()));
        sinceTick.restart();
    });
    bool pixels = false;
    QObject::connect(&workbench.datasets(), &app::DatasetController::pixelsReady, &window,
                     [&] { pixels = true; });
    window.showPage(QStringLiteral("cutouts"));
    const std::uint64_t before = bytesRead();
    clock.start();
    sinceTick.start();
    ticks.start(1);
    workbench.open(file);
    handleEvents([&] { return workbench.datasets().dataset() != nullptr; });
    const double opened = 1e-3 * static_cast<double>(clock.elapsed());
    const std::uint64_t read = bytesRead() - before;
    handleEvents([&] { return pixels; });
    const double shown = 1e-3 * static_cast<double>(clock.elapsed());
    fmt::print(
        "contents after {:.2f} s, having read {:.1f} MB; first pictures after {:.2f} s, {:.1f} MB; "
        "longest without an answer {:.0f} ms\n",
        opened, 1e-6 * static_cast<double>(read), shown,
        1e-6 * static_cast<double>(bytesRead() - before), longest);
    return opened <= kLongestSeconds && longest <= kLongestMilliseconds ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const test::TemporaryFolder folder;
    for (const char* variable : {"XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"})
        qputenv(variable, QByteArray::fromStdString(folder.path().string()));
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_FONT_DPI", "96");
    QApplication application(argc, argv);
    if (argc != 2) {
        fmt::print(stderr, "usage: window_opening_benchmark FILE\n");
        return 2;
    }
    try {
        return measure(QString::fromLocal8Bit(argv[1]));
    } catch (const Error& error) {
        fmt::print(stderr, "{}\n{}\n", error.what(), error.remedy());
        return error.exitCode();
    }
}

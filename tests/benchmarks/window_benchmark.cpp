// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <sys/resource.h>
#include <time.h>

#include <QAbstractEventDispatcher>
#include <QApplication>
#include <QEventLoop>
#include <QFileInfo>
#include <QTimer>
#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "app/main_window.h"
#include "app/session_store.h"
#include "app/workbench.h"
#include "core/data/simulator/simulate.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/training/trainer.h"
#include "tests/support/temporary_folder.h"
#include "widgets/cutout_browser.h"
#include "widgets/cutout_grid.h"
#include "widgets/details_button.h"
#include "widgets/pane.h"
#include "widgets/simulate_dialog.h"

// What the window costs a training, and how soon it answers meanwhile: the deterministic network at
// batch 8 trains by turns alone, as the command line does it, and with the whole window shown in
// memory, all panes live, six galaxies watched. Then everything the window can be asked to do is
// done while it trains.
//
//     window_benchmark [rounds [epochs a turn [galaxies]]]     3, 2, 1600
//
// Each turn is so many whole epochs, validation and saving included. Where other programs run
// beside it, go by the images per second of processor time: all threads are counted, the window's
// too.

namespace {

using namespace shearbench;
using Clock = std::chrono::steady_clock;

constexpr double kLeastRatio = 0.97, kLongestMilliseconds = 100;
constexpr int kRepeats = 5;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double cpuSeconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

struct Turn {
    double images = 0, seconds = 0, cpu = 0;
};

double threadCpuSeconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Handles events until `done`, asked after every burst of them; returns the processor time of each
/// burst in milliseconds.
std::vector<double> handleEvents(const std::function<bool()>& done) {
    std::vector<double> bursts;
    double before = threadCpuSeconds();
    while (!done()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        const double now = threadCpuSeconds();
        bursts.push_back(1e3 * (now - before));
        before = now;
    }
    return bursts;
}

/// A training with nothing around it but a thread that looks ten times a second.
class Alone {
  public:
    Alone(training::PreparedData data, const std::filesystem::path& folder)
        : trainer_(data, device::findDevice("cpu"),
                   training::RunDirectory::createAt(folder, data.experiment)),
          thread_([this] { trainer_.run(); }) {
        trainer_.pause();
        look(
            [](const training::Snapshot& s) { return s.state == training::TrainingState::paused; });
    }
    ~Alone() {
        trainer_.stop();
        thread_.join();
    }

    Turn train(int epochs) {
        trainer_.resume();
        const std::int64_t first = trainer_.latest()->epoch + 1;
        look([&](const training::Snapshot& s) { return s.epoch >= first; });
        const Clock::time_point start = Clock::now();
        const double cpu = cpuSeconds();
        look([&](const training::Snapshot& s) { return s.epoch >= first + epochs; });
        const Turn turn{double(epochs * trainer_.latest()->stepsPerEpoch * 8), secondsSince(start),
                        cpuSeconds() - cpu};
        trainer_.pause();
        look(
            [](const training::Snapshot& s) { return s.state == training::TrainingState::paused; });
        return turn;
    }

  private:
    template <class Reached>
    void look(Reached reached) {
        while (!reached(trainer_.snapshot()))
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }

    training::Trainer trainer_;
    std::thread thread_;
};

class Windowed {
  public:
    explicit Windowed(const Experiment& experiment) : window_(theme_, workbench_, store_) {
        theme_.applyToApplication();
        QObject::connect(&workbench_, &app::Workbench::failed, &window_,
                         [](app::Workbench::Place, const app::Failure& failure) {
                             throw Error(ErrorKind::run, failure.sentence.toStdString());
                         });
        window_.resize(1680, 1050);
        window_.show();
        workbench_.setExperiment(experiment, true);
        handleEvents([this] { return workbench_.canTrain(); });
        workbench_.train();
        handleEvents([this] { return snapshot().step > 0; });
        pause();
    }

    const training::Snapshot& snapshot() const { return *workbench_.snapshot(); }

    void pause() {
        workbench_.training().pause();
        handleEvents([this] { return snapshot().state == training::TrainingState::paused; });
    }

    Turn train(int epochs) {
        workbench_.training().resume();
        const std::int64_t first = snapshot().epoch + 1;
        handleEvents([&] { return snapshot().epoch >= first; });
        const Clock::time_point start = Clock::now();
        const double cpu = cpuSeconds();
        const std::vector<double> bursts =
            handleEvents([&] { return snapshot().epoch >= first + epochs; });
        const Turn turn{double(epochs * snapshot().stepsPerEpoch * 8), secondsSince(start),
                        cpuSeconds() - cpu};
        busy_.insert(busy_.end(), bursts.begin(), bursts.end());
        busySpan_ += turn.seconds;
        pause();
        return turn;
    }

    void reportBusyTimes() const {
        double sum = 0;
        for (const double time : busy_)
            sum += time;
        fmt::print(
            "window's thread while nobody touches it: woken {} times in {:.1f} s, processor time "
            "{:.2f} ms in the median, {:.1f} ms at most, {:.2f} % of one processor\n",
            busy_.size(), busySpan_, median(busy_), *std::max_element(busy_.begin(), busy_.end()),
            0.1 * sum / busySpan_);
    }

    /// False when something took too long.
    bool measureActions();

  private:
    struct Action {
        std::string name;
        std::function<void()> act;
    };
    std::vector<Action> actions();

    app::SessionStore store_;
    widgets::Theme theme_;
    app::Workbench workbench_;
    app::MainWindow window_;
    std::vector<double> busy_;
    double busySpan_ = 0;
};

std::vector<Windowed::Action> Windowed::actions() {
    std::vector<Action> all;
    const auto trigger = [&](const char* name, QAction* action) {
        all.push_back({name, [action] { action->trigger(); }});
    };
    auto* browser = window_.findChild<widgets::CutoutBrowser*>();
    auto* grid = browser->grid();
    trigger("dark colours", window_.actions().dark);
    trigger("light colours", window_.actions().dark);
    for (const qint64 row : {100, 200})
        all.push_back({"choose a galaxy", [this, row] { workbench_.selection().select(row); }});
    all.push_back({"filter", [browser] { browser->setFilter(QStringLiteral("snr > 100")); }});
    all.push_back({"no filter", [browser] { browser->setFilter({}); }});
    all.push_back({"sort", [browser] { browser->setSort(QStringLiteral("snr"), true); }});
    all.push_back({"scroll the cutouts", [grid] { grid->scrollToBottom(); }});
    all.push_back({"scroll back", [grid] { grid->scrollToTop(); }});
    all.push_back({"page: log", [this] { window_.showPage(QStringLiteral("log")); }});
    all.push_back({"page: cutouts", [this] { window_.showPage(QStringLiteral("cutouts")); }});
    for (auto* pane : window_.findChildren<widgets::Pane*>()) {
        const std::string title = pane->title().toStdString();
        all.push_back({"fill the window: " + title, [pane] { pane->maximiseRequested(true); }});
        all.push_back({"go back: " + title, [pane] { pane->maximiseRequested(false); }});
        all.push_back({"table: " + title, [pane] { pane->showTable(true); }});
        all.push_back({"figure: " + title, [pane] { pane->showTable(false); }});
    }
    for (auto* details : window_.findChildren<widgets::DetailsButton*>()) {
        all.push_back({"open details", [details] { details->setOpen(true); }});
        all.push_back({"close details", [details] { details->setOpen(false); }});
    }
    trigger("presentation", window_.actions().presentation);
    trigger("end presentation", window_.actions().presentation);
    all.push_back({"resize", [this] { window_.resize(1400, 900); }});
    all.push_back({"resize back", [this] { window_.resize(1680, 1050); }});
    trigger("simulate", window_.actions().simulate);
    all.push_back(
        {"close simulate", [this] { window_.findChild<widgets::SimulateDialog*>()->close(); }});
    trigger("copy command", window_.actions().copyCommand);
    trigger("restore layout", window_.actions().restoreLayout);
    trigger("pause", window_.actions().pause);
    trigger("resume", window_.actions().pause);
    return all;
}

bool Windowed::measureActions() {
    workbench_.training().resume();
    handleEvents([this] { return snapshot().state == training::TrainingState::running; });
    const std::vector<Action> all = actions();
    std::vector<std::vector<double>> times(all.size());
    QEventLoop loop;
    for (int repeat = 0; repeat < kRepeats; ++repeat)
        for (std::size_t i = 0; i < all.size(); ++i) {
            QTimer::singleShot(150, &loop, &QEventLoop::quit);
            loop.exec();
            QCoreApplication::processEvents();
            const Clock::time_point start = Clock::now();
            all[i].act();
            const auto idle =
                QObject::connect(QAbstractEventDispatcher::instance(),
                                 &QAbstractEventDispatcher::aboutToBlock, &loop, &QEventLoop::quit);
            loop.exec();
            times[i].push_back(1e3 * secondsSince(start));
            QObject::disconnect(idle);
            // Pausing and resuming take effect between two steps.
            QTimer::singleShot(all[i].name == "pause" ? 400 : 0, &loop, &QEventLoop::quit);
            loop.exec();
        }
    std::vector<double> everything;
    fmt::print("{:<42}{:>10}{:>10}   ms until idle again, while training\n", "action", "median",
               "largest");
    for (std::size_t i = 0; i < all.size(); ++i) {
        const double largest = *std::max_element(times[i].begin(), times[i].end());
        fmt::print("{:<42}{:>10.1f}{:>10.1f}{}\n", all[i].name, median(times[i]), largest,
                   largest > kLongestMilliseconds ? "   <-- too long" : "");
        everything.insert(everything.end(), times[i].begin(), times[i].end());
    }
    const double largest = *std::max_element(everything.begin(), everything.end());
    fmt::print("{:<42}{:>10.1f}{:>10.1f}\n", "all", median(everything), largest);
    return largest <= kLongestMilliseconds;
}

void print(const char* name, const Turn& turn) {
    fmt::print("{:<8} {:8.1f} images/s   {:8.1f} images per second of processor time\n", name,
               turn.images / turn.seconds, turn.images / turn.cpu);
}

int measure(int rounds, int epochs, int galaxies, const std::filesystem::path& folder) {
    Experiment experiment;
    experiment.data.file = folder / "galaxies.h5";
    experiment.training.epochs = 10000;
    data::simulator::SimulationSettings settings;
    settings.count = galaxies;
    data::simulator::simulate(settings, experiment.data.file);

    Alone alone(training::prepareData(experiment), folder / "alone");
    Windowed windowed(experiment);
    std::vector<double> wall, cpu;
    for (int round = 0; round < rounds; ++round) {
        const bool aloneFirst = round % 2 == 0;
        Turn a, b;
        if (aloneFirst)
            a = alone.train(epochs);
        b = windowed.train(epochs);
        if (!aloneFirst)
            a = alone.train(epochs);
        print("alone", a);
        print("window", b);
        wall.push_back(a.seconds / b.seconds);
        cpu.push_back(a.cpu / b.cpu);
        fmt::print("ratio    {:.4f} by the clock, {:.4f} by processor time\n", wall.back(),
                   cpu.back());
        std::fflush(stdout);
    }
    fmt::print("median   {:.4f} by the clock, {:.4f} by processor time; at least {} is wanted\n",
               median(wall), median(cpu), kLeastRatio);
    windowed.reportBusyTimes();
    const bool quick = windowed.measureActions();
    return median(wall) >= kLeastRatio && quick ? 0 : 1;
}

int numberAt(int argc, char** argv, int index, int fallback) {
    return argc > index ? std::max(1, std::atoi(argv[index])) : fallback;
}

}  // namespace

int main(int argc, char** argv) {
    const test::TemporaryFolder folder;
    for (const char* variable : {"XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"})
        qputenv(variable, QByteArray::fromStdString(folder.path().string()));
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_FONT_DPI", "96");
    QApplication application(argc, argv);
    try {
        return measure(numberAt(argc, argv, 1, 3), numberAt(argc, argv, 2, 2),
                       numberAt(argc, argv, 3, 1600), folder.path());
    } catch (const Error& error) {
        fmt::print(stderr, "{}\n{}\n", error.what(), error.remedy());
        return error.exitCode();
    }
}

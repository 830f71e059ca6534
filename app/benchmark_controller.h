// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>
#include <QTimer>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "app/background.h"
#include "core/benchmark/store.h"

namespace shearbench::app {

/// Runs sweeps on a thread of their own and keeps the results that the charts show: this machine's,
/// then those imported from elsewhere.
class BenchmarkController : public QObject {
    Q_OBJECT
  public:
    explicit BenchmarkController(QObject* parent = nullptr);
    /// Stops the sweep, which is kept and can be resumed, and waits for that.
    ~BenchmarkController() override;

    /// A new sweep in a new run under `folder`. Images are prepared on the thread, too.
    void start(const Experiment& experiment, const QString& folder);
    /// Goes on with the run that was opened last, if it was stopped.
    void resumeRun();
    bool canResume() const;

    void pause();
    void resume();
    void stop();
    bool active() const { return thread_.joinable(); }
    bool paused() const { return active() && control_->pausing(); }

    /// Shows a run's results, or those of a file: instead of this machine's when a sweep of it can
    /// go on from there, else beside the others.
    void open(const QString& path);
    /// Shows the newest benchmark under `folder`, if there is one that can be read, unless
    /// something is shown. Unasked for: neither opened() nor failed() is told.
    void openNewest(const QString& folder);
    /// Leaves this machine's alone.
    void closeImported();
    bool hasImported() const;

    const std::vector<benchmark::Results>& results() const { return results_; }
    /// Where each comes from: the directory of a run, or a file.
    const QStringList& sources() const { return sources_; }
    const benchmark::Progress& progress() const { return progress_; }
    /// Of the run whose results come first; empty for a file.
    const QString& directory() const { return directory_; }
    const QString& command() const { return command_; }

  Q_SIGNALS:
    void changed();  ///< results or progress
    void opened();   ///< results that were asked for are shown
    void started();
    void ended();
    void failed(const shearbench::app::Failure& failure);

  private:
    struct News {
        std::mutex mutex;
        std::shared_ptr<const benchmark::Results> results;
        benchmark::Progress progress;
        QString directory;
        std::optional<Failure> failure;
        bool finished = false;
    };

    void begin(std::function<void()> work);
    void run(const training::RunDirectory& run, benchmark::Results results,
             const Experiment& experiment);
    void take(benchmark::Results results, const QString& source);
    void putFirst(benchmark::Results results, const QString& directory);
    void poll();

    std::vector<benchmark::Results> results_;
    QStringList sources_;  // one each
    benchmark::Progress progress_;
    QString directory_, command_;
    std::unique_ptr<training::Control> control_;
    std::shared_ptr<News> news_;
    std::thread thread_;
    QTimer timer_;
    Background background_;  // last: its thread ends before what its jobs use
};

}  // namespace shearbench::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/benchmark_controller.h"

#include <QDir>
#include <algorithm>

#include "core/benchmark/command.h"

namespace shearbench::app {

namespace {

using benchmark::Results;

// What is drawn while it measures takes processor time from what is measured.
constexpr int kPollMilliseconds = 500;

}  // namespace

BenchmarkController::BenchmarkController(QObject* parent) : QObject(parent) {
    timer_.setInterval(kPollMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &BenchmarkController::poll);
}

BenchmarkController::~BenchmarkController() {
    if (!active())
        return;
    control_->stop();
    thread_.join();
}

void BenchmarkController::begin(std::function<void()> work) {
    if (active())
        return;
    control_ = std::make_unique<training::Control>();
    news_ = std::make_shared<News>();
    progress_ = {};
    thread_ = std::thread([news = news_, work = std::move(work)] {
        std::optional<Failure> failure;
        try {
            work();
        } catch (const std::exception& problem) {
            failure = failureOf(problem);
        }
        const std::lock_guard held(news->mutex);
        news->failure = failure;
        news->finished = true;
    });
    timer_.start();
    Q_EMIT started();
    Q_EMIT changed();
}

void BenchmarkController::start(const Experiment& experiment, const QString& folder) {
    begin([this, experiment, folder] {
        check(experiment);
        benchmark::planPoints(experiment);  // refuses names before a run is made
        const auto images =
            std::make_shared<const training::PreparedData>(benchmark::prepareImages(experiment));
        Results results =
            benchmark::newResults(experiment, *images, benchmark::commandOf(experiment), true);
        run(benchmark::createRun(folder.toStdString(), experiment), std::move(results), experiment);
    });
    command_ = QString::fromStdString(benchmark::commandOf(experiment));
}

void BenchmarkController::resumeRun() {
    if (!canResume())
        return;
    begin([this, directory = directory_.toStdString()] {
        const auto stored = training::RunDirectory::open(directory);
        run(stored, benchmark::openResults(directory), stored.experiment());
    });
}

/// On the sweep's thread.
void BenchmarkController::run(const training::RunDirectory& stored, Results results,
                              const Experiment& experiment) {
    const auto images =
        std::make_shared<const training::PreparedData>(benchmark::prepareImages(experiment));
    const auto tell = [this, directory = QString::fromStdString(stored.path().string())](
                          const Results& now, const benchmark::Progress& progress) {
        auto copy = std::make_shared<const Results>(now);
        const std::lock_guard held(news_->mutex);
        news_->results = std::move(copy);
        news_->progress = progress;
        news_->directory = directory;
    };
    tell(results, {});
    benchmark::runBenchmark(stored, std::move(results), images, *control_, tell);
}

bool BenchmarkController::canResume() const {
    if (active() || directory_.isEmpty() || results_.empty())
        return false;
    const auto& points = results_.front().points;
    return std::any_of(points.begin(), points.end(), [](const benchmark::Point& point) {
        return point.status == benchmark::Status::waiting ||
               point.status == benchmark::Status::running ||
               point.status == benchmark::Status::stopped;
    });
}

void BenchmarkController::pause() {
    if (active())
        control_->pause();
    Q_EMIT changed();
}

void BenchmarkController::resume() {
    if (active())
        control_->resume();
    Q_EMIT changed();
}

void BenchmarkController::stop() {
    if (active())
        control_->stop();
}

/// Puts results of a run of this machine first.
void BenchmarkController::take(Results results, const QString& source) {
    const bool run = QFileInfo(source).isDir();
    if (!run || active()) {
        if (results_.empty())
            directory_.clear();
        results_.push_back(std::move(results));
        sources_ << source;
    } else {
        // What came from files stays beside it.
        putFirst(std::move(results), source);
        command_ = QString::fromStdString(results_.front().command);
    }
    Q_EMIT changed();
}

/// In place of the run that came first before, if one did.
void BenchmarkController::putFirst(Results results, const QString& directory) {
    if (!directory_.isEmpty() && !results_.empty()) {
        results_.front() = std::move(results);
        sources_.front() = directory;
    } else {
        results_.insert(results_.begin(), std::move(results));
        sources_.prepend(directory);
    }
    directory_ = directory;
}

void BenchmarkController::open(const QString& path) {
    const QString source = QFileInfo(path).absoluteFilePath();
    background_.run([source] { return benchmark::openResults(source.toStdString()); },
                    [this, source](Results results) {
                        take(std::move(results), source);
                        Q_EMIT opened();
                    },
                    [this](const Failure& failure) { Q_EMIT failed(failure); });
}

void BenchmarkController::openNewest(const QString& folder) {
    using Newest = std::pair<QString, Results>;
    background_.run(
        [folder]() -> Newest {
            // Names begin with the time.
            const QStringList runs = QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot,
                                                            QDir::Name | QDir::Reversed);
            for (const QString& run : runs)
                if (const QString path = folder + QLatin1Char('/') + run;
                    benchmark::isBenchmarkRun(path.toStdString()))
                    return {path, benchmark::openResults(path.toStdString())};
            return {};
        },
        [this](Newest newest) {
            if (!newest.first.isEmpty() && results_.empty() && !active())
                take(std::move(newest.second), newest.first);
        },
        [](const Failure&) {});  // then there is none to show
}

void BenchmarkController::closeImported() {
    const std::size_t own = directory_.isEmpty() || results_.empty() ? 0 : 1;
    results_.resize(own);
    sources_ = sources_.mid(0, static_cast<int>(own));
    Q_EMIT changed();
}

bool BenchmarkController::hasImported() const {
    return results_.size() > (directory_.isEmpty() ? 0u : 1u);
}

void BenchmarkController::poll() {
    std::shared_ptr<const Results> latest;
    std::optional<Failure> failure;
    bool finished = false;
    QString directory;
    {
        const std::lock_guard held(news_->mutex);
        latest = std::move(news_->results);
        news_->results.reset();
        progress_ = news_->progress;
        directory = news_->directory;
        failure = news_->failure;
        finished = news_->finished;
    }
    if (latest) {
        putFirst(*latest, directory);
        Q_EMIT changed();
    }
    if (!finished)
        return;
    timer_.stop();
    thread_.join();
    Q_EMIT changed();
    if (failure)
        Q_EMIT failed(*failure);
    Q_EMIT ended();
}

}  // namespace shearbench::app

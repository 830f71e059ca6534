// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/benchmark_controller.h"

#include <QDir>
#include <algorithm>

namespace shearbench::app {

namespace {

using benchmark::Results;

// What is drawn while it measures takes processor time from what is measured.
constexpr int kPollMilliseconds = 500;

Failure failureOf(const std::exception& problem) {
    const auto* error = dynamic_cast<const Error*>(&problem);
    return {QString::fromUtf8(problem.what()),
            error ? QString::fromStdString(error->remedy()) : QString()};
}

/// The command line that does the same, for results and status bar.
QString commandOf(const Experiment& experiment) {
    const BenchmarkSettings& settings = experiment.benchmark;
    const auto list = [](const char* name, const auto& values, auto textOf) {
        QStringList texts;
        for (const auto& value : values)
            texts << textOf(value);
        return texts.isEmpty() ? QString()
                               : QStringLiteral(" --%1 %2")
                                     .arg(QLatin1String(name), texts.join(QLatin1Char(',')));
    };
    const auto word = [](const std::string& text) { return QString::fromStdString(text); };
    const auto digits = [](int value) { return QString::number(value); };
    const BenchmarkSettings usual;
    QString command =
        QStringLiteral("shearbench-cli benchmark --protocol ") + word(settings.protocol) +
        list("networks", settings.networks, word) + list("devices", settings.devices, word) +
        list("batch", settings.batches, digits) + list("images", settings.imageCounts, digits);
    if (settings.budgetSeconds != usual.budgetSeconds)
        command += QStringLiteral(" --budget %1").arg(settings.budgetSeconds);
    if (experiment.device.threads > 0)
        command += QStringLiteral(" --threads %1").arg(experiment.device.threads);
    if (experiment.device.memoryCapMB > 0)
        command += QStringLiteral(" --memory-cap %1").arg(experiment.device.memoryCapMB);
    if (!experiment.data.file.empty())
        command += QStringLiteral(" --data '%1'").arg(word(experiment.data.file));
    return command;
}

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
            benchmark::newResults(experiment, *images, commandOf(experiment).toStdString(), true);
        run(benchmark::createRun(folder.toStdString(), experiment), std::move(results), experiment);
    });
    command_ = commandOf(experiment);
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
void BenchmarkController::take(Results results, const QString& directory) {
    if (directory.isEmpty() || active()) {
        if (results_.empty())
            directory_.clear();
        results_.push_back(std::move(results));
    } else {
        // What came from files stays beside it.
        if (!directory_.isEmpty() && !results_.empty())
            results_.erase(results_.begin());
        results_.insert(results_.begin(), std::move(results));
        directory_ = directory;
        command_ = QString::fromStdString(results_.front().command);
    }
    Q_EMIT changed();
}

void BenchmarkController::open(const QString& path) {
    background_.run([path] { return benchmark::openResults(path.toStdString()); },
                    [this, path](Results results) {
                        const QFileInfo info(path);
                        take(std::move(results),
                             info.isDir() ? info.absoluteFilePath() : QString());
                    },
                    [this](const Failure& failure) { Q_EMIT failed(failure); });
}

void BenchmarkController::openNewest(const QString& folder) {
    background_.run(
        [folder]() -> QString {
            // Names begin with the time.
            const QStringList runs = QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot,
                                                            QDir::Name | QDir::Reversed);
            for (const QString& run : runs)
                if (const QString path = folder + QLatin1Char('/') + run;
                    benchmark::isBenchmarkRun(path.toStdString()))
                    return path;
            return {};
        },
        [this](const QString& newest) {
            if (!newest.isEmpty() && results_.empty() && !active())
                open(newest);
        },
        [](const Failure&) {});  // then there is none to show
}

void BenchmarkController::clear() {
    if (active())
        return;
    results_.clear();
    directory_.clear();
    command_.clear();
    Q_EMIT changed();
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
        if (directory_.isEmpty() || results_.empty())
            results_.insert(results_.begin(), *latest);
        else
            results_.front() = *latest;
        directory_ = directory;
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

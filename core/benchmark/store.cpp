// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/store.h"

#include <fmt/format.h>

#include "core/benchmark/environment.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/files.h"
#include "core/version.h"

namespace shearbench::benchmark {

namespace fs = std::filesystem;

namespace {

void write(const training::RunDirectory& run, const Results& results) {
    writeResults(results, resultsFile(run.path()));
    writeText(run.path() / "results.csv", toCsv(results));
}

std::unique_ptr<PowerMeter> meterOf(const std::string& device) {
    return findPowerMeter(device::findDevice(device)->info());
}

}  // namespace

fs::path resultsFile(const fs::path& run) {
    return run / "results.json";
}

bool isBenchmarkRun(const fs::path& directory) {
    std::error_code ignored;
    return fs::is_regular_file(resultsFile(directory), ignored);
}

Results openResults(const fs::path& fileOrRun) {
    std::error_code ignored;
    return readResults(fs::is_directory(fileOrRun, ignored) ? resultsFile(fileOrRun) : fileOrRun);
}

Results newResults(const Experiment& experiment, const training::PreparedData& images,
                   const std::string& command, bool measure) {
    Results results;
    results.version = kVersion;
    results.started = utcNow();
    results.command = command;
    results.protocol = protocolOf(experiment.benchmark);
    results.machine = describeMachine();
    results.name = results.machine.host;
    results.data = describeImages(images);
    results.experiment = images.experiment;
    results.points = planPoints(experiment);
    for (const Point& point : results.points)
        if (!results.device(point.task.device))
            results.devices.push_back(
                describeDevice(*device::findDevice(point.task.device), experiment.device, measure));
    return results;
}

training::RunDirectory createRun(const fs::path& parent, const Experiment& experiment) {
    Experiment named = experiment;
    if (named.name.empty())
        named.name = "benchmark_" + named.benchmark.protocol;
    return training::RunDirectory::create(parent, named);
}

Results runBenchmark(const training::RunDirectory& run, Results results,
                     std::shared_ptr<const training::PreparedData> images,
                     training::Control& control,
                     std::function<void(const Results&, const Progress&)> changed) {
    const training::RunLock lock(run);
    run.setState("running");
    write(run, results);
    std::size_t written = 0;
    Surroundings surroundings;
    surroundings.makeWork = makeWork(std::move(images));
    surroundings.makeMeter = meterOf;
    surroundings.changed = [&](const Results& now, const Progress& progress) {
        if (progress.done != written)
            write(run, now);
        written = progress.done;
        if (changed)
            changed(now, progress);
    };
    Sweep sweep(std::move(results), std::move(surroundings), control);
    try {
        const bool whole = sweep.run();
        write(run, sweep.results());
        run.setState(whole ? "done" : "stopped");
    } catch (const Error& error) {
        run.setState("failed", error.what());
        throw;
    }
    return sweep.results();
}

}  // namespace shearbench::benchmark

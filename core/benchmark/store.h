// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/benchmark/sweep.h"
#include "core/training/control.h"
#include "core/training/run.h"

// A benchmark as a run: a run directory (core/training/run.h) that holds, beside experiment.json
// and state.json, results.json and results.csv, written anew after every point.

namespace shearbench::benchmark {

/// Of the results within a run directory.
std::filesystem::path resultsFile(const std::filesystem::path& run);

/// Whether a directory is the run of a benchmark.
bool isBenchmarkRun(const std::filesystem::path& directory);

/// `file`, or the results of a run directory.
Results openResults(const std::filesystem::path& fileOrRun);

/// Results without a time yet: machine, devices and data described, points planned. `measure`: the
/// devices' rates are measured, which takes a moment each.
Results newResults(const Experiment& experiment, const training::PreparedData& images,
                   const std::string& command, bool measure);

/// A new run's directory under `parent`, named after the protocol.
training::RunDirectory createRun(const std::filesystem::path& parent, const Experiment& experiment);

/// Runs what is left of `results` in `run`, which it locks: state "running", at the end "done" or
/// "stopped", "failed" with the sentence when something throws, which then goes on. `changed` as in
/// Surroundings.
Results runBenchmark(const training::RunDirectory& run, Results results,
                     std::shared_ptr<const training::PreparedData> images,
                     training::Control& control,
                     std::function<void(const Results&, const Progress&)> changed);

}  // namespace shearbench::benchmark

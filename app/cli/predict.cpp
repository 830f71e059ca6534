// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <numeric>

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/schema_options.h"
#include "app/cli/terminal.h"
#include "core/data/memory_source.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/model/predictions_file.h"
#include "core/model/weight_draws.h"
#include "core/training/run_cutouts.h"
#include "core/training/trained_network.h"
#include "core/version.h"

namespace shearbench::cli {

namespace {

struct Options {
    std::string run, data, out, device;
    int threads = 0;
    bool last = false;
    int draws = model::kDefaultDraws;
    bool drawsGiven = false;
    std::uint64_t seed = 1;
    DataSettings reading;
};

std::map<std::string, std::vector<double>> knownLabels(const data::CutoutSource& source,
                                                       const std::vector<std::int64_t>& rows) {
    std::map<std::string, std::vector<double>> labels;
    const char* const names[] = {"e1", "e2", "redshift"};
    for (std::size_t i = 0; i < 3; ++i)
        if (const std::string& column = source.schema().targets[i]; !column.empty()) {
            const std::vector<double> all = source.readColumn(column);
            for (const std::int64_t row : rows)
                labels[names[i]].push_back(all.at(static_cast<std::size_t>(row)));
        }
    return labels;
}

/// Total, aleatoric and epistemic, over the options' weight draws.
void predictSplit(model::Predictor& predictor, const data::CutoutSource& source,
                  const Options& options, const std::function<bool(double)>& proceed,
                  model::Predictions& predictions) {
    const auto draws = static_cast<std::size_t>(options.draws);
    const auto take = [&](std::size_t, std::span<const float> features) {
        const std::vector<model::Posterior> all = model::posteriorsFromFeatures(features);
        for (std::size_t first = 0; first < all.size(); first += draws) {
            const model::SplitPosterior split =
                model::combineDraws(std::span(all).subspan(first, draws));
            predictions.posteriors.push_back(split.total);
            predictions.aleatoric.push_back(split.aleatoric);
            predictions.epistemic.push_back(split.epistemic);
        }
    };
    model::DrawsPredictor(predictor.session(), predictor.normalisation(), options.seed)
        .predict(source, predictions.rows, options.draws, take, proceed);
}

/// In memory once it has been read, where it fits. Null when interrupted.
std::shared_ptr<const data::CutoutSource> openCutouts(const Options& options,
                                                      const Experiment& trained) {
    const auto [file, notes] = training::openForRun(options.reading, options.data, trained);
    for (const std::string& note : notes)
        fmt::print(stderr, "Note: {}\n", note);
    if (!data::fitsIntoMemory(*file))
        return file;
    return data::keepInMemory(file, 0, [](std::int64_t, std::int64_t) { return !interrupted(); });
}

/// The rows a network can look at; says which it cannot.
std::vector<std::int64_t> usableRows(const data::CutoutSource& source) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(source.schema().count));
    std::iota(all.begin(), all.end(), 0);
    std::vector<std::int64_t> rows =
        data::finiteRows(source, all, [](std::int64_t, std::int64_t) { return !interrupted(); });
    if (rows.size() == all.size() || interrupted())
        return rows;
    std::vector<std::int64_t> left;
    std::set_difference(all.begin(), all.end(), rows.begin(), rows.end(), std::back_inserter(left));
    constexpr std::size_t kNamed = 10;
    const std::size_t named = std::min(kNamed, left.size());
    fmt::print(stderr,
               "{} of {} cutouts are left out: they have pixels that are not finite (rows {}{}).\n",
               thousands(static_cast<long long>(left.size())),
               thousands(static_cast<long long>(all.size())),
               fmt::join(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(named), ", "),
               named < left.size() ? " ..." : "");
    if (rows.empty())
        data::throwNothingFinite(source.schema());
    return rows;
}

int predict(const Options& options) {
    using Kept = training::RunDirectory::Kept;
    const auto run = training::RunDirectory::open(options.run);
    std::vector<std::filesystem::path> kept = run.files();
    kept.emplace_back(options.data);
    requireOutput(options.out, kept);
    const std::string& id = options.device.empty() ? run.experiment().device.id : options.device;
    const training::TrainedNetwork trained =
        training::loadTrainedNetwork(run, options.last ? Kept::last : Kept::best);
    model::Predictor predictor =
        training::makePredictor(trained, *device::findDevice(id), options.threads);
    const std::shared_ptr<const data::CutoutSource> source = openCutouts(options, run.experiment());

    model::Predictions predictions;
    if (source)
        predictions.rows = usableRows(*source);
    const auto count = static_cast<std::int64_t>(predictions.rows.size());
    ProgressLine line;
    const auto start = std::chrono::steady_clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    const auto proceed = [&](double done) {
        if (done > 0)
            line.show(
                fmt::format("{} of {} galaxies, {} left", thousands(static_cast<long long>(done)),
                            thousands(count),
                            duration(elapsed() / done * (static_cast<double>(count) - done))));
        return !interrupted();
    };
    const bool bayesian = network::bayesianWeightCount(trained.network) > 0;
    if (!bayesian && options.drawsGiven)
        fmt::print(stderr,
                   "The run's network, {}, has no weights to draw; --draws changes nothing.\n",
                   trained.network.name());
    if (bayesian && !interrupted())
        predictSplit(predictor, *source, options, proceed, predictions);
    else if (!interrupted())
        predictions.posteriors = predictor.predict(
            *source, predictions.rows,
            [&](std::int64_t done) { return proceed(static_cast<double>(done)); });
    line.erase();
    if (interrupted()) {
        fmt::print(stderr, "Interrupted; nothing was written.\n");
        return kInterrupted;
    }
    predictions.labels = knownLabels(*source, predictions.rows);
    predictions.attributes = {{"program", fmt::format("shearbench {}", kVersion)},
                              {"run", run.path().string()},
                              {"data", source->schema().file},
                              {"device", id}};
    if (const std::string& ellipticity = run.experiment().data.ellipticity; !ellipticity.empty())
        predictions.attributes["ellipticity_definition"] = ellipticity;
    if (const std::string labels = data::toString(source->schema().convention); !labels.empty())
        predictions.attributes["label_ellipticity_definition"] = labels;
    if (bayesian) {
        predictions.attributes["draws"] = fmt::to_string(options.draws);
        predictions.attributes["seed"] = fmt::to_string(options.seed);
    }
    model::writePredictions(options.out, predictions);
    fmt::print("{}: posteriors of {}, {:.0f} a second\n", options.out,
               counted(count, "galaxy", "galaxies"), static_cast<double>(count) / elapsed());
    return 0;
}

}  // namespace

void addPredict(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("predict",
                           "Write the posteriors of a file's galaxies; those with pixels that "
                           "are not finite are named and left out");
    command->add_option("--run", options->run, "Run directory with the trained network")
        ->required()
        ->check(notEmpty());
    command->add_option("--data", options->data, "HDF5 file of cutouts")
        ->required()
        ->check(notEmpty());
    command
        ->add_option("--out", options->out,
                     "HDF5 file to write: mean, covariance, index and the known labels")
        ->required()
        ->check(notEmpty());
    command->add_option("--device", options->device,
                        "As listed by: shearbench-cli devices; without it, the run's");
    command->add_option("--threads", options->threads, "Threads to compute with; 0: all cores")
        ->check(atLeast(0));
    command
        ->add_option("--draws", options->draws,
                     "Weight draws of a Bayesian network; adds aleatoric and epistemic to --out")
        ->check(between(std::int64_t{1}, 100'000))
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Which weight draws")
        ->check(wholeNumber())
        ->capture_default_str();
    command->add_flag("--last", options->last, "Use the last state instead of the best epoch's");
    addReadingOptions(*command, options->reading);
    command->callback([options, command, &action] {
        options->drawsGiven = command->count("--draws") > 0;
        action = [options] { return predict(*options); };
    });
}

}  // namespace shearbench::cli

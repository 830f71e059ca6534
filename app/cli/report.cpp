// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "app/cli/interrupt.h"
#include "app/cli/terminal.h"
#include "core/data/targets.h"
#include "core/model/evaluation.h"
#include "core/training/trained_network.h"

namespace shearbench::cli {

namespace {

struct Judged {
    std::vector<std::int64_t> rows;
    std::vector<model::Posterior> posteriors;
    std::vector<float> targets;
};

/// (rows.size(), 3): e1, e2, redshift.
std::vector<float> targetsOf(const training::PreparedData& prepared,
                             const std::vector<std::int64_t>& rows) {
    return data::targetsOf(data::readTargets(*prepared.source, prepared.experiment.data.targets),
                           rows);
}

std::string line(const std::string& what, const model::Evaluation& e) {
    return fmt::format(
        "{:<16} {:>5} cutouts  NLL {:>8.4f}  rms e1 {:.4f} e2 {:.4f} z {:.4f}  inside "
        "1 sigma {:.1f} % (39.3 % expected)\n",
        what, e.count, e.nll, e.rms[0], e.rms[1], e.rms[2], 100 * e.insideOneSigma);
}

/// Residuals by the signal-to-noise bins in which moment-based estimators are quoted.
void printBySignalToNoise(const data::CutoutSource& source, const Judged& judged) {
    const auto& columns = source.schema().columns;
    if (std::none_of(columns.begin(), columns.end(),
                     [](const data::Column& column) { return column.name == "snr"; }))
        return;
    const std::vector<double> snr = source.readColumn("snr");
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    constexpr double kEdges[] = {10, 30, 50, 100, 200, kInfinity};
    for (std::size_t bin = 0; bin + 1 < std::size(kEdges); ++bin) {
        Judged part;
        for (std::size_t i = 0; i < judged.rows.size(); ++i) {
            const double value = snr[static_cast<std::size_t>(judged.rows[i])];
            if (value < kEdges[bin] || value >= kEdges[bin + 1])
                continue;
            part.posteriors.push_back(judged.posteriors[i]);
            part.targets.insert(part.targets.end(), &judged.targets[3 * i],
                                &judged.targets[3 * i] + 3);
        }
        if (part.posteriors.empty())
            continue;
        const std::string name = kEdges[bin + 1] == kInfinity
                                     ? fmt::format("  SNR above {}", kEdges[bin])
                                     : fmt::format("  SNR {} to {}", kEdges[bin], kEdges[bin + 1]);
        fmt::print("{}", line(name, model::evaluate(part.posteriors, part.targets)));
    }
}

}  // namespace

std::optional<double> fittedNll(const training::PreparedData& prepared) {
    if (prepared.split.validation.empty())
        return std::nullopt;
    return model::fittedGaussianNll(targetsOf(prepared, prepared.split.training),
                                    targetsOf(prepared, prepared.split.validation));
}

void printOutcome(const training::Trainer& trainer, const training::PreparedData& prepared,
                  const device::Device& device) {
    const training::RunDirectory& run = trainer.directory();
    const auto latest = trainer.latest();
    const training::EpochRecord& best =
        latest->history.at(static_cast<std::size_t>(latest->bestEpoch - 1));
    fmt::print("best epoch {} of {}, {} NLL {:.4f}\n", best.epoch, latest->epochs,
               best.validationCount > 0 ? "validation" : "training", best.judgedLoss());
    model::Predictor predictor = training::makePredictor(training::loadTrainedNetwork(run), device,
                                                         prepared.experiment.device.threads);
    const auto judge = [&](const char* name, const std::vector<std::int64_t>& rows) {
        Judged judged{
            rows,
            predictor.predict(*prepared.source, rows, [](std::int64_t) { return !interrupted(); }),
            targetsOf(prepared, rows)};
        if (!rows.empty() && !interrupted())
            fmt::print("{}", line(name, model::evaluate(judged.posteriors, judged.targets)));
        return judged;
    };
    judge("validation", prepared.split.validation);
    const Judged test = judge("test", prepared.split.test);
    if (!interrupted())
        printBySignalToNoise(*prepared.source, test);
    fmt::print("The run is in {}\n", run.path().string());
}

}  // namespace shearbench::cli

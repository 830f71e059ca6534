// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/cli/interrupt.h"
#include "app/cli/terminal.h"
#include "core/data/memory_source.h"
#include "core/data/targets.h"
#include "core/model/evaluation.h"
#include "core/model/weight_draws.h"
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

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
    const auto mean = [](const std::vector<double>& values) {
        double sum = 0;
        for (const double value : values)
            sum += value;
        return sum / static_cast<double>(values.size());
    };
    const double meanX = mean(x), meanY = mean(y);
    double xx = 0, xy = 0, yy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - meanX) * (x[i] - meanX);
        xy += (x[i] - meanX) * (y[i] - meanY);
        yy += (y[i] - meanY) * (y[i] - meanY);
    }
    return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

/// Root of the mean of the variances of e1 and e2.
double shapeWidth(const model::Covariance3& covariance) {
    return std::sqrt((covariance[0][0] + covariance[1][1]) / 2);
}

/// The same over weight draws, how wide the parts of (e1, e2) are, and how the epistemic width goes
/// with the distance of the mean from the label.
std::string drawsLine(const std::string& what, model::Predictor& predictor,
                      const data::CutoutSource& source, const Judged& of, std::uint64_t seed) {
    std::vector<model::Posterior> totals;
    std::vector<double> widths, errors;
    double mixture = 0, epistemic = 0, aleatoric = 0;
    const auto draws = static_cast<std::size_t>(model::kDefaultDraws);
    const auto take = [&](std::size_t, std::span<const float> features) {
        const std::vector<model::Posterior> all = model::posteriorsFromFeatures(features);
        for (std::size_t i = 0; i < all.size(); i += draws) {
            const auto target = std::span(of.targets).subspan(3 * totals.size()).first<3>();
            const model::SplitPosterior split =
                model::combineDraws(std::span(all).subspan(i, draws));
            mixture += model::mixtureNll(features.subspan(9 * i, 9 * draws), target);
            widths.push_back(shapeWidth(split.epistemic));
            errors.push_back(
                std::hypot(split.total.mean[0] - target[0], split.total.mean[1] - target[1]));
            epistemic += widths.back();
            aleatoric += shapeWidth(split.aleatoric);
            totals.push_back(split.total);
        }
    };
    model::DrawsPredictor(predictor.session(), predictor.normalisation(), seed)
        .predict(source, of.rows, model::kDefaultDraws, take,
                 [](double) { return !interrupted(); });
    if (totals.empty() || totals.size() < of.rows.size())
        return {};
    const auto count = static_cast<double>(of.rows.size());
    return fmt::format(
        "{}  NLL of the mixture {:.4f}, mean width of (e1, e2): aleatoric {:.4f}, epistemic "
        "{:.4f}, which correlates with the error by {:.3f}\n",
        line(what, model::evaluate(totals, of.targets)), mixture / count, aleatoric / count,
        epistemic / count, correlation(widths, errors));
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
    if (prepared.split.validation.empty() || !training::needsLabels(prepared.experiment))
        return std::nullopt;
    return model::fittedGaussianNll(targetsOf(prepared, prepared.split.training),
                                    targetsOf(prepared, prepared.split.validation));
}

void printOutcome(const training::Trainer& trainer, const training::PreparedData& prepared,
                  const device::Device& device) {
    const training::RunDirectory& run = trainer.directory();
    if (prepared.experiment.network.preset == "generative") {
        fmt::print("The run is in {}, {} in generated.h5 there.\n", run.path().string(),
                   counted(prepared.experiment.generative.count, "galaxy", "galaxies"));
        return;
    }
    const auto latest = trainer.latest();
    const training::EpochRecord& best =
        latest->history.at(static_cast<std::size_t>(latest->bestEpoch - 1));
    fmt::print("best epoch {} of {}, {} NLL {:.4f}{}\n", best.epoch, latest->epochs,
               best.validationCount > 0 ? "validation" : "training", best.judgedLoss(),
               best.validationDraws > 0
                   ? fmt::format(", of the mixture of {} weight draws", best.validationDraws)
                   : "");
    model::Predictor predictor = training::makePredictor(training::loadTrainedNetwork(run), device,
                                                         prepared.experiment.device.threads);
    const auto judge = [&](const char* name, const std::vector<std::int64_t>& wanted) {
        // Where images were read while training, nobody has looked at those of the test yet.
        const std::vector<std::int64_t> rows =
            prepared.inMemory || interrupted()
                ? wanted
                : data::finiteRows(*prepared.source, wanted,
                                   [](std::int64_t, std::int64_t) { return !interrupted(); });
        if (interrupted())
            return Judged();
        Judged judged{
            rows,
            predictor.predict(*prepared.source, rows, [](std::int64_t) { return !interrupted(); }),
            targetsOf(prepared, rows)};
        if (!rows.empty() && !interrupted())
            fmt::print("{}", line(name, model::evaluate(judged.posteriors, judged.targets)));
        return judged;
    };
    const bool bayesian = network::bayesianWeightCount(predictor.network()) > 0;
    if (bayesian)
        fmt::print("with the weights' means:\n");
    const Judged validation = judge("validation", prepared.split.validation);
    const Judged test = judge("test", prepared.split.test);
    if (bayesian && !interrupted()) {
        fmt::print("with {} weight draws:\n", model::kDefaultDraws);
        const std::uint64_t seed = prepared.experiment.training.seed;
        fmt::print("{}{}", drawsLine("validation", predictor, *prepared.source, validation, seed),
                   drawsLine("test", predictor, *prepared.source, test, seed));
    }
    if (interrupted())
        fmt::print("Interrupted while judging the network; its training is complete.\n");
    else
        printBySignalToNoise(*prepared.source, test);
    fmt::print("The run is in {}\n", run.path().string());
}

}  // namespace shearbench::cli

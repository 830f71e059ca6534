// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/objective.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/data/targets.h"
#include "core/device/losses.h"
#include "core/model/posterior.h"
#include "core/network/presets.h"

namespace shearbench::training {

namespace {

data::Normalisation normalisationOf(const PreparedData& data) {
    return {data::normalisationKind(data.experiment.data.normalisation),
            data.experiment.data.normalisationScale};
}

/// Posteriors of labelled galaxies.
class SupervisedObjective : public Objective {
  public:
    SupervisedObjective(network::Network network, const PreparedData& data)
        : Objective(std::move(network)), data_(data) {
        const std::vector<double> targets =
            data::readTargets(*data.source, data.experiment.data.targets);
        const std::vector<float> training = data::targetsOf(targets, data.split.training);
        reference_ = model::fittedGaussianNll(training, training);
        validator_.emplace(data.source, data.split.validation,
                           data::targetsOf(targets, data.split.validation), normalisationOf(data),
                           data.experiment.training.seed);
    }

    data::LoaderSettings loaderSettings() const override {
        data::LoaderSettings settings;
        settings.targets = data_.experiment.data.targets;
        settings.normalisation = normalisationOf(data_);
        settings.turnsAndFlips = data_.experiment.data.turnsAndFlips;
        return settings;
    }
    std::span<const float> targets(const data::Batch& batch) const override {
        return batch.targets;
    }
    /// Of Bayesian weights: the divergence from their prior, once for the whole training set.
    void addTerms(device::StepSettings& settings, std::int64_t step,
                  std::int64_t stepsPerEpoch) const override {
        settings.weightKl = klWeightAt(data_.experiment.training, step, stepsPerEpoch) /
                            static_cast<double>(data_.split.training.size());
    }
    double reference() const override { return reference_; }
    std::int64_t validationCount() const override { return validator_->count(); }
    std::optional<ValidationResult> judge(device::Session& session,
                                          const std::function<bool()>& proceed) const override {
        return validator_->judge(session, proceed);
    }

  private:
    const PreparedData& data_;
    double reference_ = 0;
    std::optional<Validator> validator_;
};

/// The loss of a network's outputs for images held back, in prediction mode.
class UnlabelledObjective : public Objective {
  public:
    UnlabelledObjective(network::Network network, const PreparedData& data)
        : Objective(std::move(network)),
          data_(data),
          images_(data.source, data.split.validation, normalisationOf(data)) {}

    data::LoaderSettings loaderSettings() const override {
        data::LoaderSettings settings;
        settings.normalisation = normalisationOf(data_);
        settings.turnsAndFlips = data_.experiment.data.turnsAndFlips;
        return settings;
    }
    std::int64_t validationCount() const override { return images_.count(); }

    std::optional<ValidationResult> judge(device::Session& session,
                                          const std::function<bool()>& proceed) const override {
        const std::size_t width = network().output().count();
        std::vector<float> outputs, gradients;
        double sum = 0;
        const bool all = images_.forBlocks(
            session.batch(), proceed, [&](std::span<const float> images, std::size_t count) {
                outputs.resize(count * width);
                gradients.resize(outputs.size());
                session.predict(images, outputs);
                const auto wanted = network().targetCount() > 0 ? images : std::span<const float>();
                sum +=
                    device::lossAndGradient(network().loss(), width, outputs, wanted, 1, gradients);
            });
        if (!all)
            return std::nullopt;
        ValidationResult result;
        if (images_.count() > 0)
            result.loss = sum / static_cast<double>(images_.count());
        return result;
    }

  protected:
    const PreparedData& data_;

  private:
    HeldBackImages images_;
};

/// An autoencoder's own images, and the divergence of its latent features from N(0, 1). Judged by
/// the reconstruction from the latent means.
class AutoencoderObjective : public UnlabelledObjective {
  public:
    using UnlabelledObjective::UnlabelledObjective;

    std::span<const float> targets(const data::Batch& batch) const override { return batch.images; }
    void addTerms(device::StepSettings& settings, std::int64_t step,
                  std::int64_t stepsPerEpoch) const override {
        const GenerativeSettings& generative = data_.experiment.generative;
        const double epochs = static_cast<double>(step) / static_cast<double>(stepsPerEpoch);
        const double risen =
            generative.klWarmupEpochs > 0 ? std::min(1.0, epochs / generative.klWarmupEpochs) : 1.0;
        settings.latentKl = generative.klCoefficient * risen;
    }
    /// A grey image.
    double reference() const override {
        const auto pixels = static_cast<double>(network().output().count());
        return pixels *
               (network().loss() == network::LossKind::squaredError ? 0.25 : std::numbers::ln2);
    }
};

/// Latent features alone.
class FlowObjective : public UnlabelledObjective {
  public:
    using UnlabelledObjective::UnlabelledObjective;

    std::span<const float> targets(const data::Batch&) const override { return {}; }
    /// Features of unit variance under N(0, 1).
    double reference() const override {
        return 0.5 * static_cast<double>(network().input().count()) *
               (1 + std::log(2 * std::numbers::pi));
    }
};

}  // namespace

std::unique_ptr<Objective> makeObjective(const PreparedData& data) {
    network::Network network = networkOf(data);
    switch (network.loss()) {
        case network::LossKind::squaredError:
        case network::LossKind::binaryCrossEntropy:
            return std::make_unique<AutoencoderObjective>(std::move(network), data);
        case network::LossKind::flowNll:
            return std::make_unique<FlowObjective>(std::move(network), data);
        case network::LossKind::gaussianNll:
        case network::LossKind::halfSquaredError:
            break;
    }
    return std::make_unique<SupervisedObjective>(std::move(network), data);
}

}  // namespace shearbench::training

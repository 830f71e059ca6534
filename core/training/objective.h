// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "core/data/loader.h"
#include "core/device/session.h"
#include "core/training/prepare.h"
#include "core/training/validation.h"

namespace shearbench::training {

/// What distinguishes one kind of training from another: the network, what it is shown, what it is
/// to give, and how it is judged. The loop around it is the same for all (training_loop.h).
class Objective {
  public:
    virtual ~Objective() = default;

    const network::Network& network() const { return network_; }

    /// What a batch is made of; rows, batch and seed are filled in by the loop.
    virtual data::LoaderSettings loaderSettings() const = 0;
    /// What the network is to give for that batch; for its own images as they are in the batch,
    /// nothing where they are not.
    virtual std::span<const float> targets(const data::Batch& batch) const = 0;
    /// Factors in the loss of step `step`, counted from 0 over all epochs.
    virtual void addTerms(device::StepSettings&, std::int64_t /*step*/,
                          std::int64_t /*stepsPerEpoch*/) const {}

    /// The loss of knowing nothing: what a diverging one is measured against.
    virtual double reference() const = 0;
    /// Images held back for judging.
    virtual std::int64_t validationCount() const = 0;
    /// Judges the session's network on them. `proceed` is asked every few dozen images; nothing
    /// comes back once it says no.
    virtual std::optional<ValidationResult> judge(device::Session& session,
                                                  const std::function<bool()>& proceed) const = 0;

  protected:
    explicit Objective(network::Network network) : network_(std::move(network)) {}

  private:
    network::Network network_;
};

/// That of the experiment's network: labels for posteriors, the images themselves for an
/// autoencoder, nothing but likelihood for a flow. Throws Error(data) where labels are missing.
std::unique_ptr<Objective> makeObjective(const PreparedData& data);

}  // namespace shearbench::training

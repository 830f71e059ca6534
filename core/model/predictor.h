// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/data/normalisation.h"
#include "core/device/device.h"
#include "core/model/posterior.h"

namespace shearbench::model {

/// Posteriors of any number of cutouts from a trained network; a Bayesian one's with its mean
/// weights (weight_draws.h has the rest). Not thread-safe.
class Predictor {
  public:
    /// `parameters` in the layout of network::Parameter. Throws Error(device) where the device
    /// cannot hold the network.
    Predictor(const device::Device& device, const network::Network& network,
              std::span<const float> parameters, data::Normalisation normalisation, int threads);

    const network::Network& network() const { return session_->network(); }
    device::Session& session() { return *session_; }
    const data::Normalisation& normalisation() const { return normalisation_; }

    /// One posterior a row, in their order; reads and computes in blocks of bounded size.
    /// `progress` gets the number done and cancels by returning false (the result is then shorter).
    /// Throws Error(data) for images of another shape than the network's, and naming the first row
    /// whose image is not finite.
    std::vector<Posterior> predict(const data::CutoutSource& source,
                                   std::span<const std::int64_t> rows,
                                   const std::function<bool(std::int64_t)>& progress = {});

  private:
    std::unique_ptr<device::Session> session_;
    data::Normalisation normalisation_;
};

/// Throws the Error(data) for images of another shape than the network's.
void requireShape(const network::Network& network, const data::Schema& schema);
/// Rows that are read and computed at a time: whole batches, of bounded memory and time.
std::size_t blockRows(const device::Session& session);

/// The 9 features of each row's image, in blocks of bounded size as above: (rows.size(), 9),
/// shorter when cancelled.
std::vector<float> predictFeatures(device::Session& session, const data::CutoutSource& source,
                                   std::span<const std::int64_t> rows,
                                   const data::Normalisation& normalisation,
                                   const std::function<bool(std::int64_t)>& progress = {});

}  // namespace shearbench::model

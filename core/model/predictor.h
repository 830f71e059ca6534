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

/// Posteriors of any number of cutouts from a trained deterministic network.
class Predictor {
  public:
    /// `parameters` in the layout of network::Parameter.
    Predictor(const device::Device& device, const network::Network& network,
              std::span<const float> parameters, data::Normalisation normalisation, int threads);

    /// One posterior a row, in their order; reads and computes in blocks of bounded size.
    /// `progress` gets the number done and cancels by returning false (the result is then shorter).
    std::vector<Posterior> predict(const data::CutoutSource& source,
                                   std::span<const std::int64_t> rows,
                                   const std::function<bool(std::int64_t)>& progress = {});

  private:
    std::unique_ptr<device::Session> session_;
    data::Normalisation normalisation_;
};

}  // namespace shearbench::model

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/device/cpu/channel_sums.h"
#include "core/device/cpu/operation.h"
#include "core/device/cpu/parameters.h"

namespace shearbench::device::cpu {

/// What convolutions and dense layers share: a bias per channel, whose gradient the PReLU behind
/// them makes in passing or they themselves where none follows.
class Bias {
  public:
    Bias(const network::Layer& layer, const Blocked& map, bool preluFollows, Arena& arena,
         Parameters& parameters, const std::string& prefix = {})
        : slot_(parameters.add(layer, prefix + "bias", perChannel(map))),
          preluFollows_(preluFollows),
          parameters_(&parameters),
          sums_(map, arena) {}

    Parameters::Slot slot() const { return slot_; }
    float* value() const { return parameters_->value(slot_); }
    float* gradient() const { return parameters_->gradient(slot_); }

    void bind(const Arena& arena) { sums_.bind(arena); }
    void backward(const float* outputGradient, int batch) const {
        if (!preluFollows_)
            sums_.run(outputGradient, batch, gradient());
    }

  private:
    Parameters::Slot slot_;
    bool preluFollows_;
    const Parameters* parameters_;
    ChannelSums sums_;
};

}  // namespace shearbench::device::cpu

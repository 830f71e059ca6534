// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "core/device/cpu/arena.h"
#include "core/device/cpu/blocked.h"
#include "core/network/network.h"

namespace shearbench::device::cpu {

/// How one tensor of parameters lies inside a session, and the way there from the row-major layout
/// of network::Parameter and back. `floats` counts the zeros that fill up blocks.
struct ParameterFormat {
    std::int64_t floats = 0;
    std::function<void(const float* plain, float* own)> pack;  ///< `own` is all zeros before
    std::function<void(const float* own, float* plain)> unpack;
};

/// One number per channel, filled up to whole blocks.
ParameterFormat perChannel(const Blocked& map);
/// One number per element of a feature map.
ParameterFormat perElement(const Blocked& map);

/// All parameters of a session, side by side in one buffer, each in its own format: first the
/// trainable ones, then the moving averages. Gradients and the two Adam moments have the layout of
/// the trainable part. Zeros between and inside tensors stay zero through every step.
class Parameters {
  public:
    using Slot = std::size_t;

    explicit Parameters(const network::Network& network) : network_(&network) {}

    /// `layer` and `tensor` as in layer.tensor; every tensor of the network is added once.
    Slot add(const network::Layer& layer, const std::string& tensor, ParameterFormat format);

    /// After the last add(), before the arena allocates.
    void request(Arena& arena);
    /// After the arena has allocated.
    void bind(const Arena& arena);

    float* value(Slot slot) const;
    float* gradient(Slot slot) const;  ///< of a trainable one

    // The trainable part as a whole, trainableFloats() each.
    std::int64_t trainableFloats() const { return trainable_; }
    float* values() const { return values_; }
    float* gradients() const { return gradients_; }
    float* firstMoments() const { return firstMoments_; }
    float* secondMoments() const { return secondMoments_; }

    // Between a buffer of this layout and one in the layout of network::Parameter. `own` is the
    // trainable part of values, gradients or moments; tensors that are not trainable are taken
    // from and given to `averages`, or skipped (given as zeros) where that is null.
    void pack(std::span<const float> plain, float* own, float* averages) const;
    void unpack(const float* own, const float* averages, std::span<float> plain) const;
    float* averages() const { return values_ + trainable_; }

  private:
    struct Tensor {
        const network::Parameter* parameter;
        ParameterFormat format;
        std::int64_t offset;  ///< floats into its part
    };
    const network::Network* network_;
    std::vector<Tensor> tensors_;
    std::int64_t trainable_ = 0, averageFloats_ = 0;
    Arena::Buffer valueBuffer_ = 0, gradientBuffer_ = 0, momentBuffer_ = 0;
    float* values_ = nullptr;
    float* gradients_ = nullptr;
    float* firstMoments_ = nullptr;
    float* secondMoments_ = nullptr;
};

}  // namespace shearbench::device::cpu

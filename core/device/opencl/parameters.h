// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/device/opencl/arena.h"
#include "core/device/opencl/map.h"

namespace shearbench::device::opencl {

/// Where the numbers of a tensor, row-major as network::Parameter says, lie inside a session.
struct ParameterFormat {
    std::size_t floats = 0;                           ///< with what fills up blocks
    std::function<std::size_t(std::size_t)> placeOf;  ///< of number i
};

ParameterFormat perChannel(const Map& map);
ParameterFormat perElement(const Map& map);  ///< of a map without halo
ParameterFormat convolutionKernel(const network::Layer& layer);
ParameterFormat denseKernel(const network::Layer& layer);

/// A gradient that the backward pass leaves in slices, to be added up in order.
struct Slices {
    int count = 0;                   ///< 0: the gradient is complete where it belongs
    std::size_t at = 0, stride = 0;  ///< in the buffer of slices
};

/// A stretch of parameters that one group updates: `Run` of kernels/optimiser.cl.
struct Run {
    cl_int begin, count, slices, slicesAt, sliceStride;
};

/// All parameters of a session side by side, each in its format: first the trainable ones, then the
/// moving averages. Gradients and moments have the layout of the trainable part.
class Parameters {
  public:
    using Slot = std::size_t;

    Parameters(const network::Network& network, Arena& arena);

    /// `layer` and `tensor` as in layer.tensor; each tensor of the network once.
    Slot add(const network::Layer& layer, const char* tensor, ParameterFormat format);
    /// How its gradient arrives; room for the slices is asked for here.
    Slices sliceGradient(Slot slot, int count);
    /// After the last add().
    void place();

    int at(Slot slot) const { return static_cast<int>(tensors_[slot].at); }
    std::size_t trainable() const { return trainable_; }
    /// The trainable part cut into runs of at most `longest` floats.
    std::vector<Run> runs(std::size_t longest) const;

    Arena::Index values() const { return values_; }
    Arena::Index gradients() const { return gradients_; }
    Arena::Index firstMoments() const { return firstMoments_; }
    Arena::Index secondMoments() const { return secondMoments_; }
    Arena::Index slices() const { return slices_; }

    // From and to the layout of network::Parameter. `own`: total() floats, or trainable() for
    // gradients and moments, in which the others count as zeros.
    std::size_t total() const { return total_; }
    void pack(std::span<const float> plain, std::span<float> own) const;
    void unpack(std::span<const float> own, std::span<float> plain) const;

  private:
    struct Tensor {
        const network::Parameter* parameter;
        ParameterFormat format;
        std::size_t at = 0;
        Slices slices;
    };
    const network::Network& network_;
    Arena& arena_;
    std::vector<Tensor> tensors_;
    std::size_t trainable_ = 0, total_ = 0;
    Arena::Index values_, gradients_, firstMoments_, secondMoments_, slices_;
};

}  // namespace shearbench::device::opencl

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
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
    cl_int kind;        ///< 0: complete, 1: means of a Bayesian kernel, 2: its rhos
    cl_int rho, noise;  ///< of means: where the rhos and the noise of the same weights begin
};

/// A kernel whose weights are distributions.
struct BayesianTensor {
    std::size_t mean, rho, drawn;  ///< where they lie among the values
    std::size_t noise;             ///< in arrays of all drawn weights alone
    const ParameterFormat* format;
    std::size_t count;  ///< of weights; format->floats with what fills up blocks
};

/// All parameters of a session side by side, each in its format: first the trainable ones, then the
/// moving averages, then Bayesian kernels as they were drawn. Gradients and moments have the layout
/// of the trainable part; what the backward pass finds for a drawn kernel is left at its means.
class Parameters {
  public:
    using Slot = std::size_t;

    Parameters(const network::Network& network, Arena& arena);

    /// `layer` and `tensor` as in layer.tensor; each tensor of the network once.
    Slot add(const network::Layer& layer, const char* tensor, ParameterFormat format);
    /// A layer's kernel: the tensor `kernel`, or where the layer is Bayesian mean and rho, in whose
    /// place stands the mean.
    Slot addKernel(const network::Layer& layer, ParameterFormat format);
    /// How its gradient arrives; room for the slices is asked for here.
    Slices sliceGradient(Slot slot, int count);
    /// After the last add().
    void place();
    /// Before the first pack() or unpack(): where every number lies.
    void makePlaces();

    int at(Slot slot) const { return static_cast<int>(tensors_[slot].at); }
    /// Where the numbers lie that layers compute with: those drawn of a Bayesian kernel.
    int usedAt(Slot slot) const;
    std::size_t trainable() const { return trainable_; }
    /// In the order of network::bayesianKernels().
    std::vector<BayesianTensor> bayesian() const;
    std::size_t drawn() const { return drawn_; }  ///< floats of all of them together
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
        int kind = 0;           ///< as Run::kind; the rhos follow their means
        std::size_t noise = 0;  ///< of means: among all drawn weights
    };
    const network::Network& network_;
    Arena& arena_;
    std::vector<Tensor> tensors_;
    std::vector<std::uint32_t> places_;  ///< of each number of the layout of network::Parameter
    std::size_t trainable_ = 0, total_ = 0, drawn_ = 0;
    Arena::Index values_, gradients_, firstMoments_, secondMoments_, slices_;
};

}  // namespace shearbench::device::opencl

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <functional>
#include <span>
#include <vector>

#include "core/device/cpu/arena.h"
#include "core/device/cpu/blocked.h"
#include "core/network/network.h"

namespace shearbench::device::cpu {

/// How one tensor of parameters lies inside a session, and the way there from the row-major layout
/// of network::Parameter and back. It may fall into pieces that lie behind each other in either
/// layout and are converted one by one. `floats` counts the zeros that fill up blocks.
struct ParameterFormat {
    using Conversion = std::function<void(const float* from, float* to, std::int64_t piece)>;

    std::int64_t floats = 0;
    Conversion packPiece;    ///< from where the piece begins, row-major; `to` is all zeros before
    Conversion unpackPiece;  ///< the other way round
    /// How many, and floats from one to the next in either layout; a multiple of 4 where row-major.
    std::int64_t pieces = 1, plainPiece = 0, ownPiece = 0;

    /// All of them.
    void pack(const float* plain, float* own) const;
    void unpack(const float* own, float* plain) const;
};

/// One number per channel, filled up to whole blocks.
ParameterFormat perChannel(const Blocked& map);
/// One number per element of a feature map.
ParameterFormat perElement(const Blocked& map);

/// All parameters of a session, side by side in one buffer, each in its own format: first the
/// trainable ones, then the moving averages. The trainable part ends with the means and rhos of
/// Bayesian kernels, row-major; the kernel a layer with Bayesian weights adds is a drawn one, which
/// is no parameter and has a buffer of its own. Gradients and the two Adam moments have the layout
/// of the trainable part. Zeros between and inside tensors stay zero through every step.
class Parameters {
  public:
    using Slot = std::size_t;

    explicit Parameters(const network::Network& network) : network_(&network) {}

    /// `layer` and `tensor` as in layer.tensor; every tensor of the network is added once. A
    /// Bayesian layer adds its "kernel" too, which brings mean and rho with it.
    Slot add(const network::Layer& layer, const std::string& tensor, ParameterFormat format);

    /// After the last add(), before the arena allocates.
    void request(Arena& arena);
    /// After the arena has allocated.
    void bind(const Arena& arena);

    float* value(Slot slot) const;
    float* gradient(Slot slot) const;  ///< of a trainable one or a drawn kernel

    /// A Bayesian kernel; mean and rho are floats into the trainable part.
    struct BayesianTensor {
        std::uint32_t number;  ///< in network::bayesianKernels()
        std::int64_t mean, rho, count;
        Slot drawn;
    };
    const ParameterFormat& format(Slot slot) const { return tensors_.at(slot).format; }
    /// After request().
    const std::vector<BayesianTensor>& bayesian() const { return bayesian_; }

    // The trainable part as a whole, trainableFloats() each, of which the first fixedFloats() are
    // not of Bayesian kernels.
    std::int64_t fixedFloats() const { return floatsOf(Part::fixed); }
    std::int64_t trainableFloats() const { return fixedFloats() + floatsOf(Part::bayesian); }
    float* values() const { return values_; }
    float* gradients() const { return gradients_; }
    float* firstMoments() const { return firstMoments_; }
    float* secondMoments() const { return secondMoments_; }

    // Between a buffer of this layout and one in the layout of network::Parameter. `own` is the
    // trainable part of values, gradients or moments; tensors that are not trainable are taken
    // from and given to `averages`, or skipped (given as zeros) where that is null.
    void pack(std::span<const float> plain, float* own, float* averages) const;
    void unpack(const float* own, const float* averages, std::span<float> plain) const;
    float* averages() const { return values_ + trainableFloats(); }

  private:
    enum class Part { fixed, bayesian, averages, drawn };
    struct Tensor {
        const network::Parameter* parameter;  ///< null for drawn kernels
        ParameterFormat format;
        Part part;
        std::int64_t offset;  ///< floats into its part
    };
    std::int64_t& floatsOf(Part part) { return floats_[static_cast<std::size_t>(part)]; }
    std::int64_t floatsOf(Part part) const { return floats_[static_cast<std::size_t>(part)]; }
    Slot addTensor(const network::Parameter* parameter, ParameterFormat format, Part part);
    Slot addDrawn(const network::Layer& layer, ParameterFormat format);
    /// Into the trainable part.
    std::int64_t trainableOffset(const Tensor& tensor) const;
    const network::Network* network_;
    std::vector<Tensor> tensors_;
    std::vector<BayesianTensor> bayesian_;
    std::array<std::int64_t, 4> floats_{};  ///< of each part
    Arena::Buffer valueBuffer_ = 0, gradientBuffer_ = 0, momentBuffer_ = 0, drawnBuffer_ = 0;
    float* drawn_ = nullptr;  ///< values, then gradients
    float* values_ = nullptr;
    float* gradients_ = nullptr;
    float* firstMoments_ = nullptr;
    float* secondMoments_ = nullptr;
};

}  // namespace shearbench::device::cpu

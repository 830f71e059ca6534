// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/device/opencl/hardware.h"
#include "core/network/network.h"

namespace shearbench::device::opencl {

enum class Pass { forward, backward };

/// A convolution's numbers, made up at random, and what must come out of them, at some places, by
/// plain sums in double precision of products whose factors are rounded as the device's arithmetic
/// rounds them. All row-major. Results are: forward the output (batch, filters,
/// rows, columns); backward the gradient by the kernel (filters, channels, 3, 3) and behind it that
/// by the input (batch, channels, rows, columns).
class ConvolutionSample {
  public:
    ConvolutionSample(const network::Layer& layer, int batch,
                      Arithmetic arithmetic = Arithmetic::fp32);

    const network::Network& network() const { return network_; }  ///< of that layer alone
    const network::Layer& layer() const { return network_.layers().front(); }
    int batch() const { return batch_; }
    std::span<const float> x() const { return x_; }
    std::span<const float> dz() const { return dz_; }          ///< gradient by the output
    std::span<const float> values() const { return values_; }  ///< layout of network::Parameter

    std::size_t resultSize(Pass pass) const;
    /// The largest difference from the sums, relative to the root mean square of the tensor, at
    /// some hundred places, all corners among them; not a number where one of `result` is not.
    double error(Pass pass, std::span<const float> result) const;
    /// Likewise from another result, everywhere.
    double difference(Pass pass, std::span<const float> result, std::span<const float> from) const;

  private:
    using Place = std::array<int, 4>;  ///< indices of a tensor, the last running fastest

    struct Tensor {
        Place sizes;
        std::size_t first;  ///< in the result
        double (ConvolutionSample::*sum)(const Place&) const;
        std::size_t count() const;
    };
    std::vector<Tensor> tensors(Pass pass) const;
    double output(const Place& place) const;
    double kernelGradient(const Place& place) const;
    double inputGradient(const Place& place) const;
    float x(int image, int channel, int row, int column) const;
    float dz(int image, int channel, int row, int column) const;
    float kernel(int filter, int channel, int tap) const;

    network::Network network_;
    int batch_;
    Arithmetic arithmetic_;
    std::vector<float> x_, dz_, values_;
};

}  // namespace shearbench::device::opencl

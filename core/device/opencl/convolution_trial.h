// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "core/device/opencl/convolution.h"
#include "core/device/opencl/convolution_sample.h"
#include "core/device/opencl/kernel_transforms.h"
#include "core/device/opencl/mirrors.h"

namespace shearbench::device::opencl {

/// One convolution with its bias by itself on a device, to be timed and checked.
class ConvolutionTrial {
  public:
    /// Allocates and compiles. Throws Error(device). Context and sample outlive it.
    ConvolutionTrial(Context& context, const ConvolutionSample& sample,
                     const ConvolutionTiles& tiles);

    bool winograd() const { return convolution_->products().winograd(); }
    /// Of one pass: the least of several windows of launches, about 0.1 s in all. Throws
    /// Error(device).
    double seconds(Pass pass);
    /// As ConvolutionSample has it. Throws Error(device).
    std::vector<float> result(Pass pass);

  private:
    void run(Pass pass);
    void write(Arena::Index buffer, const std::vector<float>& numbers);
    std::vector<float> read(Arena::Index buffer, std::size_t count);
    std::vector<float> packed(const Map& map, std::span<const float> plain) const;
    void unpack(const Place& place, std::vector<float>& onto);
    void addKernelGradient(std::vector<float>& onto);

    const ConvolutionSample& sample_;
    Arena arena_;
    Parameters parameters_;
    TileTable tiles_;
    Planning planning_;
    Wiring wiring_;
    std::optional<Convolution> convolution_;
    std::optional<Mirrors> mirrors_;
    std::optional<KernelTransforms> transforms_;
    Queue queue_;
};

}  // namespace shearbench::device::opencl

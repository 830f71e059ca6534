// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/cpu/convolution_method.h"

namespace shearbench::device::cpu {

/// Winograd's algorithm F(4x4, 3x3) (Lavin & Gray 2016, arXiv 1509.09308): 36 products where the
/// definition has 144, between transforms of input, kernel and output. Backward uses the transposed
/// transforms, so that the one of the output's gradient serves both gradients, and transforms the
/// input again rather than keep it.
///
/// Maps with many tiles are worked through in groups of tiles that fit the second cache, with the
/// transformed kernel shared ("by tiles"); where tiles are few and kernels large, each task takes
/// some channels and transforms its part of the kernel for itself ("by channels"). prepare() keeps
/// the transformed kernel, in either case as the products read it.
class WinogradConvolution : public ConvolutionMethod {
  public:
    /// Whether it is possible and, by a rule of shape and batch, faster than the definition.
    static bool suits(const ConvolutionShape& shape);

    WinogradConvolution(const ConvolutionShape& shape, Arena& arena);

    void bind(const Arena& arena) override;
    void prepare(const float* kernel) override;
    void forward(const ConvolutionForward& task) override;
    void backward(const ConvolutionBackward& task) override;
    const char* name() const override;

  private:
    using Int = std::int64_t;

    void forwardByTiles(const ConvolutionForward& task) const;
    void forwardByChannels(const ConvolutionForward& task) const;
    void backwardByTiles(const ConvolutionBackward& task) const;
    void backwardByChannels(const ConvolutionBackward& task) const;

    void transformKernel(const float* kernel, bool transposed, float* to) const;
    void transformPart(const float* kernel, Int inBlock, Int blocks, Int outBlock, Int vectors,
                       float* to) const;
    Int panelFloats() const;
    void backwardOfPart(const ConvolutionBackward& task, Int part, float* scratch) const;
    void addKernelGradients(const ConvolutionBackward& task) const;
    void inputGradientOf(const ConvolutionBackward& task, Int block, float* scratch) const;
    void kernelGradientOf(const ConvolutionBackward& task, Int inBlock, Int outBlock,
                          float* scratch) const;

    Int allTiles() const { return shape_.batch * tiles_; }
    float* scratchOf(int worker) const { return scratch_ + worker * scratchFloats_; }
    float* partGradient(Int part) const;
    float* transformedGradients() const;

    ConvolutionShape shape_;
    Int tiles_;  ///< of one image
    bool byTiles_;
    Int group_;  ///< tiles worked on together, by tiles
    Int parts_;  ///< of the batch whose kernel gradients are added at the end, by tiles
    Int scratchFloats_;
    Arena::Buffer scratchBuffer_, sharedBuffer_, preparedBuffer_;
    float* scratch_ = nullptr;
    /// By tiles: the transformed kernel, then the parts' gradients of it. By channels: the
    /// transformed input, then the transformed gradients.
    float* shared_ = nullptr;
    /// By tiles: the transformed kernel; by channels: panel behind panel of it.
    float* prepared_ = nullptr;
};

}  // namespace shearbench::device::cpu

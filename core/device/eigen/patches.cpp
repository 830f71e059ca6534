// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/patches.h"

namespace shearbench::device::eigen {

namespace {

/// A band's patches stay in the second-level cache of any processor of the last ten years.
constexpr std::size_t kPatchFloats = 64 * 1024;

std::size_t size(int value) {
    return static_cast<std::size_t>(value);
}

}  // namespace

Patches::Patches(const network::Layer& convolution)
    : taps_(size(convolution.kernel)),
      stride_(size(convolution.stride)),
      top_(size(convolution.paddingTop())),
      left_(size(convolution.paddingLeft())),
      inChannels_(size(convolution.input.channels)),
      inHeight_(size(convolution.input.height)),
      inWidth_(size(convolution.input.width)),
      outHeight_(size(convolution.output.height)),
      outWidth_(size(convolution.output.width)),
      bandRows_(std::clamp<std::size_t>(kPatchFloats / (rows() * outWidth_), 1, outHeight_)) {}

Patches::Reach Patches::reach(std::size_t tap, std::size_t padding, std::size_t in,
                              std::size_t begin, std::size_t end) const {
    // Output o sees input o * stride + tap - padding.
    const std::size_t first = tap >= padding ? 0 : (padding - tap + stride_ - 1) / stride_;
    const std::size_t last = in + padding > tap ? (in + padding - tap - 1) / stride_ + 1 : 0;
    const std::size_t from = std::clamp(first, begin, end);
    return {from, std::clamp(last, from, end)};
}

void Patches::gather(const float* image, const Band& band, float* patches) const {
    const std::size_t bandEnd = band.firstRow + band.rows;
    for (std::size_t channel = 0; channel < inChannels_; ++channel)
        for (std::size_t tapRow = 0; tapRow < taps_; ++tapRow) {
            const Reach rows = reach(tapRow, top_, inHeight_, band.firstRow, bandEnd);
            for (std::size_t tapColumn = 0; tapColumn < taps_; ++tapColumn) {
                const Reach columns = reach(tapColumn, left_, inWidth_, 0, outWidth_);
                for (std::size_t row = band.firstRow; row < bandEnd; ++row, patches += outWidth_) {
                    if (row < rows.first || row >= rows.end) {
                        std::fill_n(patches, outWidth_, 0.0f);
                        continue;
                    }
                    const float* line =
                        image + (channel * inHeight_ + row * stride_ + tapRow - top_) * inWidth_;
                    std::fill_n(patches, columns.first, 0.0f);
                    for (std::size_t column = columns.first; column < columns.end; ++column)
                        patches[column] = line[column * stride_ + tapColumn - left_];
                    std::fill(patches + columns.end, patches + outWidth_, 0.0f);
                }
            }
        }
}

void Patches::scatter(const float* patches, const Band& band, float* image) const {
    const std::size_t bandEnd = band.firstRow + band.rows;
    for (std::size_t channel = 0; channel < inChannels_; ++channel)
        for (std::size_t tapRow = 0; tapRow < taps_; ++tapRow) {
            const Reach rows = reach(tapRow, top_, inHeight_, band.firstRow, bandEnd);
            for (std::size_t tapColumn = 0; tapColumn < taps_; ++tapColumn) {
                const Reach columns = reach(tapColumn, left_, inWidth_, 0, outWidth_);
                for (std::size_t row = rows.first; row < rows.end; ++row) {
                    const float* from = patches + (row - band.firstRow) * outWidth_;
                    float* line =
                        image + (channel * inHeight_ + row * stride_ + tapRow - top_) * inWidth_;
                    for (std::size_t column = columns.first; column < columns.end; ++column)
                        line[column * stride_ + tapColumn - left_] += from[column];
                }
                patches += band.rows * outWidth_;
            }
        }
}

void sumPixels(const float* maps, std::size_t images, std::size_t channels, std::size_t pixels,
               std::size_t firstChannel, std::size_t endChannel, float* sums) {
    for (std::size_t channel = firstChannel; channel < endChannel; ++channel) {
        double sum = 0;
        for (std::size_t image = 0; image < images; ++image) {
            const float* map = maps + (image * channels + channel) * pixels;
            for (std::size_t pixel = 0; pixel < pixels; ++pixel)
                sum += map[pixel];
        }
        sums[channel] = static_cast<float>(sum);
    }
}

}  // namespace shearbench::device::eigen

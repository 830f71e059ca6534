// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

namespace shearbench::analysis {

/// The part of a cutout that is shown, in pixels around its centre, and how large the picture is.
struct View {
    int outputSize = 64;  ///< rows and columns of the picture, 1..8192
    double crop = 64;     ///< width of the square around the centre, cutout pixels, > 0
    bool smooth = true;   ///< Catmull-Rom before the stretch; else nearest neighbour
};

/// Where each row or column of a picture takes its value from: `taps` neighbouring pixels starting
/// at `first`, with weights that add up to one. Catmull-Rom (Keys 1981, a = -1/2), widened by
/// crop / outputSize where the picture has fewer pixels than the cutout, so that nothing aliases;
/// positions outside the cutout take its edge.
class Resampling {
  public:
    Resampling(int size, const View& view);

    int taps() const { return taps_; }
    int outputSize() const { return static_cast<int>(source_.size()) / taps_; }
    /// Pixel index and weight of one tap.
    int source(int output, int tap) const { return source_[index(output, tap)]; }
    float weight(int output, int tap) const { return weight_[index(output, tap)]; }
    /// First and one past the last pixel that any output uses.
    int firstUsed() const { return firstUsed_; }
    int endUsed() const { return endUsed_; }

  private:
    std::size_t index(int output, int tap) const {
        return static_cast<std::size_t>(output) * static_cast<std::size_t>(taps_) +
               static_cast<std::size_t>(tap);
    }

    int taps_ = 1, firstUsed_ = 0, endUsed_ = 0;
    std::vector<int> source_;
    std::vector<float> weight_;
};

/// `plane` (H, W) seen through `rows` and `columns`: (outputSize, outputSize), row 0 still the
/// lowest. Pixels that are not finite, or beyond 1e30, count as `sky`, which
/// is subtracted from all.
std::vector<float> resample(std::span<const float> plane, int width, const Resampling& rows,
                            const Resampling& columns, float sky);

}  // namespace shearbench::analysis

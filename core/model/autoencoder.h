// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/data/normalisation.h"
#include "core/device/device.h"

namespace shearbench::model {

/// 16 hex digits (64-bit FNV-1a) that tell one set of parameters from another.
std::string fingerprint(std::span<const float> parameters);

/// A trained variational autoencoder for use: its two halves, compiled for one device. Not
/// thread-safe.
class Autoencoder {
  public:
    /// `parameters` of the whole network, in the layout of network::Parameter. Throws Error(usage)
    /// for a network without a latent layer, Error(device) where the device cannot hold it.
    Autoencoder(const device::Device& device, const network::Network& vae,
                std::span<const float> parameters, data::Normalisation normalisation, int threads,
                int batch = 16);

    std::size_t latentCount() const { return latent_; }
    std::size_t imageCount() const { return image_; }  ///< numbers an image
    network::Shape imageShape() const { return shape_; }
    const std::string& fingerprint() const { return fingerprint_; }

    /// (rows, 2 D): the D means of each image, then the D scales. `progress` gets the number done
    /// and cancels by returning false; the result is then shorter.
    std::vector<float> encode(const data::CutoutSource& source, std::span<const std::int64_t> rows,
                              const std::function<bool(std::int64_t)>& progress = {});
    /// The same of images at hand (n, C, H, W), in the units of the file.
    std::vector<float> encode(std::span<const float> images);

    /// `latents` (n, D) -> `images` (n, C, H, W): normalised, or in the units of the file.
    void decodeNormalised(std::span<const float> latents, std::span<float> images);
    void decode(std::span<const float> latents, std::span<float> images);

  private:
    template <class Work>
    void forImages(std::span<float> images, const Work& work) const;

    std::size_t latent_, image_;
    network::Shape shape_;
    int threads_;
    std::string fingerprint_;
    data::Normalisation normalisation_;
    std::unique_ptr<device::Session> encoder_, decoder_;
};

}  // namespace shearbench::model

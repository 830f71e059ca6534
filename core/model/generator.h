// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/model/autoencoder.h"

namespace shearbench::model {

/// The standard normal numbers (count, dimensions), times the temperature, that galaxies
/// first .. first + count - 1 of a seed are made of.
std::vector<float> baseNumbers(std::uint64_t seed, std::int64_t first, std::int64_t count,
                               std::size_t dimensions, double temperature = 1);

/// Galaxies out of nothing: base numbers, through the flow, through the decoder. Galaxy i of a seed
/// depends on seed, i and temperature alone, so that any part of a sample can be made, in any
/// order. Not thread-safe.
class Generator {
  public:
    /// `flow` and its parameters belong to the latent features of `autoencoder`.
    Generator(const device::Device& device, std::shared_ptr<Autoencoder> autoencoder,
              const network::Network& flow, std::span<const float> flowParameters, int threads,
              int batch = 16);

    Autoencoder& autoencoder() { return *autoencoder_; }
    std::size_t latentCount() const { return autoencoder_->latentCount(); }
    /// Hex digits that tell one pair of trained networks from another.
    const std::string& fingerprint() const { return fingerprint_; }
    std::size_t imageCount() const { return autoencoder_->imageCount(); }

    /// Latent features (count, D) of galaxies first .. first + count - 1: the flow's samples for
    /// base numbers of standard deviation `temperature`.
    std::vector<float> latents(std::uint64_t seed, std::int64_t first, std::int64_t count,
                               double temperature = 1);
    /// Their images (count, C, H, W) in the units of the training file; `images` has their size.
    void generate(std::uint64_t seed, std::int64_t first, std::span<float> images,
                  double temperature = 1);

  private:
    std::shared_ptr<Autoencoder> autoencoder_;
    std::unique_ptr<device::Session> flow_;
    std::string fingerprint_;
};

}  // namespace shearbench::model

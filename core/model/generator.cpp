// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/generator.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/random.h"

namespace shearbench::model {

std::vector<float> baseNumbers(std::uint64_t seed, std::int64_t first, std::int64_t count,
                               std::size_t dimensions, double temperature) {
    std::vector<float> base(static_cast<std::size_t>(count) * dimensions);
    for (std::size_t n = 0; n < static_cast<std::size_t>(count); ++n) {
        RandomStream stream(seed, StreamPurpose::generation, static_cast<std::uint64_t>(first) + n);
        for (std::size_t i = 0; i < dimensions; ++i)
            base[n * dimensions + i] = static_cast<float>(temperature * stream.normal());
    }
    return base;
}

Generator::Generator(const device::Device& device, std::shared_ptr<Autoencoder> autoencoder,
                     const network::Network& flow, std::span<const float> flowParameters,
                     int threads, int batch)
    : autoencoder_(std::move(autoencoder)),
      flow_(device.compile(flow, {.batch = batch, .threads = threads})) {
    if (flow.input().count() != latentCount())
        throw Error(ErrorKind::usage,
                    fmt::format("A flow of {} dimensions cannot feed a decoder of {}.",
                                flow.input().count(), latentCount()));
    flow_->setParameters(flowParameters);
    fingerprint_ = autoencoder_->fingerprint() + model::fingerprint(flowParameters);
}

std::vector<float> Generator::latents(std::uint64_t seed, std::int64_t first, std::int64_t count,
                                      double temperature) {
    const std::vector<float> base = baseNumbers(seed, first, count, latentCount(), temperature);
    std::vector<float> samples(base.size());
    flow_->invert(base, samples);
    return samples;
}

void Generator::generate(std::uint64_t seed, std::int64_t first, std::span<float> images,
                         double temperature) {
    const auto count = static_cast<std::int64_t>(images.size() / imageCount());
    autoencoder_->decode(latents(seed, first, count, temperature), images);
}

}  // namespace shearbench::model

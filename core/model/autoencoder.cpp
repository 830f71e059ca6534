// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/autoencoder.h"

#include <fmt/format.h>

#include <bit>

#include "core/device/host.h"
#include "core/device/latent.h"
#include "core/device/thread_pool.h"
#include "core/model/predictor.h"
#include "core/network/presets.h"

namespace shearbench::model {

namespace {

std::unique_ptr<device::Session> compilePart(const device::Device& device,
                                             const network::NetworkPart& part,
                                             std::span<const float> parameters, int batch,
                                             int threads) {
    auto session = device.compile(part.network, {.batch = batch, .threads = threads});
    session->setParameters(parameters.subspan(part.offset, part.network.parameterCount()));
    return session;
}

/// The second half of each row of 2 D numbers becomes its softplus.
void toScales(std::span<float> raw, std::size_t latent) {
    for (std::size_t i = 0; i < raw.size(); ++i)
        if (i % (2 * latent) >= latent)
            raw[i] = static_cast<float>(device::softplus(raw[i]));
}

}  // namespace

std::string fingerprint(std::span<const float> parameters) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const float value : parameters)
        hash = (hash ^ std::bit_cast<std::uint32_t>(value)) * 0x100000001b3u;
    return fmt::format("{:016x}", hash);
}

Autoencoder::Autoencoder(const device::Device& device, const network::Network& vae,
                         std::span<const float> parameters, data::Normalisation normalisation,
                         int threads, int batch)
    : latent_(network::decoderOf(vae).network.input().count()),
      image_(vae.input().count()),
      shape_(vae.input()),
      threads_(device::threadCount(threads)),
      fingerprint_(model::fingerprint(parameters)),
      normalisation_(std::move(normalisation)),
      encoder_(compilePart(device, network::encoderOf(vae), parameters, batch, threads)),
      decoder_(compilePart(device, network::decoderOf(vae), parameters, batch, threads)) {}

std::vector<float> Autoencoder::encode(const data::CutoutSource& source,
                                       std::span<const std::int64_t> rows,
                                       const std::function<bool(std::int64_t)>& progress) {
    std::vector<float> raw = predictFeatures(*encoder_, source, rows, normalisation_, progress);
    toScales(raw, latent_);
    return raw;
}

/// On the threads it was made with; what is wrong with all is thrown at the first.
template <class Work>
void Autoencoder::forImages(std::span<float> images, const Work& work) const {
    if (images.empty())
        return;
    work(images.first(image_));
    device::ThreadPool::shared().run(
        static_cast<std::int64_t>(images.size() / image_) - 1, threads_, [&](std::int64_t n, int) {
            work(images.subspan(static_cast<std::size_t>(n + 1) * image_, image_));
        });
}

std::vector<float> Autoencoder::encode(std::span<const float> images) {
    std::vector<float> normalised(images.begin(), images.end());
    forImages(normalised, [this](std::span<float> image) { normalisation_.apply(image); });
    std::vector<float> raw(images.size() / image_ * 2 * latent_);
    encoder_->predict(normalised, raw);
    toScales(raw, latent_);
    return raw;
}

void Autoencoder::decodeNormalised(std::span<const float> latents, std::span<float> images) {
    decoder_->predict(latents, images);
}

void Autoencoder::decode(std::span<const float> latents, std::span<float> images) {
    decoder_->predict(latents, images);
    forImages(images, [this](std::span<float> image) { normalisation_.invert(image); });
}

}  // namespace shearbench::model

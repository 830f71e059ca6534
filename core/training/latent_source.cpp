// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/latent_source.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/random.h"

namespace shearbench::training {

LatentSource::LatentSource(std::vector<float> encoded, int dimensions, int draws,
                           std::uint64_t seed, std::string name)
    : encoded_(std::move(encoded)), draws_(draws), seed_(seed) {
    schema_.file = std::move(name);
    schema_.channels = dimensions;
    schema_.height = schema_.width = 1;
    schema_.count = static_cast<std::int64_t>(encoded_.size()) / (2 * dimensions) * draws;
}

void LatentSource::readImages(std::span<const std::int64_t> rows, std::span<float> out) const {
    data::requireRows(schema_, rows, out.size());
    const auto dimensions = static_cast<std::size_t>(schema_.channels);
    float* to = out.data();
    for (const std::int64_t row : rows) {
        const float* mean = &encoded_[static_cast<std::size_t>(row / draws_) * 2 * dimensions];
        RandomStream noise(seed_, StreamPurpose::latentSample, static_cast<std::uint64_t>(row));
        for (std::size_t i = 0; i < dimensions; ++i)
            *to++ = mean[i] + mean[dimensions + i] * static_cast<float>(noise.normal());
    }
}

std::vector<double> LatentSource::readColumn(const std::string& name) const {
    throw Error(ErrorKind::data,
                fmt::format("{} have no column {}: they are latent features.", schema_.file, name));
}

std::vector<std::int64_t> LatentSource::readIntegerColumn(const std::string& name) const {
    readColumn(name);
    return {};
}

}  // namespace shearbench::training

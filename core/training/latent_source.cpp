// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/latent_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"

namespace shearbench::training {

namespace {

double median(std::vector<float> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace

LatentSource::LatentSource(std::vector<float> encoded, int dimensions, int variants, int draws,
                           std::uint64_t seed, std::string name)
    : encoded_(std::move(encoded)), variants_(variants), draws_(draws), seed_(seed) {
    schema_.file = std::move(name);
    schema_.channels = dimensions;
    schema_.height = schema_.width = 1;
    schema_.count =
        static_cast<std::int64_t>(encoded_.size()) / (2 * dimensions * variants) * draws;
    if (schema_.count > 0)
        drawIn(static_cast<std::size_t>(dimensions));
}

void LatentSource::drawIn(std::size_t dimensions) {
    for (std::size_t i = 0; i < dimensions; ++i) {
        std::vector<float> means, scales, distances;
        for (std::size_t at = i; at < encoded_.size(); at += 2 * dimensions) {
            means.push_back(encoded_[at]);
            scales.push_back(encoded_[at + dimensions]);
        }
        const double middle = median(means), scale = median(scales);
        for (const float mean : means)
            distances.push_back(static_cast<float>(std::fabs(mean - middle)));
        const double spread = std::hypot(1.4826 * median(distances), scale);
        const auto low = static_cast<float>(middle - kFarthestLatent * spread);
        const auto high = static_cast<float>(middle + kFarthestLatent * spread);
        for (std::size_t at = i; at < encoded_.size(); at += 2 * dimensions) {
            encoded_[at] = std::clamp(encoded_[at], low, high);
            float& own = encoded_[at + dimensions];
            own = std::min(own, static_cast<float>(spread));
        }
    }
}

void LatentSource::readImages(std::span<const std::int64_t> rows, std::span<float> out) const {
    data::requireRows(schema_, rows, out.size());
    const auto dimensions = static_cast<std::size_t>(schema_.channels);
    float* to = out.data();
    for (const std::int64_t row : rows) {
        const std::int64_t image = row / draws_ * variants_ + row % draws_ % variants_;
        const float* mean = &encoded_[static_cast<std::size_t>(image) * 2 * dimensions];
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/predictor.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/data/loader.h"
#include "core/error.h"

namespace shearbench::model {
namespace {

constexpr int kBatch = 16;
constexpr std::size_t kBlockRows = 128;
constexpr std::size_t kBlockFloats = std::size_t{4} << 20;

}  // namespace

void requireShape(const network::Network& network, const data::Schema& schema) {
    const network::Shape found{schema.channels, schema.height, schema.width};
    const network::Shape expected = network.input();
    if (found == expected)
        return;
    throw Error(
        ErrorKind::data,
        fmt::format("The images of {} are {} x {} x {} (bands, rows, columns); the network was "
                    "trained on {} x {} x {}.",
                    schema.file, found.channels, found.height, found.width, expected.channels,
                    expected.height, expected.width),
        "Use cutouts of the size and bands that the network was trained on.");
}

std::size_t blockRows(const device::Session& session) {
    const auto batch = static_cast<std::size_t>(session.batch());
    const std::size_t fitting =
        std::min(kBlockRows, kBlockFloats / session.network().input().count());
    return std::max<std::size_t>(1, fitting / batch) * batch;
}

std::vector<float> predictFeatures(device::Session& session, const data::CutoutSource& source,
                                   std::span<const std::int64_t> rows,
                                   const data::Normalisation& normalisation,
                                   const std::function<bool(std::int64_t)>& progress) {
    requireShape(session.network(), source.schema());
    const std::size_t width = session.network().output().count();
    const std::size_t block = blockRows(session);
    std::vector<float> features(rows.size() * width);
    for (std::size_t first = 0; first < rows.size(); first += block) {
        const auto part = rows.subspan(first, std::min(block, rows.size() - first));
        const std::vector<float> images = data::readNormalised(source, part, normalisation);
        session.predict(images, std::span(features).subspan(first * width, part.size() * width));
        if (progress && !progress(static_cast<std::int64_t>(first + part.size()))) {
            features.resize((first + part.size()) * width);
            break;
        }
    }
    return features;
}

Predictor::Predictor(const device::Device& device, const network::Network& network,
                     std::span<const float> parameters, data::Normalisation normalisation,
                     int threads)
    : session_(device.compile(network, {.batch = kBatch, .threads = threads})),
      normalisation_(std::move(normalisation)) {
    session_->setParameters(parameters);
}

std::vector<Posterior> Predictor::predict(const data::CutoutSource& source,
                                          std::span<const std::int64_t> rows,
                                          const std::function<bool(std::int64_t)>& progress) {
    return posteriorsFromFeatures(
        predictFeatures(*session_, source, rows, normalisation_, progress));
}

}  // namespace shearbench::model

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parameters_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/files.h"

namespace shearbench::model {

void writeParameters(data::h5::File& file, const std::string& group,
                     const network::Network& network, std::span<const float> values) {
    for (const network::Parameter& parameter : network.parameters())
        file.write<float>(group + "/" + parameter.name,
                          values.subspan(parameter.offset, parameter.count),
                          data::h5::Extents(parameter.shape.begin(), parameter.shape.end()));
}

std::vector<float> readParameters(const data::h5::File& file, const std::string& group,
                                  const network::Network& network) {
    // Grows as datasets turn out to be there: a foreign file may describe a network of any size.
    std::vector<float> values;
    for (const network::Parameter& parameter : network.parameters()) {
        const std::string path = group + "/" + parameter.name;
        const std::vector<float> read = file.read<float>(
            path, data::h5::Extents(parameter.shape.begin(), parameter.shape.end()));
        const auto finite = [](float value) { return std::isfinite(value); };
        if (!std::all_of(read.begin(), read.end(), finite))
            throw Error(ErrorKind::data,
                        fmt::format("{}: dataset {} holds numbers that are not finite.",
                                    file.path().string(), path),
                        "Use another checkpoint of the run.");
        values.insert(values.end(), read.begin(), read.end());
    }
    return values;
}

void exportParameters(const network::Network& network, std::span<const float> parameters,
                      const data::Normalisation& normalisation, const std::filesystem::path& file) {
    replaceFile(file, [&](const std::filesystem::path& beside) {
        data::h5::File out = data::h5::File::create(beside);
        const network::Shape input = network.input();
        const double shape[] = {double(input.channels), double(input.height), double(input.width)};
        out.writeText("/", "network", network.name());
        out.writeNumbers("/", "input", shape);
        out.writeNumber("/", "batch_norm_epsilon", network::kBatchNormEpsilon);
        out.writeText("/", "normalisation", data::toString(normalisation.kind));
        out.write("normalisation_scale", normalisation.scale);
        writeParameters(out, "parameter", network, parameters);
        out.close();
    });
}

}  // namespace shearbench::model

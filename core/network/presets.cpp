// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/presets.h"

#include <fmt/format.h>

#include "core/error.h"

namespace shearbench::network {

namespace {

/// Beyond these, counts of parameters and features would no longer fit their types.
constexpr int kMostBands = 1024, kLargestSize = 16384;

/// The part all of the paper's networks share: names conv1..conv8, prelu1..prelu8.
void appendTrunk(Network& network, const TrunkFilters& filters) {
    const Shape in = network.input();
    if (in.channels > kMostBands || in.height > kLargestSize || in.width > kLargestSize)
        throw Error(
            ErrorKind::usage,
            fmt::format("Network {}: images of {} x {} x {} are larger than any that can "
                        "be trained on: at most {} bands and {} rows and columns.",
                        network.name(), in.channels, in.height, in.width, kMostBands, kLargestSize),
            "Use smaller cutouts.");
    if (in.channels < 1 || in.height < 16 || in.width < 16 || in.height % 16 || in.width % 16)
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: images of {} x {} x {} do not fit its four halvings.",
                                network.name(), in.channels, in.height, in.width),
                    "Use images whose rows and columns are multiples of 16, such as 64 x 64.");
    network.batchNorm("batch_norm");
    int number = 0;
    for (int stage : filters)
        for (int stride : {1, 2}) {
            ++number;
            network.convolution(fmt::format("conv{}", number), stage, stride);
            network.prelu(fmt::format("prelu{}", number));
        }
}

}  // namespace

const std::vector<Preset>& presets() {
    static const std::vector<Preset> list = {
        {"deterministic", "Deterministic",
         "Eight convolutions and a dense layer; gives a normal posterior over (e1, e2, redshift)."},
    };
    return list;
}

Network makePreset(std::string_view id, Shape input) {
    if (id == "deterministic")
        return makeDeterministic(input);
    std::string known;
    for (const Preset& preset : presets())
        known += (known.empty() ? "" : ", ") + preset.id;
    throw Error(ErrorKind::usage, fmt::format("There is no network called {}.", id),
                fmt::format("Choose one of: {}.", known));
}

Network makeDeterministic(Shape input, TrunkFilters filters) {
    Network network("deterministic", input);
    appendTrunk(network, filters);
    network.dense("dense", 9).loss(LossKind::gaussianNll);
    return network;
}

}  // namespace shearbench::network

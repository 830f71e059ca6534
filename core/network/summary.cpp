// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/summary.h"

#include <fmt/format.h>

namespace shearbench::network {

namespace {

std::string titleOf(const Layer& layer) {
    switch (layer.kind) {
        case LayerKind::batchNorm:
            return "batch norm";
        case LayerKind::convolution:
            return fmt::format("conv {}\u2192{}{}", layer.input.channels, layer.output.channels,
                               layer.stride > 1 ? fmt::format(" /{}", layer.stride) : "");
        case LayerKind::prelu:
            return "PReLU";
        case LayerKind::dense:
            return fmt::format("dense {}\u2192{}", layer.input.count(), layer.output.count());
        case LayerKind::transposedConvolution:
            return fmt::format("transposed conv {}\u2192{}{}", layer.input.channels,
                               layer.output.channels,
                               layer.stride > 1 ? fmt::format(" \u00d7{}", layer.stride) : "");
        case LayerKind::reshape:
            return "reshape";
        case LayerKind::sigmoid:
            return "sigmoid";
        case LayerKind::latent:
            return fmt::format("mean, scale {}\u2192{}", layer.input.count(), layer.output.count());
        case LayerKind::made:
            return fmt::format("autoregressive {}, hidden {}", layer.dimensions(), layer.hidden);
    }
    return {};
}

}  // namespace

std::vector<SummaryRow> summarise(const Network& network) {
    std::vector<SummaryRow> rows;
    std::vector<std::size_t> rowOfLayer;
    for (const Layer& layer : network.layers()) {
        const bool joins = layer.kind == LayerKind::prelu && !rows.empty();
        if (!joins) {
            rows.emplace_back();
            rows.back().title = titleOf(layer);
            rows.back().layer = layer.name;
            rows.back().weights =
                layer.kind == LayerKind::convolution || layer.kind == LayerKind::dense;
            rows.back().bayesian = layer.bayesian;
        }
        rows.back().output = layer.output;
        rows.back().multiplyAdds += layer.multiplyAdds();
        rowOfLayer.push_back(rows.size() - 1);
    }
    for (const Parameter& parameter : network.parameters()) {
        SummaryRow& row = rows[rowOfLayer[parameter.layer]];
        row.parameters += parameter.count;
        row.trainable += parameter.trainable ? parameter.count : 0;
        if (network.layers()[parameter.layer].kind == LayerKind::prelu)
            row.slopes += parameter.count;
    }
    return rows;
}

}  // namespace shearbench::network

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/operation.h"

#include <fmt/format.h>

#include "core/device/eigen/batch_norm.h"
#include "core/device/eigen/convolution.h"
#include "core/device/eigen/dense.h"
#include "core/device/eigen/prelu.h"
#include "core/error.h"

namespace shearbench::device::eigen {

namespace {

[[noreturn]] void refuse(const network::Layer& layer) {
    throw Error(
        ErrorKind::device,
        fmt::format("Layer {} is of a kind that the Eigen device cannot compute.", layer.name),
        "Choose another device.");
}

}  // namespace

OperationMemory operationMemory(const network::Layer& layer, int threads) {
    switch (layer.kind) {
        case network::LayerKind::batchNorm:
            return BatchNorm::memory(layer);
        case network::LayerKind::convolution:
            return Convolution::memory(layer, threads);
        case network::LayerKind::prelu:
        case network::LayerKind::dense:
            return {};
    }
    refuse(layer);
}

std::unique_ptr<Operation> makeOperation(OperationContext context) {
    switch (context.layer.kind) {
        case network::LayerKind::batchNorm:
            return std::make_unique<BatchNorm>(std::move(context));
        case network::LayerKind::convolution:
            return std::make_unique<Convolution>(std::move(context));
        case network::LayerKind::prelu:
            return std::make_unique<Prelu>(std::move(context));
        case network::LayerKind::dense:
            return std::make_unique<Dense>(std::move(context));
    }
    refuse(context.layer);
}

}  // namespace shearbench::device::eigen

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/operation.h"

#include "core/device/device.h"
#include "core/device/eigen/batch_norm.h"
#include "core/device/eigen/convolution.h"
#include "core/device/eigen/dense.h"
#include "core/device/eigen/prelu.h"

namespace shearbench::device::eigen {

namespace {

constexpr const char* kDevice = "the Eigen device";

}  // namespace

OperationMemory operationMemory(const network::Layer& layer, int threads) {
    if (layer.bayesian)
        refuseLayer(layer, kDevice);
    switch (layer.kind) {
        case network::LayerKind::batchNorm:
            return BatchNorm::memory(layer);
        case network::LayerKind::convolution:
            return Convolution::memory(layer, threads);
        case network::LayerKind::prelu:
        case network::LayerKind::dense:
            return {};
    }
    refuseLayer(layer, kDevice);
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
    refuseLayer(context.layer, kDevice);
}

}  // namespace shearbench::device::eigen

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/operation.h"

#include "core/device/device.h"
#include "core/device/eigen/batch_norm.h"
#include "core/device/eigen/convolution.h"
#include "core/device/eigen/dense.h"
#include "core/device/eigen/latent.h"
#include "core/device/eigen/made.h"
#include "core/device/eigen/prelu.h"
#include "core/device/eigen/sigmoid.h"

namespace shearbench::device::eigen {

namespace {

constexpr const char* kDevice = "the Eigen device";

}  // namespace

OperationMemory operationMemory(const network::Layer& layer, int batch, int threads) {
    switch (layer.kind) {
        case network::LayerKind::batchNorm:
            return BatchNorm::memory(layer);
        case network::LayerKind::convolution:
            return Convolution::memory(layer, threads);
        case network::LayerKind::transposedConvolution:
            return TransposedConvolution::memory(layer, threads);
        case network::LayerKind::latent:
            return Latent::memory(layer, batch);
        case network::LayerKind::made:
            return Made::memory(layer, threads);
        case network::LayerKind::prelu:
        case network::LayerKind::dense:
        case network::LayerKind::reshape:
        case network::LayerKind::sigmoid:
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
        case network::LayerKind::transposedConvolution:
            return std::make_unique<TransposedConvolution>(std::move(context));
        case network::LayerKind::reshape:
            return std::make_unique<Reshape>(std::move(context));
        case network::LayerKind::sigmoid:
            return std::make_unique<Sigmoid>(std::move(context));
        case network::LayerKind::latent:
            return std::make_unique<Latent>(std::move(context));
        case network::LayerKind::made:
            return std::make_unique<Made>(std::move(context));
    }
    refuseLayer(context.layer, kDevice);
}

}  // namespace shearbench::device::eigen

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/loss.h"

#include <algorithm>

namespace shearbench::device::opencl {

namespace {

constexpr int kMostParts = 64;

}  // namespace

Loss::Loss(Planning& planning, const network::Network& network, const Place& map,
           const Place& gradient)
    : planning_(planning),
      kind_(network.loss()),
      map_(map),
      gradient_(gradient),
      features_(static_cast<int>(network.output().count())) {
    const auto batch = static_cast<std::size_t>(planning.batch);
    const auto group = static_cast<std::size_t>(planning.shape.group);
    const bool byImage =
        kind_ == network::LossKind::gaussianNll || kind_ == network::LossKind::flowNll;
    const std::size_t items =
        byImage ? batch : saturatingProduct({batch, network.output().count()});
    const std::size_t groups = (items + group - 1) / group;
    parts_ = static_cast<int>(byImage ? groups : std::min<std::size_t>(groups, kMostParts));
    targets_ = planning.arena.request("targets", MemoryUse::staging,
                                      saturatingProduct({batch, network.targetCount()}));
    partSums_ =
        planning.arena.request("loss", MemoryUse::workspace, static_cast<std::size_t>(parts_));
}

void Loss::build(Context& context) {
    const Arena& arena = planning_.arena;
    const network::Shape shape = map_.map.shape;
    const int blocks = map_.map.blocks();
    const ProgramSource source = planning_.shape.program();
    const auto bindSum = [&](const char* name, double number) {
        kernel_ = Kernel(context, source, name);
        kernel_.bind(arena[map_.buffer], arena[targets_], arena[gradient_.buffer], arena[partSums_],
                     features_, shape.height, shape.width, blocks, map_.map.halo,
                     gradient_.map.halo, planning_.batch, static_cast<float>(number));
    };
    if (kind_ == network::LossKind::gaussianNll) {
        kernel_ = Kernel(context, source, "gaussian_nll");
        kernel_.bind(arena[map_.buffer], arena[targets_], arena[gradient_.buffer], arena[partSums_],
                     shape.height, shape.width, blocks, map_.map.halo, gradient_.map.halo,
                     planning_.batch);
    } else if (kind_ == network::LossKind::flowNll) {
        kernel_ = Kernel(context, source, "flow_nll");
        kernel_.bind(arena[map_.buffer], arena[gradient_.buffer], arena[partSums_], features_ - 1,
                     blocks, map_.map.halo, gradient_.map.halo, planning_.batch);
    } else if (kind_ == network::LossKind::binaryCrossEntropy) {
        bindSum("cross_entropy", network::kProbabilityMargin);
    } else {
        bindSum("squared_error", kind_ == network::LossKind::squaredError ? 1 : 0.5);
    }
    kernel_.setWork({0, 3 * bytesOf(map_, planning_.batch)});
}

void Loss::compute(Queue& queue) {
    queue.launch(kernel_, planning_.shape.groups(parts_));
}

}  // namespace shearbench::device::opencl

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/optimiser.h"

#include <algorithm>
#include <cmath>

namespace shearbench::device::opencl {

namespace {

/// Floats of a run: enough for every item of a group, few enough for every unit to have runs.
std::size_t runLength(const LaunchShape& shape) {
    return shape.lanes == kBlock ? 8192 : static_cast<std::size_t>(shape.group) * 4;
}

}  // namespace

Optimiser::Optimiser(Planning& planning, const std::vector<Convolution*>& convolutions,
                     const Loss& loss)
    : planning_(planning),
      loss_(loss),
      runs_(planning.parameters.runs(runLength(planning.shape))),
      runTable_(planning.arena.request("table of runs", MemoryUse::workspace,
                                       runs_.size() * sizeof(Run) / sizeof(cl_int))),
      squares_(planning.arena.request("squares", MemoryUse::workspace, runs_.size())),
      log_(planning.arena.request("log", MemoryUse::workspace, 2 * kLogEntries)) {
    if (planning.hardware.kernels != KernelKind::vector || convolutions.empty())
        return;
    mirrors_ = planning.arena.request("mirrored kernels", MemoryUse::parameters, 0);
    for (Convolution* convolution : convolutions) {
        const std::size_t floats = convolution->kernelFloats();
        const std::size_t at = planning.arena.extend(mirrors_, floats);
        convolution->useMirror(mirrors_, at);
        for (std::size_t tile = 0; tile < floats; tile += kTile)
            tiles_.emplace_back(
                planning.parameters.at(convolution->kernel()) + static_cast<cl_int>(tile),
                static_cast<cl_int>(at + tile));
    }
    tileTable_ = planning.arena.request("table of tiles", MemoryUse::workspace, 2 * tiles_.size());
}

void Optimiser::build(Context& context, Queue& queue) {
    const Arena& arena = planning_.arena;
    const Parameters& parameters = planning_.parameters;
    const Buffer &values = arena[parameters.values()], &gradients = arena[parameters.gradients()];
    const Buffer &losses = arena[loss_.partSums()], &log = arena[log_];
    const auto runs = static_cast<int>(runs_.size());
    if (runs > 0) {
        EventHandle written =
            queue.write(arena[runTable_], runs_.data(), runs_.size() * sizeof(Run));
        queue.wait(written);
    }
    const ProgramSource source = planning_.shape.program();
    collect_ = Kernel(context, source, "collect");
    collect_.bind(arena[runTable_], arena[parameters.slices()], gradients, arena[squares_]);
    writeLog_ = Kernel(context, source, "write_log");
    writeLog_.bind(arena[squares_], runs, losses, loss_.parts(), planning_.batch, log, 0);
    adam_ = Kernel(context, source, "adam");
    adam_.bind(arena[runTable_], runs, gradients, arena[squares_], values,
               arena[parameters.firstMoments()], arena[parameters.secondMoments()], 0.0f, 0.0f,
               0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, losses, loss_.parts(), planning_.batch, log, 0);
    if (tiles_.empty())
        return;
    EventHandle written =
        queue.write(arena[tileTable_], tiles_.data(), tiles_.size() * sizeof(tiles_[0]));
    queue.wait(written);
    mirror_ = Kernel(context, source, "mirror_kernels");
    mirror_.bind(arena[tileTable_], static_cast<int>(tiles_.size()), values, arena[mirrors_]);
}

void Optimiser::finishStep(Queue& queue, const StepSettings& settings, std::int64_t update,
                           int entry) {
    const auto runs = static_cast<int>(runs_.size());
    if (runs > 0)
        queue.launch(collect_, planning_.shape.groups(runs));
    if (update == 0 || runs == 0) {
        writeLog_.set(6, entry);
        queue.launch(writeLog_, planning_.shape.groups(1));
        return;
    }
    const auto time = static_cast<double>(update);
    const double numbers[] = {settings.beta1, 1 - settings.beta1, settings.beta2,
                              1 - settings.beta2,
                              settings.learningRate / (1 - std::pow(settings.beta1, time)),
                              1 / std::sqrt(1 - std::pow(settings.beta2, time)),
                              // What fills up blocks has no gradient: 0 / epsilon must be 0.
                              std::max(settings.epsilon, 1e-30), settings.clipNorm};
    cl_uint index = 7;
    for (double number : numbers)
        adam_.set(index++, static_cast<float>(number));
    adam_.set(19, entry);
    queue.launch(adam_, planning_.shape.groups(runs));
    mirror(queue);
}

void Optimiser::mirror(Queue& queue) {
    if (!tiles_.empty())
        queue.launch(mirror_, planning_.shape.striding(tiles_.size()));
}

}  // namespace shearbench::device::opencl

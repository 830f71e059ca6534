// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/optimiser.h"

#include <algorithm>
#include <cmath>

namespace shearbench::device::opencl {

namespace {

// Places of the arguments that change from step to step.
constexpr cl_uint kCollectKl = 7, kLogSlot = 10, kAdamNumbers = 7, kAdamSlot = 23;

}  // namespace

Optimiser::Optimiser(Planning& planning, const Loss& loss, const BayesianWeights& weights,
                     Pieces divergences)
    : planning_(planning),
      loss_(loss),
      weights_(weights),
      divergences_(divergences),
      runs_(planning.parameters.runs(planning.shape.runLength())),
      runTable_(planning.arena.request("table of runs", MemoryUse::workspace,
                                       runs_.size() * sizeof(Run) / sizeof(cl_int))),
      squares_(planning.arena.request("squares", MemoryUse::workspace, runs_.size())),
      log_(planning.arena.request("log", MemoryUse::workspace, kLogNumbers * kLogEntries)) {}

void Optimiser::build(Context& context, Queue& queue) {
    const Arena& arena = planning_.arena;
    const Parameters& parameters = planning_.parameters;
    const Buffer &values = arena[parameters.values()], &gradients = arena[parameters.gradients()];
    const Buffer &slices = arena[parameters.slices()], &squares = arena[squares_];
    const Buffer& losses = arena[loss_.partSums()];
    const Buffer& weights = arena[weights_.divergences()];
    const Buffer& latents = arena[divergences_.buffer];
    const auto runs = static_cast<int>(runs_.size());
    const int batch = planning_.batch;
    if (runs > 0) {
        EventHandle written =
            queue.write(arena[runTable_], runs_.data(), runs_.size() * sizeof(Run));
        queue.wait(written);
    }
    if (weights_.any()) {
        collect_ = Kernel(context, planning_.shape.program(ProgramPart::drawing), "collect_drawn");
        collect_.bind(arena[runTable_], slices, gradients, squares, values,
                      arena[weights_.numbers()], arena[weights_.noise()], 0.0f);
    } else {
        collect_ = Kernel(context, planning_.shape.program(), "collect");
        collect_.bind(arena[runTable_], slices, gradients, squares);
    }
    writeLog_ = Kernel(context, planning_.shape.program(), "write_log");
    writeLog_.bind(squares, runs, losses, loss_.parts(), weights, weights_.parts(), latents,
                   divergences_.count, batch, arena[log_], 0);
    adam_ = Kernel(context, planning_.shape.program(), "adam");
    adam_.bind(arena[runTable_], runs, gradients, squares, values, arena[parameters.firstMoments()],
               arena[parameters.secondMoments()], 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f,
               losses, loss_.parts(), weights, weights_.parts(), latents, divergences_.count, batch,
               arena[log_], 0);
    const double trainable = sizeof(float) * static_cast<double>(parameters.trainable());
    const double drawn = sizeof(float) * static_cast<double>(parameters.drawn());
    double sliced = 0;
    for (const Run& run : runs_)
        sliced += sizeof(float) * static_cast<double>(run.slices) * run.count;
    // Of a drawn kernel also mean, rho, number and noise of each weight.
    collect_.setWork({0, 2 * trainable + sliced + 4 * drawn});
    adam_.setWork({0, 7 * trainable});
}

void Optimiser::finishStep(Queue& queue, const StepSettings& settings, std::int64_t update,
                           int entry) {
    const auto runs = static_cast<int>(runs_.size());
    if (weights_.any())
        collect_.set(kCollectKl, static_cast<float>(settings.weightKl));
    if (runs > 0)
        queue.launch(collect_, planning_.shape.groups(runs));
    if (update == 0 || runs == 0) {
        writeLog_.set(kLogSlot, entry);
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
    cl_uint index = kAdamNumbers;
    for (double number : numbers)
        adam_.set(index++, static_cast<float>(number));
    adam_.set(kAdamSlot, entry);
    queue.launch(adam_, planning_.shape.groups(runs));
}

}  // namespace shearbench::device::opencl

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/bayesian_weights.h"

#include <algorithm>
#include <bit>

namespace shearbench::device::opencl {

namespace {

// Where draw_weights takes its noise from.
constexpr int kMeans = 0, kStream = 1, kGiven = 2;

}  // namespace

void setStream(Kernel& kernel, cl_uint first, const NormalStream& stream) {
    const NormalCounter at = normalCounter(stream, 0);
    for (const std::uint32_t word : {at.counter[2], at.counter[3], at.key[0], at.key[1]})
        kernel.set(first++, std::bit_cast<int>(word));
}

BayesianWeights::BayesianWeights(Planning& planning)
    : planning_(planning), tensors_(planning.parameters.bayesian()) {
    if (!any())
        return;
    const std::size_t longest = planning.shape.runLength();
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
        const BayesianTensor& tensor = tensors_[t];
        for (std::size_t at = 0; at < tensor.format->floats; at += longest)
            stretches_.push_back(
                {static_cast<cl_int>(tensor.mean + at), static_cast<cl_int>(tensor.rho + at),
                 static_cast<cl_int>(tensor.drawn + at), static_cast<cl_int>(tensor.noise + at),
                 static_cast<cl_int>(std::min(longest, tensor.format->floats - at)),
                 static_cast<cl_int>(t)});
    }
    Arena& arena = planning.arena;
    const std::size_t weights = planning.parameters.drawn();
    stretchTable_ = arena.request("table of drawn stretches", MemoryUse::workspace,
                                  stretches_.size() * sizeof(Stretch) / sizeof(cl_int));
    noise_ = arena.request("noise of drawn weights", MemoryUse::workspace, weights);
    numbers_ = arena.request("numbers of drawn weights", MemoryUse::workspace, weights);
    divergences_ = arena.request("divergences of weights", MemoryUse::workspace, stretches_.size());
}

void BayesianWeights::build(Context& context, Queue& queue) {
    if (!any())
        return;
    const Arena& arena = planning_.arena;
    std::vector<cl_int> numbers(planning_.parameters.drawn(), -1);
    for (const BayesianTensor& tensor : tensors_)
        for (std::size_t i = 0; i < tensor.count; ++i)
            numbers[tensor.noise + tensor.format->placeOf(i)] = static_cast<cl_int>(i);
    EventHandle written =
        queue.write(arena[numbers_], numbers.data(), numbers.size() * sizeof(cl_int));
    queue.wait(written);
    written =
        queue.write(arena[stretchTable_], stretches_.data(), stretches_.size() * sizeof(Stretch));
    queue.wait(written);
    draw_ = Kernel(context, planning_.shape.program(ProgramPart::drawing), "draw_weights");
    draw_.bind(arena[stretchTable_], arena[planning_.parameters.values()], arena[numbers_],
               arena[noise_], arena[divergences_], kMeans, 0, 0, 0, 0);
    // Means, rhos, numbers, noise and drawn weights.
    draw_.setWork({0, 5.0 * sizeof(float) * static_cast<double>(planning_.parameters.drawn())});
}

void BayesianWeights::launch(Queue& queue, int source) {
    draw_.set(5, source);
    queue.launch(draw_, planning_.shape.groups(parts()));
}

void BayesianWeights::draw(Queue& queue, StreamPurpose purpose, const StepNoise& noise) {
    if (!any())
        return;
    setStream(draw_, 6, {noise.seed, purpose, 0, static_cast<std::uint64_t>(noise.step)});
    if (noise.given.empty())
        return launch(queue, kStream);
    std::vector<float> placed(planning_.parameters.drawn());
    const float* from = noise.given.data();
    for (const BayesianTensor& tensor : tensors_)
        for (std::size_t i = 0; i < tensor.count; ++i)
            placed[tensor.noise + tensor.format->placeOf(i)] = *from++;
    EventHandle written =
        queue.write(planning_.arena[noise_], placed.data(), placed.size() * sizeof(float));
    queue.wait(written);
    launch(queue, kGiven);
}

void BayesianWeights::setToMeans(Queue& queue) {
    if (any())
        launch(queue, kMeans);
}

}  // namespace shearbench::device::opencl

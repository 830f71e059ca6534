// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/convolution.h"

#include <fmt/format.h>

#include <optional>

#include "core/device/cpu/winograd_choice.h"

namespace shearbench::device::cpu {

using dnnl::algorithm;
using dnnl::memory;
using dnnl::prop_kind;

struct Convolution::Primitives {
    dnnl::convolution_forward::primitive_desc forward;
    std::optional<dnnl::convolution_backward_data::primitive_desc> inputGradient;
    dnnl::convolution_backward_weights::primitive_desc kernelGradient;
    memory::desc kernel;
};

namespace {

/// Describes one direction at a time; oneDNN wants the forward one as a hint for the others.
class Chooser {
  public:
    Chooser(const network::Layer& layer, const Blocked& in, const Blocked& out, int batch)
        : geometry_(geometry(layer)),
          source_(blockedMap(in, batch)),
          result_(blockedMap(out, batch)),
          kernel_(blockedKernel(in, out)),
          anyKernel_(kernel_.dims(), memory::data_type::f32, memory::format_tag::any),
          bias_({out.channels()}, memory::data_type::f32, memory::format_tag::x) {}

    const memory::desc& kernel() const { return kernel_; }

    dnnl::convolution_forward::primitive_desc forward(algorithm kind) const {
        return {{prop_kind::forward_training, kind, source_, kernel_, bias_, result_,
                 geometry_.stride, geometry_.before, geometry_.after},
                scratchpadInArena(),
                engine()};
    }

    dnnl::convolution_backward_data::primitive_desc inputGradient(algorithm kind) const {
        const memory::desc& kernel = kind == algorithm::convolution_winograd ? kernel_ : anyKernel_;
        return {
            {kind, source_, kernel, result_, geometry_.stride, geometry_.before, geometry_.after},
            scratchpadInArena(),
            engine(),
            forward(kind)};
    }

    dnnl::convolution_backward_weights::primitive_desc kernelGradient(algorithm kind) const {
        return {
            {kind, source_, kernel_, result_, geometry_.stride, geometry_.before, geometry_.after},
            scratchpadInArena(),
            engine(),
            forward(kind)};
    }

  private:
    Geometry geometry_;
    memory::desc source_, result_, kernel_, anyKernel_, bias_;
};

/// describe(winograd) where that pays and the library has it, else describe(direct).
template <class Describe>
auto choose(bool winograd, const Describe& describe) {
    if (winograd) {
        try {
            return describe(algorithm::convolution_winograd);
        } catch (const dnnl::error& e) {
            if (e.status != dnnl_unimplemented)
                throw;
        }
    }
    return describe(algorithm::convolution_direct);
}

}  // namespace

Convolution::Convolution(const network::Layer& layer, int width, int batch, bool inputGradient,
                         bool preluFollows, Arena& arena, Parameters& parameters)
    : name_(layer.name),
      in_{layer.input, width},
      out_{layer.output, width},
      batch_(batch),
      parameters_(&parameters),
      chosen_(std::make_unique<Primitives>()),
      kernel_(parameters.add(layer, "kernel", kernelFormat(layer, blockedKernel(in_, out_)))),
      bias_(layer, out_, preluFollows, arena, parameters) {
    const Chooser chooser(layer, in_, out_, batch);
    const WinogradChoice winograd = chooseWinograd(layer, batch);
    chosen_->kernel = chooser.kernel();
    chosen_->forward =
        choose(winograd.forward, [&](algorithm kind) { return chooser.forward(kind); });
    chosen_->kernelGradient = choose(winograd.kernelGradient,
                                     [&](algorithm kind) { return chooser.kernelGradient(kind); });
    scratchpad_ = requestScratchpad(arena, chosen_->forward.scratchpad_desc());
    requestScratchpad(arena, chosen_->kernelGradient.scratchpad_desc());
    if (!inputGradient)
        return;
    chosen_->inputGradient =
        choose(winograd.inputGradient, [&](algorithm kind) { return chooser.inputGradient(kind); });
    requestScratchpad(arena, chosen_->inputGradient->scratchpad_desc());
    if (chosen_->inputGradient->weights_desc() != chosen_->kernel)
        reorderedBuffer_ = arena.requestShared(
            "reordered kernel", MemoryUse::workspace,
            static_cast<std::int64_t>(chosen_->inputGradient->weights_desc().get_size() /
                                      sizeof(float)));
}

Convolution::~Convolution() = default;

void Convolution::bind(const Arena& arena, const Wiring& wiring) {
    wiring_ = wiring;
    bias_.bind(arena);
    const auto on = [](const memory::desc& desc, const float* data) {
        return memory(desc, engine(), const_cast<float*>(data));
    };
    const auto scratchpad = [&](const auto& desc) {
        return BoundPrimitive::Argument(DNNL_ARG_SCRATCHPAD,
                                        on(desc.scratchpad_desc(), arena.at(scratchpad_)));
    };
    const memory kernel = on(chosen_->kernel, parameters_->value(kernel_));
    const auto& forward = chosen_->forward;
    forward_ = BoundPrimitive(dnnl::convolution_forward(forward),
                              {{DNNL_ARG_SRC, on(forward.src_desc(), wiring.input)},
                               {DNNL_ARG_WEIGHTS, kernel},
                               {DNNL_ARG_BIAS, on(forward.bias_desc(), bias_.value())},
                               {DNNL_ARG_DST, on(forward.dst_desc(), wiring.output)},
                               scratchpad(forward)});
    const auto& kernelGradient = chosen_->kernelGradient;
    kernelGradient_ = BoundPrimitive(
        dnnl::convolution_backward_weights(kernelGradient),
        {{DNNL_ARG_SRC, on(kernelGradient.src_desc(), wiring.input)},
         {DNNL_ARG_DIFF_DST, on(kernelGradient.diff_dst_desc(), wiring.outputGradient)},
         {DNNL_ARG_DIFF_WEIGHTS, on(chosen_->kernel, parameters_->gradient(kernel_))},
         scratchpad(kernelGradient)});
    if (!chosen_->inputGradient || !wiring.inputGradient)
        return;
    const auto& inputGradient = *chosen_->inputGradient;
    memory kernelBack = kernel;
    if (inputGradient.weights_desc() != chosen_->kernel) {
        kernelBack = on(inputGradient.weights_desc(), arena.at(reorderedBuffer_));
        reorderKernel_ = BoundPrimitive(dnnl::reorder(kernel, kernelBack),
                                        {{DNNL_ARG_FROM, kernel}, {DNNL_ARG_TO, kernelBack}});
    }
    inputGradient_ = BoundPrimitive(
        dnnl::convolution_backward_data(inputGradient),
        {{DNNL_ARG_DIFF_DST, on(inputGradient.diff_dst_desc(), wiring.outputGradient)},
         {DNNL_ARG_WEIGHTS, kernelBack},
         {DNNL_ARG_DIFF_SRC, on(inputGradient.diff_src_desc(), wiring.inputGradient)},
         scratchpad(inputGradient)});
}

void Convolution::forward(Mode) {
    forward_.run();
}

void Convolution::backward() {
    kernelGradient_.run();
    bias_.backward(wiring_.outputGradient, batch_);
    if (reorderKernel_)
        reorderKernel_.run();
    if (inputGradient_)
        inputGradient_.run();
}

std::string Convolution::describe() const {
    return fmt::format("{}: {} forward, {} kernel gradient, {} input gradient", name_,
                       chosen_->forward.impl_info_str(), chosen_->kernelGradient.impl_info_str(),
                       chosen_->inputGradient ? chosen_->inputGradient->impl_info_str() : "no");
}

}  // namespace shearbench::device::cpu

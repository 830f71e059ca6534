// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/onednn.h"

#include <fmt/format.h>

#include "core/device/cpu/isa.h"
#include "core/error.h"

namespace shearbench::device::cpu {

using dnnl::memory;
using Type = memory::data_type;
using Tag = memory::format_tag;

namespace {

const dnnl::stream& stream() {
    thread_local const dnnl::stream own(engine());
    return own;
}

memory::dims mapDims(std::int64_t channels, const network::Shape& shape, int batch) {
    return {batch, channels, shape.height, shape.width};
}

}  // namespace

const dnnl::engine& engine() {
    static const dnnl::engine cpu = [] {
        isa();  // limits oneDNN before its first use
        return dnnl::engine(dnnl::engine::kind::cpu, 0);
    }();
    return cpu;
}

memory::desc blockedMap(const Blocked& map, int batch) {
    return {mapDims(map.channels(), map.shape, batch), Type::f32,
            map.width == 16 ? Tag::nChw16c : Tag::nChw8c};
}

memory::desc plainMap(const network::Shape& shape, int batch) {
    return {mapDims(shape.channels, shape, batch), Type::f32, Tag::nchw};
}

memory::desc blockedKernel(const Blocked& in, const Blocked& out) {
    return {{out.channels(), in.channels(), 3, 3},
            Type::f32,
            in.width == 16 ? Tag::OIhw16i16o : Tag::OIhw8i8o};
}

Geometry geometry(const network::Layer& layer) {
    return {{layer.stride, layer.stride},
            {layer.paddingTop(), layer.paddingLeft()},
            {layer.paddingBottom(), layer.paddingRight()}};
}

ParameterFormat kernelFormat(const network::Layer& layer, const memory::desc& own) {
    const dnnl_dims_t& dims = own.data.dims;
    const std::int64_t outputs = layer.output.channels;
    const std::int64_t rowFloats = std::int64_t{layer.input.channels} * layer.kernel * layer.kernel;
    const std::int64_t paddedRow = dims[1] * dims[2] * dims[3];
    const memory::desc plainDesc(own.dims(), Type::f32, Tag::oihw);
    // The filled-up tensor, row-major, on the way between the two.
    const auto convert = [=](float* full, float* stored, bool toStored) {
        memory plain(plainDesc, engine(), full);
        memory target(own, engine(), stored);
        dnnl::stream order(engine());
        if (toStored)
            dnnl::reorder(plain, target).execute(order, plain, target);
        else
            dnnl::reorder(target, plain).execute(order, target, plain);
        order.wait();
    };
    const auto fullSize = static_cast<std::size_t>(dims[0] * paddedRow);
    return {static_cast<std::int64_t>(own.get_size() / sizeof(float)),
            [=](const float* plain, float* stored) {
                std::vector<float> full(fullSize);
                for (std::int64_t o = 0; o < outputs; ++o)
                    std::copy_n(plain + o * rowFloats, rowFloats, &full[o * paddedRow]);
                convert(full.data(), stored, true);
            },
            [=](const float* stored, float* plain) {
                std::vector<float> full(fullSize);
                convert(full.data(), const_cast<float*>(stored), false);
                for (std::int64_t o = 0; o < outputs; ++o)
                    std::copy_n(&full[o * paddedRow], rowFloats, plain + o * rowFloats);
            }};
}

dnnl::primitive_attr scratchpadInArena() {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return attributes;
}

Arena::Buffer requestScratchpad(Arena& arena, const memory::desc& scratchpad) {
    const auto bytes = static_cast<std::int64_t>(scratchpad.get_size());
    constexpr auto kFloat = static_cast<std::int64_t>(sizeof(float));
    return arena.requestShared("oneDNN scratchpad", MemoryUse::workspace,
                               (bytes + kFloat - 1) / kFloat);
}

BoundPrimitive::BoundPrimitive(dnnl::primitive primitive, std::vector<Argument> arguments)
    : primitive_(std::move(primitive)), arguments_(std::move(arguments)) {
    for (const Argument& argument : arguments_)
        handles_.push_back({argument.first, argument.second.get()});
}

void BoundPrimitive::run() const {
    const dnnl_status_t status = dnnl_primitive_execute(
        primitive_.get(), stream().get(), static_cast<int>(handles_.size()), handles_.data());
    if (status != dnnl_success)
        throw Error(ErrorKind::device,
                    fmt::format("oneDNN could not compute a layer: its status is {}.",
                                static_cast<int>(status)),
                    "Choose a smaller batch, or another device.");
}

}  // namespace shearbench::device::cpu

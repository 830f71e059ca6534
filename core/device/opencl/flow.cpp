// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/flow.h"

#include "core/device/made_order.h"

namespace shearbench::device::opencl {

namespace {

std::size_t size(int value) {
    return static_cast<std::size_t>(value);
}

std::size_t padded(int value) {
    return size(blocksOf(value) * kBlock);
}

/// Where each hidden unit stands among those sorted by degree.
std::vector<std::size_t> placesOf(const MadeOrder& order) {
    std::vector<std::size_t> places(order.units.size());
    for (std::size_t i = 0; i < order.units.size(); ++i)
        places[size(order.units[i])] = i;
    return places;
}

/// `tables` of kernels/made.cl.
std::vector<cl_int> tablesOf(std::span<const network::Layer> layers) {
    const MadeOrder order(layers.front());
    const int d = order.dimensions;
    std::vector<cl_int> first, second, outputs;
    for (const int unit : order.units) {
        const int degree = network::madeHiddenDegree(unit, d);
        first.push_back(degree);
        second.push_back(order.end[size(degree)]);
    }
    for (int output = 0; output < 2 * d; ++output)
        outputs.push_back(order.end[size(output / 2)]);
    std::vector<cl_int> tables;
    for (std::vector<cl_int>* limits : {&first, &second, &outputs}) {
        // The last of a block is taken for its largest.
        limits->resize(padded(static_cast<int>(limits->size())), limits->back());
        tables.insert(tables.end(), limits->begin(), limits->end());
    }
    for (const network::Layer& layer : layers)
        tables.push_back(layer.reversed ? 1 : 0);
    tables.insert(tables.end(), order.end.begin(), order.end.end());
    return tables;
}

/// A kernel (outputs, inputs) with a row for each input; `input`, `output`: where each stands.
template <class Input, class Output>
ParameterFormat byInput(int outputs, int inputs, const Input& input, const Output& output) {
    const std::size_t row = padded(outputs), count = size(inputs);
    return {count * row, [row, count, input, output](std::size_t i) {
                return input(i % count) * row + output(i / count);
            }};
}

}  // namespace

Flow::Flow(Planning& planning, std::span<const network::Layer> layers, const Wiring& wiring,
           Arena::Index samples)
    : planning_(planning),
      wiring_(wiring),
      dimensions_(layers.front().dimensions()),
      hidden_(layers.front().hidden),
      layers_(static_cast<int>(layers.size())),
      tables_(tablesOf(layers)),
      samples_(samples) {
    const auto same = [](std::size_t i) { return i; };
    const auto sorted = [places = placesOf(MadeOrder(layers.front()))](std::size_t i) {
        return places[i];
    };
    const auto bias = [](int outputs, const auto& output) {
        return byInput(
            outputs, 1, [](std::size_t) { return std::size_t{0}; }, output);
    };
    for (const network::Layer& layer : layers) {
        operations_ += 2.0 * static_cast<double>(layer.multiplyAdds()) * planning.batch;
        Parameters& to = planning.parameters;
        const Parameters::Slot first =
            to.add(layer, "hidden1.kernel", byInput(hidden_, dimensions_, same, sorted));
        if (&layer == &layers.front())
            firstKernel_ = first;
        to.add(layer, "hidden1.bias", bias(hidden_, sorted));
        to.add(layer, "hidden2.kernel", byInput(hidden_, hidden_, sorted, sorted));
        to.add(layer, "hidden2.bias", bias(hidden_, sorted));
        to.add(layer, "output.kernel", byInput(2 * dimensions_, hidden_, sorted, same));
        to.add(layer, "output.bias", bias(2 * dimensions_, same));
    }
    Arena& arena = planning.arena;
    const std::string& name = layers.front().name;
    const std::uint64_t floats =
        saturatingProduct({rowFloats(), layers.size(), size(planning.batch)});
    tableBuffer_ = arena.request(name + " masks", MemoryUse::workspace, tables_.size());
    rows_ = arena.request(name + " hidden units", MemoryUse::activations, floats);
    gradients_ = arena.request(name + " gradients of hidden units", MemoryUse::activations, floats);
    sampleRows_ = arena.request(name + " hidden units of samples", MemoryUse::workspace,
                                saturatingProduct({rowFloats(), kSamples}));
}

std::size_t Flow::rowFloats() const {
    return padded(dimensions_) + 2 * padded(hidden_) + padded(2 * dimensions_);
}

std::size_t Flow::layerFloats() const {
    return size(dimensions_ + 1 + hidden_ + 1) * padded(hidden_) +
           size(hidden_ + 1) * padded(2 * dimensions_);
}

void Flow::build(Context& context) {
    const Arena& arena = planning_.arena;
    const Parameters& parameters = planning_.parameters;
    const Buffer &values = arena[parameters.values()], &tables = arena[tableBuffer_];
    const Buffer &rows = arena[rows_], &gradients = arena[gradients_];
    const int at = parameters.at(firstKernel_), batch = planning_.batch;
    const Map x = wiring_.x.map, y = wiring_.y.map;
    const ProgramSource source = planning_.shape.program(ProgramPart::flow);
    forward_ = Kernel(context, source, "made_forward");
    forward_.bind(arena[wiring_.x.buffer], rows, values, at, tables, arena[wiring_.y.buffer],
                  dimensions_, hidden_, layers_, batch, x.shape.channels, x.blocks(), x.halo,
                  y.blocks(), y.halo);
    backward_ = Kernel(context, source, "made_backward");
    backward_.bind(rows, gradients, values, at, tables, arena[wiring_.dy.buffer],
                   arena[wiring_.dx.buffer], dimensions_, hidden_, layers_, batch, x.shape.channels,
                   x.blocks(), wiring_.dx.map.halo, y.blocks(), wiring_.dy.map.halo,
                   wiring_.wantsInputGradient ? 1 : 0);
    weights_ = Kernel(context, source, "made_weights");
    weights_.bind(rows, gradients, arena[parameters.gradients()], at, tables, dimensions_, hidden_,
                  layers_, batch);
    invert_ = Kernel(context, source, "made_invert");
    invert_.bind(arena[samples_], arena[sampleRows_], values, at, tables, dimensions_, hidden_,
                 layers_);
    const double weights = sizeof(float) * static_cast<double>(layerFloats()) * layers_;
    const double units = sizeof(float) * static_cast<double>(rowFloats()) * layers_ * batch;
    forward_.setWork({operations_, units + weights});
    backward_.setWork({operations_, 2 * units + weights});
    weights_.setWork({operations_, 2 * units + weights});
    Queue queue(context);
    EventHandle written = queue.write(tables, tables_.data(), tables_.size() * sizeof(tables_[0]));
    queue.wait(written);
}

void Flow::forward(Queue& queue, int images, Mode) {
    queue.launch(forward_, planning_.shape.groups(images));
}

void Flow::backward(Queue& queue) {
    queue.launch(backward_, planning_.shape.groups(planning_.batch));
    const std::size_t floats = layerFloats() * size(layers_);
    queue.launch(weights_, planning_.shape.striding(floats / size(planning_.shape.lanes)));
}

void Flow::invert(Queue& queue, int samples) {
    queue.launch(invert_, planning_.shape.groups(samples));
}

}  // namespace shearbench::device::opencl

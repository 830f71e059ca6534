// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"

namespace shearbench::network {

namespace {

constexpr int kKernel = 3;

int totalPadding(int in, int out, int kernel, int stride) {
    return std::max(0, (out - 1) * stride + kernel - in);
}

}  // namespace

int Layer::paddingTop() const {
    return totalPadding(input.height, output.height, kernel, stride) / 2;
}

int Layer::paddingBottom() const {
    return totalPadding(input.height, output.height, kernel, stride) - paddingTop();
}

int Layer::paddingLeft() const {
    return totalPadding(input.width, output.width, kernel, stride) / 2;
}

int Layer::paddingRight() const {
    return totalPadding(input.width, output.width, kernel, stride) - paddingLeft();
}

std::int64_t Layer::multiplyAdds() const {
    switch (kind) {
        case LayerKind::convolution:
            return static_cast<std::int64_t>(output.count()) * input.channels * kernel * kernel;
        case LayerKind::dense:
            return static_cast<std::int64_t>(output.count() * input.count());
        case LayerKind::batchNorm:
        case LayerKind::prelu:
            break;
    }
    return 0;
}

Layer& Network::append(LayerKind kind, std::string name, Shape output) {
    for (const Layer& layer : layers_)
        if (layer.name == name)
            throw Error(ErrorKind::usage,
                        fmt::format("Network {}: two layers are called {}.", name_, name));
    const Shape input = this->output();
    layers_.push_back({kind, std::move(name), input, output});
    return layers_.back();
}

void Network::addParameter(std::string tensor, std::vector<int> shape, Initialiser initialiser,
                           bool trainable, int fanIn, int fanOut) {
    Parameter parameter;
    parameter.name = layers_.back().name + '.' + std::move(tensor);
    parameter.count = 1;
    for (int extent : shape)
        parameter.count *= static_cast<std::size_t>(extent);
    parameter.shape = std::move(shape);
    parameter.offset = parameterCount_;
    parameter.trainable = trainable;
    parameter.initialiser = initialiser;
    parameter.fanIn = fanIn;
    parameter.fanOut = fanOut;
    parameter.layer = static_cast<int>(layers_.size()) - 1;
    parameterCount_ += parameter.count;
    parameters_.push_back(std::move(parameter));
}

Network& Network::batchNorm(std::string name) {
    const Shape shape = output();
    append(LayerKind::batchNorm, std::move(name), shape);
    addParameter("gamma", {shape.channels}, Initialiser::ones);
    addParameter("beta", {shape.channels}, Initialiser::zeros);
    addParameter("moving_mean", {shape.channels}, Initialiser::zeros, false);
    addParameter("moving_variance", {shape.channels}, Initialiser::ones, false);
    return *this;
}

Network& Network::convolution(std::string name, int filters, int stride) {
    const Shape in = output();
    if (filters < 1 || stride < 1)
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: layer {} needs at least one filter and a stride of 1 "
                                "or more, not {} and {}.",
                                name_, name, filters, stride));
    if (in.height < stride || in.width < stride)
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: layer {} with stride {} does not fit its {} x {} x {} "
                                "input.",
                                name_, name, stride, in.channels, in.height, in.width));
    Layer& layer =
        append(LayerKind::convolution, std::move(name),
               {filters, (in.height + stride - 1) / stride, (in.width + stride - 1) / stride});
    layer.kernel = kKernel;
    layer.stride = stride;
    const int taps = kKernel * kKernel;
    addParameter("kernel", {filters, in.channels, kKernel, kKernel}, Initialiser::glorotUniform,
                 true, in.channels * taps, filters * taps);
    addParameter("bias", {filters}, Initialiser::zeros);
    return *this;
}

Network& Network::prelu(std::string name) {
    const Shape shape = output();
    append(LayerKind::prelu, std::move(name), shape);
    addParameter("slope", {shape.channels, shape.height, shape.width}, Initialiser::zeros);
    return *this;
}

Network& Network::dense(std::string name, int features) {
    const int in = static_cast<int>(output().count());
    append(LayerKind::dense, std::move(name), {features, 1, 1});
    addParameter("kernel", {features, in}, Initialiser::glorotUniform, true, in, features);
    addParameter("bias", {features}, Initialiser::zeros);
    return *this;
}

Network& Network::loss(LossKind kind) {
    if (kind == LossKind::gaussianNll && output().count() != 9)
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: a normal posterior in 3 dimensions needs 9 output "
                                "features, the last layer gives {}.",
                                name_, output().count()));
    loss_ = kind;
    return *this;
}

std::size_t Network::targetCount() const {
    return loss_ == LossKind::gaussianNll ? 3 : output().count();
}

std::size_t Network::trainableCount() const {
    std::size_t count = 0;
    for (const Parameter& parameter : parameters_)
        count += parameter.trainable ? parameter.count : 0;
    return count;
}

std::int64_t Network::multiplyAdds() const {
    std::int64_t sum = 0;
    for (const Layer& layer : layers_)
        sum += layer.multiplyAdds();
    return sum;
}

const Parameter& Network::parameter(std::string_view name) const {
    const auto found = std::find_if(parameters_.begin(), parameters_.end(),
                                    [&](const Parameter& p) { return p.name == name; });
    if (found == parameters_.end())
        throw Error(ErrorKind::usage, fmt::format("Network {} has no parameter {}.", name_, name));
    return *found;
}

std::vector<float> initialParameters(const Network& network, std::uint64_t seed) {
    std::vector<float> values(network.parameterCount());
    std::uint64_t tensor = 0;
    for (const Parameter& parameter : network.parameters()) {
        RandomStream stream(seed, StreamPurpose::initialisation, tensor++);
        const double limit = parameter.initialiser == Initialiser::glorotUniform
                                 ? std::sqrt(6.0 / (parameter.fanIn + parameter.fanOut))
                                 : 0;
        for (std::size_t i = 0; i < parameter.count; ++i) {
            float& value = values[parameter.offset + i];
            switch (parameter.initialiser) {
                case Initialiser::zeros:
                    value = 0;
                    break;
                case Initialiser::ones:
                    value = 1;
                    break;
                case Initialiser::glorotUniform:
                    value = static_cast<float>(stream.uniform(-limit, limit));
                    break;
            }
        }
    }
    return values;
}

}  // namespace shearbench::network

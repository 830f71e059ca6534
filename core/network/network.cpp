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

void Network::addKernel(std::vector<int> shape, int fanIn, int fanOut, Weights weights) {
    if (weights == Weights::fixed) {
        addParameter("kernel", std::move(shape), Initialiser::glorotUniform, true, fanIn, fanOut);
        return;
    }
    layers_.back().bayesian = true;
    addParameter("kernel_mean", shape, Initialiser::heNormal, true, fanIn, fanOut);
    addParameter("kernel_rho", std::move(shape), Initialiser::normal, true, fanIn, fanOut);
    parameters_.back().startMean = kRhoStart;
    parameters_.back().startDeviation = kRhoStartDeviation;
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

Network& Network::convolution(std::string name, int filters, int stride, Weights weights) {
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
    addKernel({filters, in.channels, kKernel, kKernel}, in.channels * taps, filters * taps,
              weights);
    addParameter("bias", {filters}, Initialiser::zeros);
    return *this;
}

Network& Network::prelu(std::string name) {
    const Shape shape = output();
    append(LayerKind::prelu, std::move(name), shape);
    addParameter("slope", {shape.channels, shape.height, shape.width}, Initialiser::zeros);
    return *this;
}

Network& Network::dense(std::string name, int features, Weights weights) {
    const int in = static_cast<int>(output().count());
    append(LayerKind::dense, std::move(name), {features, 1, 1});
    addKernel({features, in}, in, features, weights);
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

Network& Network::rhoStart(double mean) {
    for (const BayesianKernel& kernel : bayesianKernels(*this))
        for (Parameter& parameter : parameters_)
            if (parameter.offset == kernel.rho)
                parameter.startMean = mean;
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

std::vector<BayesianKernel> bayesianKernels(const Network& network) {
    std::vector<BayesianKernel> kernels;
    for (const Parameter& parameter : network.parameters()) {
        if (!network.layers()[static_cast<std::size_t>(parameter.layer)].bayesian)
            continue;
        if (parameter.name.ends_with(".kernel_mean"))
            kernels.push_back({parameter.layer, parameter.offset, 0, parameter.count});
        else if (parameter.name.ends_with(".kernel_rho"))
            kernels.back().rho = parameter.offset;
    }
    return kernels;
}

std::size_t bayesianWeightCount(const Network& network) {
    std::size_t count = 0;
    for (const BayesianKernel& kernel : bayesianKernels(network))
        count += kernel.count;
    return count;
}

namespace {

double startValue(const Parameter& parameter, RandomStream& stream) {
    switch (parameter.initialiser) {
        case Initialiser::zeros:
            return 0;
        case Initialiser::ones:
            return 1;
        case Initialiser::glorotUniform: {
            const double limit = std::sqrt(6.0 / (parameter.fanIn + parameter.fanOut));
            return stream.uniform(-limit, limit);
        }
        case Initialiser::heNormal:
            return std::sqrt(2.0 / parameter.fanIn) * stream.normal();
        case Initialiser::normal:
            return parameter.startMean + parameter.startDeviation * stream.normal();
    }
    return 0;
}

}  // namespace

std::vector<float> initialParameters(const Network& network, std::uint64_t seed) {
    std::vector<float> values(network.parameterCount());
    std::uint64_t tensor = 0;
    for (const Parameter& parameter : network.parameters()) {
        RandomStream stream(seed, StreamPurpose::initialisation, tensor++);
        for (std::size_t i = 0; i < parameter.count; ++i)
            values[parameter.offset + i] = static_cast<float>(startValue(parameter, stream));
    }
    return values;
}

}  // namespace shearbench::network

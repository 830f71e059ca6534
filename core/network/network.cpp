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
constexpr const char* kScaleBias = "scale.bias";  ///< of a latent layer

int totalPadding(int in, int out, int kernel, int stride) {
    return std::max(0, (out - 1) * stride + kernel - in);
}

/// Pairs of unit and input that a made layer's masks let through.
std::int64_t madeMultiplyAdds(const Layer& layer) {
    const int dimensions = layer.dimensions();
    std::int64_t sum = 0;
    for (int j = 0; j < layer.hidden; ++j) {
        const int degree = madeHiddenDegree(j, dimensions);
        sum += degree + 2 * (dimensions - degree);
        for (int i = 0; i < layer.hidden; ++i)
            sum += madeHiddenDegree(i, dimensions) <= degree;
    }
    return sum;
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
        case LayerKind::transposedConvolution:
            return static_cast<std::int64_t>(input.count()) * output.channels * kernel * kernel;
        case LayerKind::latent:
            return static_cast<std::int64_t>(2 * output.count() * input.count());
        case LayerKind::made:
            return madeMultiplyAdds(*this);
        case LayerKind::batchNorm:
        case LayerKind::prelu:
        case LayerKind::reshape:
        case LayerKind::sigmoid:
            break;
    }
    return 0;
}

Layer Layer::adjoint() const {
    Layer convolution = *this;
    convolution.kind = LayerKind::convolution;
    std::swap(convolution.input, convolution.output);
    return convolution;
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

Network& Network::transposedConvolution(std::string name, int filters, int stride) {
    const Shape in = output();
    if (filters < 1 || stride < 1 || stride > 2)
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: layer {} needs at least one filter and a stride of 1 "
                                "or 2, not {} and {}.",
                                name_, name, filters, stride));
    Layer& layer = append(LayerKind::transposedConvolution, std::move(name),
                          {filters, in.height * stride, in.width * stride});
    layer.kernel = kKernel;
    layer.stride = stride;
    const int taps = kKernel * kKernel;
    addParameter("kernel", {in.channels, filters, kKernel, kKernel}, Initialiser::glorotUniform,
                 true, in.channels * taps, filters * taps);
    addParameter("bias", {filters}, Initialiser::zeros);
    return *this;
}

Network& Network::reshape(std::string name, Shape shape) {
    const Shape in = output();
    if (in.height != 1 || in.width != 1 || shape.channels < 1 || shape.height < 1 ||
        shape.width < 1 || shape.count() != in.count())
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: layer {} cannot make {} x {} x {} of {} x {} x {}.",
                                name_, name, shape.channels, shape.height, shape.width, in.channels,
                                in.height, in.width));
    append(LayerKind::reshape, std::move(name), shape);
    return *this;
}

Network& Network::sigmoid(std::string name) {
    append(LayerKind::sigmoid, std::move(name), output());
    return *this;
}

Network& Network::latent(std::string name, int features) {
    const int in = static_cast<int>(output().count());
    append(LayerKind::latent, std::move(name), {features, 1, 1});
    for (const char* tensor : {"mean.kernel", "scale.kernel"})
        addParameter(tensor, {features, in}, Initialiser::glorotUniform, true, in, features);
    addParameter("mean.bias", {features}, Initialiser::zeros);
    addParameter(kScaleBias, {features}, Initialiser::normal);
    return *this;
}

Network& Network::made(std::string name, int dimensions, int hidden, bool reversed) {
    const Shape in = output();
    const bool first = layers_.empty() || layers_.back().kind != LayerKind::made;
    if (dimensions < 2 || hidden < 1 || in != Shape{first ? dimensions : dimensions + 1, 1, 1})
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: layer {} of {} dimensions and {} hidden units does "
                                "not fit its {} x {} x {} input.",
                                name_, name, dimensions, hidden, in.channels, in.height, in.width));
    Layer& layer = append(LayerKind::made, std::move(name), {dimensions + 1, 1, 1});
    layer.hidden = hidden;
    layer.reversed = reversed;
    const auto dense = [this](const std::string& part, int inputs, int outputs,
                              Initialiser initialiser) {
        addParameter(part + ".kernel", {outputs, inputs}, initialiser, true, inputs, outputs);
        addParameter(part + ".bias", {outputs}, Initialiser::zeros);
    };
    dense("hidden1", dimensions, hidden, Initialiser::glorotUniform);
    dense("hidden2", hidden, hidden, Initialiser::glorotUniform);
    dense("output", hidden, 2 * dimensions, Initialiser::zeros);
    return *this;
}

Network& Network::loss(LossKind kind) {
    if (kind == LossKind::gaussianNll && output().count() != 9)
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: a normal posterior in 3 dimensions needs 9 output "
                                "features, the last layer gives {}.",
                                name_, output().count()));
    if (kind == LossKind::flowNll && (layers_.empty() || layers_.back().kind != LayerKind::made))
        throw Error(
            ErrorKind::usage,
            fmt::format("Network {}: a flow's likelihood needs a made layer at its end.", name_));
    loss_ = kind;
    return *this;
}

Network& Network::rhoStart(double mean) {
    for (const BayesianKernel& kernel : bayesianKernels(*this))
        for (Parameter& parameter : parameters_)
            if (parameter.offset == kernel.rho)
                parameter.startMean = mean;
    for (Parameter& parameter : parameters_) {
        const Layer& layer = layers_[static_cast<std::size_t>(parameter.layer)];
        if (layer.kind == LayerKind::latent && parameter.name == layer.name + "." + kScaleBias)
            parameter.startMean = mean;
    }
    return *this;
}

Network& Network::kernelStart(Initialiser initialiser) {
    for (Parameter& parameter : parameters_)
        if (parameter.initialiser == Initialiser::glorotUniform ||
            parameter.initialiser == Initialiser::heNormal)
            parameter.initialiser = initialiser;
    return *this;
}

std::size_t Network::targetCount() const {
    if (loss_ == LossKind::gaussianNll)
        return 3;
    return loss_ == LossKind::flowNll ? 0 : output().count();
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

Network Network::part(std::string name, std::size_t begin, std::size_t end) const {
    Network result(std::move(name), begin < end ? layers_.at(begin).input : input_);
    result.layers_.assign(layers_.begin() + static_cast<std::ptrdiff_t>(begin),
                          layers_.begin() + static_cast<std::ptrdiff_t>(end));
    for (Parameter parameter : parameters_) {
        const auto layer = static_cast<std::size_t>(parameter.layer);
        if (layer < begin || layer >= end)
            continue;
        parameter.layer = static_cast<int>(layer - begin);
        parameter.offset = result.parameterCount_;
        result.parameterCount_ += parameter.count;
        result.parameters_.push_back(std::move(parameter));
    }
    result.loss_ = LossKind::halfSquaredError;
    return result;
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/convolution_sample.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/device/opencl/fragments.h"
#include "core/random.h"

namespace shearbench::device::opencl {

namespace {

constexpr int kTapsAcross = 3;

std::vector<float> randomNumbers(std::size_t count, std::uint64_t index) {
    RandomStream stream(2021, StreamPurpose::simulation, index);
    std::vector<float> numbers(count);
    for (float& number : numbers)
        number = static_cast<float>(stream.uniform(-1, 1));
    return numbers;
}

network::Network alone(const network::Layer& layer) {
    network::Network network("trial", layer.input);
    network.convolution("convolution", layer.output.channels, layer.stride);
    return network;
}

/// max |difference| / root mean square; not a number as soon as a difference is not.
class Comparison {
  public:
    void add(double found, double expected) {
        const double difference = std::fabs(found - expected);
        if (!(difference <= largest_))
            largest_ = std::isnan(largest_) ? largest_ : difference;
        squares_ += expected * expected;
        ++count_;
    }
    double relative() const {
        return largest_ /
               std::sqrt(std::max(squares_ / count_, std::numeric_limits<double>::min()));
    }

  private:
    double largest_ = 0, squares_ = 0;
    double count_ = 0;
};

/// The larger of two; not a number if one of them is not.
double worse(double a, double b) {
    return std::isnan(a) || a > b ? a : b;
}

}  // namespace

ConvolutionSample::ConvolutionSample(const network::Layer& layer, int batch, Arithmetic arithmetic)
    : network_(alone(layer)), batch_(batch), arithmetic_(arithmetic) {
    const auto images = static_cast<std::size_t>(batch);
    x_ = randomNumbers(images * this->layer().input.count(), 0);
    dz_ = randomNumbers(images * this->layer().output.count(), 1);
    values_ = randomNumbers(network_.parameterCount(), 2);
}

std::size_t ConvolutionSample::Tensor::count() const {
    std::size_t product = 1;
    for (const int size : sizes)
        product *= static_cast<std::size_t>(size);
    return product;
}

std::vector<ConvolutionSample::Tensor> ConvolutionSample::tensors(Pass pass) const {
    const network::Shape in = layer().input, out = layer().output;
    if (pass == Pass::forward)
        return {{{batch_, out.channels, out.height, out.width}, 0, &ConvolutionSample::output}};
    const Tensor kernel{{out.channels, in.channels, kTapsAcross, kTapsAcross},
                        0,
                        &ConvolutionSample::kernelGradient};
    return {kernel,
            {{batch_, in.channels, in.height, in.width},
             kernel.count(),
             &ConvolutionSample::inputGradient}};
}

std::size_t ConvolutionSample::resultSize(Pass pass) const {
    const Tensor last = tensors(pass).back();
    return last.first + last.count();
}

double ConvolutionSample::error(Pass pass, std::span<const float> result) const {
    constexpr int kCorners = 16, kPlaces = 256;
    double worst = result.size() == resultSize(pass) ? 0 : std::nan("");
    for (const Tensor& tensor : tensors(pass)) {
        if (std::isnan(worst))
            break;
        RandomStream stream(2022, StreamPurpose::simulation, tensor.first);
        Comparison comparison;
        for (int i = 0; i < kPlaces; ++i) {
            Place place{};
            std::size_t at = 0;
            for (std::size_t d = 0; d < place.size(); ++d) {
                const int size = tensor.sizes[d];
                place[d] = i >= kCorners
                               ? std::min(static_cast<int>(stream.uniform() * size), size - 1)
                           : (i >> d) & 1 ? size - 1
                                          : 0;
                at = at * static_cast<std::size_t>(size) + static_cast<std::size_t>(place[d]);
            }
            comparison.add(result[tensor.first + at], (this->*tensor.sum)(place));
        }
        worst = worse(comparison.relative(), worst);
    }
    return worst;
}

double ConvolutionSample::difference(Pass pass, std::span<const float> result,
                                     std::span<const float> from) const {
    if (result.size() != resultSize(pass) || from.size() != result.size())
        return std::nan("");
    double worst = 0;
    for (const Tensor& tensor : tensors(pass)) {
        Comparison comparison;
        for (std::size_t i = tensor.first; i < tensor.first + tensor.count(); ++i)
            comparison.add(result[i], from[i]);
        worst = worse(comparison.relative(), worst);
    }
    return worst;
}

float ConvolutionSample::x(int image, int channel, int row, int column) const {
    const network::Shape in = layer().input;
    if (row < 0 || row >= in.height || column < 0 || column >= in.width)
        return 0;
    return factor(x_[((static_cast<std::size_t>(image) * in.channels + channel) * in.height + row) *
                         in.width +
                     column],
                  arithmetic_);
}

float ConvolutionSample::dz(int image, int channel, int row, int column) const {
    const network::Shape out = layer().output;
    return factor(
        dz_[((static_cast<std::size_t>(image) * out.channels + channel) * out.height + row) *
                out.width +
            column],
        arithmetic_);
}

float ConvolutionSample::kernel(int filter, int channel, int tap) const {
    return factor(values_[network_.parameter("convolution.kernel").offset +
                          (static_cast<std::size_t>(filter) * layer().input.channels + channel) *
                              kTapsAcross * kTapsAcross +
                          static_cast<std::size_t>(tap)],
                  arithmetic_);
}

double ConvolutionSample::output(const Place& place) const {
    const auto [image, filter, row, column] = place;
    double sum =
        values_[network_.parameter("convolution.bias").offset + static_cast<std::size_t>(filter)];
    for (int channel = 0; channel < layer().input.channels; ++channel)
        for (int tap = 0; tap < kTapsAcross * kTapsAcross; ++tap)
            sum +=
                static_cast<double>(kernel(filter, channel, tap)) *
                x(image, channel, row * layer().stride + tap / kTapsAcross - layer().paddingTop(),
                  column * layer().stride + tap % kTapsAcross - layer().paddingLeft());
    return sum;
}

double ConvolutionSample::kernelGradient(const Place& place) const {
    const auto [filter, channel, tapRow, tapColumn] = place;
    const network::Shape out = layer().output;
    double sum = 0;
    for (int image = 0; image < batch_; ++image)
        for (int row = 0; row < out.height; ++row)
            for (int column = 0; column < out.width; ++column)
                sum += static_cast<double>(dz(image, filter, row, column)) *
                       x(image, channel, row * layer().stride + tapRow - layer().paddingTop(),
                         column * layer().stride + tapColumn - layer().paddingLeft());
    return sum;
}

double ConvolutionSample::inputGradient(const Place& place) const {
    const auto [image, channel, row, column] = place;
    const network::Shape out = layer().output;
    const int stride = layer().stride;
    double sum = 0;
    for (int tap = 0; tap < kTapsAcross * kTapsAcross; ++tap) {
        const int down = row + layer().paddingTop() - tap / kTapsAcross;
        const int right = column + layer().paddingLeft() - tap % kTapsAcross;
        if (down < 0 || right < 0 || down % stride != 0 || right % stride != 0 ||
            down / stride >= out.height || right / stride >= out.width)
            continue;
        for (int filter = 0; filter < out.channels; ++filter)
            sum += static_cast<double>(kernel(filter, channel, tap)) *
                   dz(image, filter, down / stride, right / stride);
    }
    return sum;
}

}  // namespace shearbench::device::opencl

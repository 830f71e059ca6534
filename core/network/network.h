// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a network is: layers, shapes, parameters, cost. Describes, computes nothing; a device
// compiles a description into a session (core/device/session.h).

namespace shearbench::network {

/// Channels, rows, columns of one image's feature map; a vector of n features is {n, 1, 1}.
struct Shape {
    int channels = 1, height = 1, width = 1;

    std::size_t count() const { return static_cast<std::size_t>(channels) * height * width; }
    bool operator==(const Shape&) const = default;
};

enum class LayerKind {
    batchNorm,    ///< per channel: gamma (x - mean) / sqrt(variance + epsilon) + beta
    convolution,  ///< 3x3 cross-correlation with bias, zero padding "SAME" as TensorFlow defines it
    prelu,        ///< x > 0 ? x : slope * x, one slope per element (channel, row, column)
    dense,        ///< matrix on the features in (channel, row, column) order, with bias
    /// 3x3 with bias: the adjoint of the "SAME" convolution of that stride that brings its output
    /// to its input, so that n rows become n stride ones. Kernel (in, out, rows, columns).
    transposedConvolution,
    reshape,  ///< a vector's features as (channel, row, column); the numbers stay as they are
    sigmoid,  ///< 1 / (1 + exp(-x))
    /// Two dense layers side by side, mean and r, scale = softplus(r). Training: mean + scale times
    /// standard normal noise; prediction: the mean. Adds to the loss device::StepSettings'
    /// latentKl times the mean over images of KL(N(mean, scale^2) || N(0, 1)), which is the sum
    /// over features of (mean^2 + scale^2 - 1) / 2 - log(scale).
    latent,
    /// One masked autoregressive layer (MADE, Germain et al. 2015) of a flow, in the direction of
    /// its density: from D features y to u = (y - shift) exp(-logScale), the order of y reversed
    /// before where `reversed` says so. Shift and logScale of feature d are the outputs 2d and
    /// 2d + 1 of two hidden layers with leaky ReLU (kLeakySlope) and a linear one. Input d has
    /// degree d + 1, hidden unit j has degree j mod (D - 1) + 1 and sees degrees up to its own,
    /// the outputs of feature d see hidden degrees up to d; weights beyond are not used. The
    /// output has a feature D + 1, the sum of -logScale so far: the input has it too, but for the
    /// first of these layers.
    made,
};

struct Layer {
    LayerKind kind;
    std::string name;  ///< unique, as in the golden files: batch_norm, conv1, prelu1, dense
    Shape input, output;
    int kernel = 0;  ///< convolution: width of the square kernel
    int stride = 1;
    bool bayesian = false;  ///< convolution, dense: Weights::bayesian
    int hidden = 0;         ///< made: units of each hidden layer
    bool reversed = false;  ///< made

    /// Of a made layer: the dimensions D.
    int dimensions() const { return output.channels - 1; }
    /// Of a transposed convolution: the convolution from its output to its input that it is the
    /// adjoint of.
    Layer adjoint() const;

    /// Rows and columns of zeros around the image. Along each axis they are max(0, (out - 1) stride
    /// + kernel - in) in all; half of them, rounded down, come before (0 before and 1 after for a
    /// 3x3 kernel at stride 2 on an even size).
    int paddingTop() const;
    int paddingBottom() const;
    int paddingLeft() const;
    int paddingRight() const;
    std::int64_t multiplyAdds() const;  ///< of one image, forward; masked weights are left out
};

/// Degrees of a made layer's features and hidden units (Layer, LayerKind::made).
inline int madeInputDegree(int feature) {
    return feature + 1;
}
inline int madeHiddenDegree(int unit, int dimensions) {
    return unit % (dimensions - 1) + 1;
}

enum class Initialiser {
    zeros,
    ones,
    glorotUniform,  ///< within +-sqrt(6 / (fanIn + fanOut))
    heNormal,       ///< normal, mean 0, deviation sqrt(2 / fanIn); He et al. 2015, arXiv 1502.01852
    normal,         ///< startMean + startDeviation x standard normal
};

/// What a layer's kernel is.
enum class Weights {
    fixed,  ///< numbers: tensor layer.kernel
    /// Normal distributions, one a weight: mean in tensor layer.kernel_mean, standard deviation
    /// softplus(layer.kernel_rho), both of the kernel's shape. A training step draws one kernel for
    /// the whole batch, mean + deviation x noise (Blundell et al. 2015, arXiv 1505.05424, with the
    /// prior N(0, 1) on each weight). The bias is a number either way.
    bayesian,
};

/// One tensor of parameters. All tensors of a network lie one behind the other in one flat array of
/// floats, in the order of Network::parameters(), each row-major: kernels (out, in, rows, columns),
/// dense kernels (out, in), slopes (channel, row, column). Every device takes and gives parameters,
/// gradients and optimiser moments in this order and layout.
struct Parameter {
    std::string name;  ///< layer.tensor, for instance conv1.kernel
    std::vector<int> shape;
    std::size_t offset = 0, count = 0;
    bool trainable = true;  ///< false: moving averages of batch norm
    Initialiser initialiser = Initialiser::zeros;
    int fanIn = 0, fanOut = 0;                 ///< for glorotUniform and heNormal
    double startMean = 0, startDeviation = 0;  ///< for normal
    int layer = 0;                             ///< index into Network::layers()
};

enum class LossKind {
    /// Mean over the batch of -log N(target; mean, L L^T) in 3 dimensions, from 9 features: 3
    /// means,
    /// then the lower triangle row by row, l00 l10 l11 l20 l21 l22. L is that triangle with
    /// softplus(x) + kScaleFloor on the diagonal.
    gaussianNll,
    /// Mean over the batch of the sum over features of (output - target)^2 / 2.
    halfSquaredError,
    /// Mean over the batch of the sum over features of (output - target)^2.
    squaredError,
    /// Mean over the batch of the sum over features of -t log(p) - (1 - t) log(1 - p), p the output
    /// kept within kProbabilityMargin of 0 and 1.
    binaryCrossEntropy,
    /// Mean over the batch of sum u^2 / 2 + D / 2 log(2 pi) - the last feature: the negative log
    /// likelihood under a flow whose base is N(0, 1), from the D + 1 features of made layers.
    flowNll,
};

inline constexpr double kBatchNormEpsilon = 1e-3;
inline constexpr double kBatchNormMomentum = 0.99;  ///< moving = 0.99 moving + 0.01 batch
inline constexpr double kScaleFloor = 1e-5;         ///< added to softplus on the diagonal
inline constexpr double kRhoStart = -9, kRhoStartDeviation = 0.1;  ///< of kernel_rho, normal
inline constexpr double kLeakySlope = 0.2;                         ///< of made layers
inline constexpr double kProbabilityMargin = 1e-6;                 ///< of binaryCrossEntropy

/// Built layer by layer; throws Error(usage) where shapes do not fit.
class Network {
  public:
    Network(std::string name, Shape input) : name_(std::move(name)), input_(input) {}

    Network& batchNorm(std::string name);
    Network& convolution(std::string name, int filters, int stride,
                         Weights weights = Weights::fixed);
    Network& prelu(std::string name);
    Network& dense(std::string name, int features, Weights weights = Weights::fixed);
    Network& transposedConvolution(std::string name, int filters, int stride);
    /// Of a vector.
    Network& reshape(std::string name, Shape shape);
    Network& sigmoid(std::string name);
    /// Tensors mean.kernel, scale.kernel, mean.bias, scale.bias: as the kernel and bias of one
    /// dense layer lie.
    Network& latent(std::string name, int features);
    /// Starts as the identity, its output kernel being zero: a stack of random ones would multiply
    /// features far from 0 until they overflow.
    Network& made(std::string name, int dimensions, int hidden, bool reversed);
    Network& loss(LossKind kind);
    /// Mean of the start values of every kernel_rho there is, kRhoStart without this call, and what
    /// a latent layer's scale.bias starts as, 0 without it.
    Network& rhoStart(double mean);
    /// Start values of every kernel there is, and of the means of Bayesian ones: glorotUniform or
    /// heNormal. Without this call Bayesian ones have the latter, others the former.
    Network& kernelStart(Initialiser initialiser);

    const std::string& name() const { return name_; }
    Shape input() const { return input_; }
    Shape output() const { return layers_.empty() ? input_ : layers_.back().output; }
    const std::vector<Layer>& layers() const { return layers_; }
    const std::vector<Parameter>& parameters() const { return parameters_; }
    LossKind loss() const { return loss_; }
    /// Numbers in one image's target: 3 for gaussianNll, 0 for flowNll, output().count()
    /// otherwise.
    std::size_t targetCount() const;

    std::size_t parameterCount() const { return parameterCount_; }
    std::size_t trainableCount() const;
    std::int64_t multiplyAdds() const;  ///< of one image, forward; a FLOP count is twice this
    /// Layers begin..end-1 as a network of their own, with their parameters in the same order.
    Network part(std::string name, std::size_t begin, std::size_t end) const;
    /// Throws Error(usage) when there is none of that name.
    const Parameter& parameter(std::string_view name) const;

  private:
    Layer& append(LayerKind kind, std::string name, Shape output);
    void addParameter(std::string tensor, std::vector<int> shape, Initialiser initialiser,
                      bool trainable = true, int fanIn = 0, int fanOut = 0);
    void addKernel(std::vector<int> shape, int fanIn, int fanOut, Weights weights);

    std::string name_;
    Shape input_;
    std::vector<Layer> layers_;
    std::vector<Parameter> parameters_;
    std::size_t parameterCount_ = 0;
    LossKind loss_ = LossKind::gaussianNll;
};

/// A kernel whose weights are distributions: where its two tensors lie in a flat array.
struct BayesianKernel {
    int layer = 0;  ///< index into Network::layers()
    std::size_t mean = 0, rho = 0, count = 0;
};
/// In the order of Network::parameters().
std::vector<BayesianKernel> bayesianKernels(const Network& network);
/// Weights of all of them together.
std::size_t bayesianWeightCount(const Network& network);

/// Start values of all parameters, equal for a seed on every device: each tensor draws from its own
/// stream, as its Initialiser says.
std::vector<float> initialParameters(const Network& network, std::uint64_t seed);

}  // namespace shearbench::network

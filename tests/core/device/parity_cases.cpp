// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/device/parity_cases.h"

#include <fmt/format.h>

#include "core/network/presets.h"

namespace shearbench::device {

namespace {

using network::LossKind;
using network::Network;
using network::Shape;
using network::Weights;

/// A convolution alone.
struct ConvolutionCase {
    Shape input;
    int filters, stride;
};

constexpr ConvolutionCase kConvolutions[] = {
    {{1, 8, 8}, 3, 1},     {{3, 7, 7}, 1, 1},   {{6, 16, 16}, 8, 1}, {{8, 9, 6}, 16, 1},
    {{16, 8, 8}, 17, 1},   {{17, 5, 8}, 32, 1}, {{32, 8, 8}, 33, 1}, {{33, 7, 4}, 6, 1},
    {{3, 1, 1}, 4, 1},     {{2, 2, 2}, 5, 1},   {{4, 1, 9}, 3, 1},   {{6, 33, 35}, 8, 1},
    {{16, 16, 16}, 16, 1}, {{1, 8, 8}, 3, 2},   {{3, 7, 7}, 1, 2},   {{6, 16, 16}, 8, 2},
    {{8, 9, 6}, 16, 2},    {{16, 8, 8}, 17, 2}, {{17, 6, 9}, 32, 2}, {{32, 8, 8}, 33, 2},
    {{33, 7, 7}, 6, 2},    {{2, 2, 2}, 5, 2},   {{6, 34, 31}, 8, 2}, {{32, 16, 16}, 32, 2},
    {{3, 8, 7}, 5, 3},     {{3, 8, 9}, 5, 4},
};

/// Layers one behind the other on an input; square error unless they end in a normal's 9 features.
ParityCase stack(std::string name, Shape input, Network& (*append)(Network&),
                 double epsilon = 1e-7) {
    Network network(name, input);
    append(network);
    network.loss(network.output().count() == 9 ? LossKind::gaussianNll
                                               : LossKind::halfSquaredError);
    return {std::move(name), std::move(network), epsilon};
}

constexpr ConvolutionCase kTransposed[] = {
    {{1, 4, 4}, 3, 1},   {{17, 5, 7}, 9, 1},  {{16, 8, 8}, 33, 1}, {{32, 8, 8}, 32, 1},
    {{3, 1, 1}, 4, 2},   {{1, 5, 4}, 3, 2},   {{6, 7, 6}, 17, 2},  {{16, 4, 4}, 16, 2},
    {{33, 3, 5}, 32, 2}, {{64, 4, 4}, 32, 2}, {{8, 16, 16}, 6, 2},
};

std::vector<ParityCase> generativeCases() {
    using N = Network;
    const auto withLoss = [](const char* name, Shape input, LossKind loss,
                             Network& (*append)(Network&)) {
        Network network(name, input);
        append(network);
        network.loss(loss);
        return ParityCase{name, std::move(network)};
    };
    return {
        stack("transposed_prelu", {17, 4, 6},
              [](N& n) -> N& { return n.transposedConvolution("a", 32, 2).prelu("b"); }),
        stack("transposed_chain", {16, 4, 4},
              [](N& n) -> N& {
                  return n.transposedConvolution("a", 18, 2)
                      .prelu("b")
                      .transposedConvolution("c", 16, 1)
                      .prelu("d")
                      .convolution("e", 6, 1);
              }),
        stack(
            "conv_transposed", {3, 8, 8},
            [](N& n) -> N& { return n.convolution("a", 16, 2).transposedConvolution("b", 5, 2); }),
        stack("dense_prelu_reshape", {7, 1, 1},
              [](N& n) -> N& {
                  return n.dense("a", 18 * 6).prelu("b").reshape("c", {18, 2, 3}).prelu("d");
              }),
        withLoss("sigmoid_cross_entropy", {6, 5, 7}, LossKind::binaryCrossEntropy,
                 [](N& n) -> N& { return n.prelu("a").sigmoid("b"); }),
        withLoss("sigmoid_squared_error", {6, 5, 7}, LossKind::squaredError,
                 [](N& n) -> N& { return n.convolution("a", 5, 1).sigmoid("b"); }),
        stack("sigmoid_dense", {20, 1, 1},
              [](N& n) -> N& { return n.dense("a", 19).sigmoid("b").dense("c", 3); }),
        stack("latent", {23, 1, 1}, [](N& n) -> N& { return n.latent("a", 5); }),
        stack("latent_of_maps", {18, 3, 2},
              [](N& n) -> N& { return n.prelu("a").latent("b", 17).dense("c", 6).prelu("d"); }),
        withLoss("made", {5, 1, 1}, LossKind::flowNll,
                 [](N& n) -> N& { return n.made("a", 5, 13, false); }),
        withLoss("made_of_32", {32, 1, 1}, LossKind::flowNll,
                 [](N& n) -> N& { return n.made("a", 32, 40, true); }),
        {"flow_small", network::makeFlow({.latent = 7, .flowLayers = 3, .flowHidden = 19})},
        {"vae_small", network::makeVae({3, 16, 16}, {4, 4, 8, 8}, {.latent = 4, .hidden = 9})},
        {"vae_uneven", network::makeVae({6, 16, 32}, {4, 8, 17, 6}, {.latent = 17, .hidden = 20},
                                        LossKind::binaryCrossEntropy)},
    };
}

}  // namespace

std::vector<ParityCase> parityCases() {
    std::vector<ParityCase> cases;
    for (const ConvolutionCase& c : kConvolutions) {
        std::string name = fmt::format("conv_{}x{}x{}_to_{}_stride_{}", c.input.channels,
                                       c.input.height, c.input.width, c.filters, c.stride);
        cases.push_back({name, Network(name, c.input)
                                   .convolution("conv", c.filters, c.stride)
                                   .loss(LossKind::halfSquaredError)});
    }
    using N = Network;
    const std::vector<ParityCase> stacks = {
        stack("batch_norm", {6, 7, 5}, [](N& n) -> N& { return n.batchNorm("a"); }),
        stack("batch_norm_of_features", {17, 1, 1}, [](N& n) -> N& { return n.batchNorm("a"); }),
        stack("prelu", {3, 5, 7}, [](N& n) -> N& { return n.prelu("a"); }),
        stack("dense", {3, 5, 7}, [](N& n) -> N& { return n.dense("a", 11); }),
        stack("dense_normal", {6, 4, 4}, [](N& n) -> N& { return n.dense("a", 9); }),
        stack("dense_of_features", {33, 1, 1}, [](N& n) -> N& { return n.dense("a", 1); }),
        stack("dense_prelu", {3, 4, 3},
              [](N& n) -> N& { return n.dense("a", 13).prelu("b").dense("c", 9); }),
        stack("conv_prelu", {6, 8, 8},
              [](N& n) -> N& { return n.convolution("a", 8, 1).prelu("b"); }),
        stack("conv_prelu_odd", {3, 7, 9},
              [](N& n) -> N& { return n.convolution("a", 17, 2).prelu("b"); }),
        // Whole tiles of Winograd's algorithm, more than a group of them, and blocks in pairs.
        stack("conv_tiles", {20, 8, 12},
              [](N& n) -> N& {
                  return n.convolution("a", 32, 1).prelu("b").convolution("c", 50, 1).prelu("d");
              }),
        stack("transposed_tiles", {20, 8, 8},
              [](N& n) -> N& { return n.transposedConvolution("a", 32, 1).prelu("b"); }),
        stack("prelu_conv", {5, 6, 6},
              [](N& n) -> N& { return n.prelu("a").convolution("b", 3, 1); }),
        stack("prelu_prelu", {3, 4, 4}, [](N& n) -> N& { return n.prelu("a").prelu("b"); }),
        stack("conv_conv", {3, 9, 7},
              [](N& n) -> N& { return n.convolution("a", 16, 1).convolution("b", 8, 1); }),
        stack("conv_conv_strided", {6, 8, 8},
              [](N& n) -> N& { return n.convolution("a", 17, 1).convolution("b", 5, 2); }),
        stack("conv_conv_strided_odd", {6, 7, 9},
              [](N& n) -> N& { return n.convolution("a", 32, 1).convolution("b", 33, 2); }),
        stack("conv_strided_twice", {8, 16, 12},
              [](N& n) -> N& { return n.convolution("a", 16, 2).convolution("b", 32, 2); }),
        stack("conv_stride_three_after_conv", {3, 10, 8},
              [](N& n) -> N& { return n.convolution("a", 4, 1).convolution("b", 6, 3); }),
        stack("batch_norm_conv", {6, 8, 8},
              [](N& n) -> N& { return n.batchNorm("a").convolution("b", 8, 1); }),
        stack(
            "conv_batch_norm_prelu", {3, 8, 6},
            [](N& n) -> N& { return n.convolution("a", 6, 1).batchNorm("b").prelu("c"); }, 1e-3),
        stack("batch_norm_twice", {3, 5, 5},
              [](N& n) -> N& { return n.batchNorm("a").prelu("b").batchNorm("c"); }),
        stack("conv_dense", {3, 6, 6},
              [](N& n) -> N& { return n.convolution("a", 8, 2).dense("b", 9); }),
        stack("conv_prelu_dense", {6, 10, 9},
              [](N& n) -> N& {
                  return n.convolution("a", 33, 2).prelu("b").dense("c", 7).prelu("d");
              }),
        stack("dense_conv", {2, 3, 3},
              [](N& n) -> N& { return n.dense("a", 12).convolution("b", 9, 1); }),
        stack("bayesian_conv", {6, 8, 8},
              [](N& n) -> N& { return n.convolution("a", 17, 1, Weights::bayesian); }),
        stack("bayesian_conv_blocks", {16, 8, 8},
              [](N& n) -> N& { return n.convolution("a", 32, 1, Weights::bayesian); }),
        stack("bayesian_conv_strided", {5, 7, 9},
              [](N& n) -> N& { return n.convolution("a", 3, 2, Weights::bayesian).prelu("b"); }),
        stack("bayesian_batch_norm_conv", {6, 8, 8},
              [](N& n) -> N& {
                  return n.batchNorm("a").convolution("b", 16, 1, Weights::bayesian).prelu("c");
              }),
        stack("bayesian_dense", {3, 5, 7},
              [](N& n) -> N& { return n.dense("a", 11, Weights::bayesian); }),
        stack("bayesian_one_weight", {1, 1, 1},
              [](N& n) -> N& { return n.dense("a", 1, Weights::bayesian); }),
        stack("bayesian_some", {4, 6, 6},
              [](N& n) -> N& {
                  return n.convolution("a", 16, 1)
                      .prelu("b")
                      .convolution("c", 8, 2, Weights::bayesian)
                      .prelu("d")
                      .dense("e", 9);
              }),
        {"bayesian_small", network::makeBayesian({3, 16, 16}, {4, 4, 8, 8})},
        {"bayesian_uneven", network::makeBayesian({6, 16, 32}, {8, 16, 17, 6})},
        {"deterministic_small", network::makeDeterministic({3, 16, 16}, {4, 4, 8, 8})},
        {"deterministic_uneven", network::makeDeterministic({6, 16, 32}, {8, 16, 17, 6}), 1e-6},
    };
    cases.insert(cases.end(), stacks.begin(), stacks.end());
    for (const ConvolutionCase& c : kTransposed) {
        std::string name = fmt::format("transposed_{}x{}x{}_to_{}_stride_{}", c.input.channels,
                                       c.input.height, c.input.width, c.filters, c.stride);
        cases.push_back({name, Network(name, c.input)
                                   .transposedConvolution("a", c.filters, c.stride)
                                   .loss(LossKind::halfSquaredError)});
    }
    const std::vector<ParityCase> generative = generativeCases();
    cases.insert(cases.end(), generative.begin(), generative.end());
    return cases;
}

}  // namespace shearbench::device

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/presets.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace shearbench::network {

namespace {

/// Beyond these, counts of parameters and features would no longer fit their types.
constexpr int kMostBands = 1024, kLargestSize = 16384;

/// The part all of the paper's networks share: names conv1..conv8, prelu1..prelu8. `weightsOf` is
/// asked what each convolution's weights are.
template <class WeightsOf>
void appendTrunk(Network& network, const TrunkFilters& filters, const WeightsOf& weightsOf) {
    const Shape in = network.input();
    if (in.channels > kMostBands || in.height > kLargestSize || in.width > kLargestSize)
        throw Error(
            ErrorKind::usage,
            fmt::format("Network {}: images of {} x {} x {} are larger than any that can "
                        "be trained on: at most {} bands and {} rows and columns.",
                        network.name(), in.channels, in.height, in.width, kMostBands, kLargestSize),
            "Use smaller cutouts.");
    if (in.channels < 1 || in.height < 16 || in.width < 16 || in.height % 16 || in.width % 16)
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: images of {} x {} x {} do not fit its four halvings.",
                                network.name(), in.channels, in.height, in.width),
                    "Use images whose rows and columns are multiples of 16, such as 64 x 64.");
    network.batchNorm("batch_norm");
    int number = 0;
    for (int stage : filters)
        for (int stride : {1, 2}) {
            ++number;
            const std::string name = fmt::format("conv{}", number);
            network.convolution(name, stage, stride, weightsOf(name));
            network.prelu(fmt::format("prelu{}", number));
        }
}

Weights fixedWeights(const std::string&) {
    return Weights::fixed;
}

bool hasWeights(const Layer& layer) {
    return layer.kind == LayerKind::convolution || layer.kind == LayerKind::dense;
}

void requireWeights(const Network& network, const std::vector<std::string>& names) {
    std::string known;
    for (const Layer& layer : network.layers())
        if (hasWeights(layer))
            known += (known.empty() ? "" : ", ") + layer.name;
    for (const std::string& name : names)
        if (std::none_of(network.layers().begin(), network.layers().end(), [&](const Layer& layer) {
                return layer.name == name && hasWeights(layer);
            }))
            throw Error(ErrorKind::usage,
                        fmt::format("Network {} has no layer {} that could be Bayesian or not.",
                                    network.name(), name),
                        fmt::format("Choose among: {}.", known));
}

std::size_t latentLayer(const Network& vae) {
    for (std::size_t i = 0; i < vae.layers().size(); ++i)
        if (vae.layers()[i].kind == LayerKind::latent)
            return i;
    throw Error(ErrorKind::usage,
                fmt::format("Network {} has no latent layer and so neither encoder nor decoder.",
                            vae.name()));
}

Network withOwnStart(const NetworkSettings& settings, Shape input) {
    if (settings.preset == "deterministic")
        return makeDeterministic(input);
    if (settings.preset == "bayesian")
        return makeBayesian(input, kPaperFilters, settings);
    if (settings.preset == "vae" || settings.preset == "generative")
        return makeVae(input).rhoStart(settings.rhoStart);
    if (settings.preset == "flow")
        return makeFlow();
    std::string known;
    for (const Preset& preset : presets())
        known += (known.empty() ? "" : ", ") + preset.id;
    throw Error(
        ErrorKind::usage, fmt::format("There is no network called {}.", settings.preset),
        fmt::format("Choose one of: {}; or one of a generative network's two parts: vae, flow.",
                    known));
}

}  // namespace

const std::vector<Preset>& presets() {
    static const std::vector<Preset> list = {
        {"deterministic", "Deterministic",
         "Eight convolutions and a dense layer; gives a normal posterior over (e1, e2, redshift)."},
        {"bayesian", "Bayesian",
         "The deterministic network with a normal distribution for each kernel weight; its "
         "posterior also says how much the network does not know."},
        {"generative", "Generative",
         "A variational autoencoder and a flow on its latent features; makes new galaxies."},
    };
    return list;
}

Network makePreset(std::string_view id, Shape input) {
    NetworkSettings settings;
    settings.preset = id;
    return makeNetwork(settings, input);
}

Network makeNetwork(const NetworkSettings& settings, Shape input) {
    Network network = withOwnStart(settings, input);
    if (settings.kernelStart == "he_normal")
        network.kernelStart(Initialiser::heNormal);
    else if (settings.kernelStart == "glorot_uniform")
        network.kernelStart(Initialiser::glorotUniform);
    return network;
}

Network makeDeterministic(Shape input, TrunkFilters filters) {
    Network network("deterministic", input);
    appendTrunk(network, filters, fixedWeights);
    network.dense("dense", 9).loss(LossKind::gaussianNll);
    return network;
}

Network makeBayesian(Shape input, TrunkFilters filters, const NetworkSettings& settings) {
    const std::vector<std::string>& fixed = settings.fixedLayers;
    const auto weightsOf = [&](const std::string& name) {
        return std::find(fixed.begin(), fixed.end(), name) == fixed.end() ? Weights::bayesian
                                                                          : Weights::fixed;
    };
    Network network("bayesian", input);
    appendTrunk(network, filters, weightsOf);
    network.dense("dense", 9, weightsOf("dense")).rhoStart(settings.rhoStart);
    network.loss(LossKind::gaussianNll);
    requireWeights(network, fixed);
    return network;
}

Network makeVae(Shape input, TrunkFilters filters, GenerativeSizes sizes, LossKind reconstruction) {
    Network network("vae", input);
    appendTrunk(network, filters, fixedWeights);
    const Shape coarse = network.output();
    network.dense("encoder.dense", sizes.hidden).prelu("encoder.dense_prelu");
    network.latent("encoder", sizes.latent);
    network.dense("decoder.dense1", sizes.hidden).prelu("decoder.dense1_prelu");
    network.dense("decoder.dense2", static_cast<int>(coarse.count())).prelu("decoder.dense2_prelu");
    network.reshape("decoder.reshape", coarse);
    int number = 0;
    for (auto stage = filters.rbegin(); stage != filters.rend(); ++stage)
        for (int stride : {2, 1}) {
            ++number;
            network.transposedConvolution(fmt::format("decoder.deconv{}", number), *stage, stride);
            network.prelu(fmt::format("decoder.deconv_prelu{}", number));
        }
    network.convolution("decoder.output", input.channels, 1).sigmoid("decoder.sigmoid");
    network.loss(reconstruction);
    return network;
}

Network makeFlow(GenerativeSizes sizes) {
    Network network("flow", {sizes.latent, 1, 1});
    for (int layer = sizes.flowLayers; layer > 0; --layer)
        network.made(fmt::format("made{}", layer), sizes.latent, sizes.flowHidden,
                     layer != sizes.flowLayers);
    network.loss(LossKind::flowNll);
    return network;
}

NetworkPart encoderOf(const Network& vae) {
    Network encoder = vae.part("encoder", 0, latentLayer(vae));
    encoder.dense("encoder", 2 * vae.layers()[latentLayer(vae)].output.channels);
    encoder.loss(LossKind::halfSquaredError);
    return {std::move(encoder), 0};
}

NetworkPart decoderOf(const Network& vae) {
    const std::size_t latent = latentLayer(vae);
    Network decoder = vae.part("decoder", latent + 1, vae.layers().size());
    const std::size_t offset = vae.parameterCount() - decoder.parameterCount();
    decoder.loss(vae.loss());
    return {std::move(decoder), offset};
}

}  // namespace shearbench::network

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment.h"
#include "core/network/network.h"

namespace shearbench::network {

/// Filters of the trunk's four stages; the paper's are the default.
using TrunkFilters = std::array<int, 4>;
inline constexpr TrunkFilters kPaperFilters = {32, 64, 128, 256};

/// A network that can be asked for by name.
struct Preset {
    std::string id;     ///< as in an experiment: "deterministic"
    std::string title;  ///< as on a button: "Deterministic"
    std::string summary;
};
/// Those that an experiment trains; makePreset() knows "vae" and "flow" too, the parts of a
/// generative one.
const std::vector<Preset>& presets();

/// The preset of that id for images of the given shape (6 x 64 x 64 in the paper; the
/// flow's input is the same whatever they are). "generative" is its autoencoder, as "vae". Throws
/// Error(usage) for an unknown id, a shape whose rows and columns are not multiples of 16, or a
/// layer that is not there.
Network makePreset(std::string_view id, Shape input);
/// The network of an experiment.
Network makeNetwork(const NetworkSettings& settings, Shape input);

/// Batch norm, four pairs of convolutions with PReLU, a dense layer to the 9 features of a normal
/// posterior over (e1, e2, redshift). Arcelin 2021; 1,517,217 parameters for 6 x 64 x 64 images.
Network makeDeterministic(Shape input, TrunkFilters filters = kPaperFilters);

/// The same with normal distributions for kernel weights; 2,726,241 parameters for 6 x 64 x 64
/// images where every convolution and the dense layer are Bayesian. Of the settings, fixedLayers
/// and rhoStart count.
Network makeBayesian(Shape input, TrunkFilters filters = kPaperFilters,
                     const NetworkSettings& settings = {});
/// What a variational autoencoder and its flow share.
struct GenerativeSizes {
    int latent = 32, hidden = 256;
    int flowLayers = 8, flowHidden = 256;
};

/// Encoder: the trunk, a dense layer with PReLU, mean and scale of the latent features. Decoder:
/// two dense layers and eight transposed convolutions with PReLU, a convolution to the bands, a
/// sigmoid. Arcelin 2021; 5,865,822 parameters for 6 x 64 x 64 images. Its target is its input,
/// its loss squaredError or binaryCrossEntropy.
Network makeVae(Shape input, TrunkFilters filters = kPaperFilters, GenerativeSizes sizes = {},
                LossKind reconstruction = LossKind::squaredError);

/// Masked autoregressive flow (Papamakarios et al. 2017) on the latent features, the order of the
/// dimensions reversed between layers: made8 to made1, so that sampling goes from 1 to 8. 725,504
/// parameters. Its input is a vector of sizes.latent features.
Network makeFlow(GenerativeSizes sizes = {});

/// One end of a network as a network of its own, for prediction alone; its parameters are
/// `parameterCount()` ones of the whole network's from `offset` on, in the same order.
struct NetworkPart {
    Network network;
    std::size_t offset = 0;
};
/// From images to 2 D features: the D means, then the D numbers whose softplus is the scale.
/// Throws Error(usage) for a network without a latent layer, here and below.
NetworkPart encoderOf(const Network& vae);
/// From D latent features to images.
NetworkPart decoderOf(const Network& vae);

}  // namespace shearbench::network

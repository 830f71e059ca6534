// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/device/opencl/flow.h"
#include "core/device/opencl/kept_images.h"
#include "core/device/opencl/kernel_transforms.h"
#include "core/device/opencl/latent.h"
#include "core/device/opencl/loss.h"
#include "core/device/opencl/mirrors.h"
#include "core/device/opencl/operation.h"
#include "core/device/opencl/optimiser.h"

namespace shearbench::device::opencl {

/// A network's layers as operations on buffers in one arena. Constructing one decides everything
/// and sums up the memory without touching the device; build() allocates and compiles.
class CompiledNetwork {
  public:
    CompiledNetwork(const network::Network& network, const Hardware& hardware, TileTable tiles,
                    int batch);
    CompiledNetwork(const CompiledNetwork&) = delete;
    CompiledNetwork& operator=(const CompiledNetwork&) = delete;

    MemoryPlan memoryPlan() const { return arena_.plan(planning_.batch); }
    /// Throws Error(device), naming the buffer, for one the device cannot give in one piece.
    void checkSizes() const { arena_.checkSizes(planning_.hardware); }
    void build(Context& context, Queue& queue);

    const Parameters& parameters() const { return parameters_; }
    const Optimiser& optimiser() const { return *optimiser_; }
    BayesianWeights& weights() { return *weights_; }

    // Row-major: what a step or a prediction reads, and what a prediction leaves.
    const Buffer& images() const { return arena_[images_]; }
    const Buffer& targets() const { return arena_[loss_->targets()]; }
    const Buffer& outputs() const { return arena_[outputs_]; }
    /// Which of the images kept a step takes: KeptImages::describe().
    const Buffer& picks() const { return arena_[picks_]; }
    const Buffer& buffer(Arena::Index index) const { return arena_[index]; }

    /// Room for so many images of which gatherImages() takes some, instead of those before; as
    /// KeptImages does.
    void keepImages(Context& context, Queue& queue, std::int64_t count);
    void dropImages() { kept_.reset(); }
    KeptImages* kept() { return kept_.get(); }  ///< null: none
    /// Whether targets are images as the network is given them.
    bool imagesAreTargets() const { return network_.targetCount() == network_.input().count(); }

    /// What the next forward() works on: the first `images` of images(), or a batch of those kept.
    void packImages(Queue& queue, int images);
    void gatherImages(Queue& queue, bool asTargets);

    /// Before the forward() of a training step: draws weights and whatever else is drawn.
    void begin(Queue& queue, const StepSettings& settings);
    /// After parameters changed, by a step or from outside.
    void parametersChanged() { mirrorsCurrent_ = false; }
    void forward(Queue& queue, int images, Mode mode);
    /// The outputs of the last forward() as row-major (images, features).
    void unpackOutputs(Queue& queue, int images);
    /// Loss and all gradients, after a training forward() of the whole batch.
    void backward(Queue& queue);
    /// As Optimiser::finishStep().
    void finishStep(Queue& queue, const StepSettings& settings, std::int64_t update, int entry);

    /// What a step is made of, by the numbers its launches have as pieces of their queue: the way
    /// there of every operation, the way back of every operation, then everything else.
    struct Piece {
        std::string name;
        ProfilePhase phase;
    };
    std::vector<Piece> pieces() const;

    /// Of a flow: (Flow::kSamples, dimensions), and what turns that many base numbers there into
    /// samples.
    const Buffer& samples() const { return arena_[samples_]; }
    void invert(Queue& queue, int samples);

  private:
    struct Step;
    enum class Other { images, outputs, mirrors, weights, loss, update };
    std::size_t pieceOf(Other other) const;
    std::vector<Step> steps() const;
    void lower();
    std::unique_ptr<Operation> makeOperation(const Step& step, const Wiring& wiring);
    void makeMirrors(Queue& queue);

    const network::Network network_;
    const Hardware hardware_;
    const TileTable tiles_;
    Arena arena_;
    Parameters parameters_;
    Planning planning_;
    Arena::Index images_, picks_, outputs_, divergences_, samples_ = 0;
    Place input_, output_;
    std::vector<std::unique_ptr<Operation>> operations_;
    std::vector<std::string> names_;  ///< of the operations' layers
    std::vector<Convolution*> convolutions_;
    std::vector<Flow*> flows_;
    int divergenceParts_ = 0;
    bool mirrorsCurrent_ = false;
    std::unique_ptr<Loss> loss_;
    std::unique_ptr<BayesianWeights> weights_;
    std::unique_ptr<Mirrors> mirrors_;
    std::unique_ptr<KernelTransforms> transforms_;
    std::unique_ptr<Optimiser> optimiser_;
    Kernel pack_, unpack_;
    std::unique_ptr<KeptImages> kept_;
};

}  // namespace shearbench::device::opencl

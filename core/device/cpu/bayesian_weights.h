// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "core/device/cpu/arena.h"
#include "core/device/cpu/bayesian_kernels.h"
#include "core/device/cpu/parameters.h"
#include "core/device/session.h"
#include "core/random.h"

namespace shearbench::device::cpu {

/// The kernels of all Bayesian layers as they are drawn, and the way back from their gradients to
/// those of means and rhos. Means, rhos, noise and deviations lie row-major, as in
/// network::Parameter; layers compute with drawn kernels in the format they asked for. Each way is
/// one pass over pieces small enough to stay in the second cache on their way between formats.
class BayesianWeights {
  public:
    explicit BayesianWeights(const Parameters& parameters) : parameters_(&parameters) {}

    /// After the last layer's parameters were added, before the arena allocates. Uses as many
    /// threads, now and later, as the caller's ThreadScope says.
    void request(Arena& arena);
    void bind(const Arena& arena);

    /// How many there are in all layers together.
    std::int64_t count() const { return count_; }

    /// mean + deviation x noise everywhere; returns the sum of the weights' KL divergences, made
    /// over pieces, in order.
    double draw(StreamPurpose purpose, const StepNoise& noise);
    void setToMeans();

    // After a draw() and backward passes: both return the sum of the squares of the gradients of
    // means and rhos, made likewise.
    /// Writes those gradients.
    double spreadGradients(double weightKl);
    /// Makes one step of Adam on means and rhos, without writing their gradients.
    double update(double weightKl, const AdamStep& step);
    /// Writes the gradients that an update() did not, if no draw() was in between.
    void keepGradients();

  private:
    struct Piece {
        std::size_t tensor;
        std::int64_t index;           ///< in the tensor's format
        std::int64_t begin, count;    ///< weights of the tensor, row-major
        std::int64_t weights, drawn;  ///< floats into the buffers below, into the drawn kernel
    };
    WeightArrays arraysOf(const Piece& piece) const;
    WeightGradients gradientsOf(const Piece& piece) const;
    /// work(piece, its weights, the gradients by them, row-major), summed up.
    template <class Work>
    double overGradients(const Work& work);
    double sumOfPieces() const;
    float* plainOf(int worker) const { return plain_ + 2 * worker * plainFloats_; }

    const Parameters* parameters_;
    std::int64_t count_ = 0;
    std::vector<Piece> pieces_;        ///< shared out among threads
    std::vector<double> sums_;         ///< of each piece
    std::optional<double> unwritten_;  ///< factor of the KL in gradients that are not written
    Arena::Buffer noiseBuffer_ = 0, deviationBuffer_ = 0, plainBuffer_ = 0;
    float *noise_ = nullptr, *deviation_ = nullptr;
    /// Two pieces for each thread: drawn weights on their way to the layers, gradients on their way
    /// back, and the means they were drawn around.
    float* plain_ = nullptr;
    std::int64_t plainFloats_ = 0;
};

}  // namespace shearbench::device::cpu

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/device/image_keeper.h"
#include "core/device/opencl/compiled_network.h"
#include "core/device/session.h"
#include "core/device/step_sums.h"

namespace shearbench::device::opencl {

/// A session on an OpenCL device. step() copies its arguments, queues launches and returns; the
/// host waits for the device in calls that give something back, and where it is a whole log of
/// steps ahead. After an Error(device) of a command nothing more comes out of the session.
class OpenClSession : public Session, public ImageKeeper {
  public:
    /// `memoryCapBytes` as in SessionOptions. Throws Error(device).
    OpenClSession(std::shared_ptr<Context> context, network::Network network,
                  std::unique_ptr<CompiledNetwork> compiled, std::uint64_t memoryCapBytes);
    ~OpenClSession() override;

    const network::Network& network() const override { return network_; }
    const MemoryPlan& memoryPlan() const override { return plan_; }
    int batch() const override { return plan_.batch; }

    void setParameters(std::span<const float> values) override;
    void parameters(std::span<float> values) const override;
    void setOptimiserState(const OptimiserState& state) override;
    OptimiserState optimiserState() const override;
    void step(std::span<const float> images, std::span<const float> targets,
              const StepSettings& settings) override;
    std::string makeRoom(std::int64_t count) override;
    void keep(std::int64_t first, std::span<const float> images) override;
    void stepWithKept(std::span<const KeptImage> images, std::span<const float> targets,
                      const StepSettings& settings) override;
    StepSummary takeSummary() override;
    void gradients(std::span<float> values) const override;
    void predict(std::span<const float> images, std::span<float> outputs) override;
    void drawWeights(std::uint64_t seed, std::int64_t draw) override;
    void useMeanWeights() override { predictWith_ = Weights::unknown; }
    void invert(std::span<const float> base, std::span<float> samples) override;
    /// One item a kernel and operation, its `method` the kernel's name, as the device's own clock
    /// has them; a step lasts from its first kernel's beginning to its last one's end.
    Profile profile(std::span<const float> images, std::span<const float> targets,
                    const StepSettings& settings, int steps) override;

    /// Kernels that one training step launches.
    std::int64_t launchesPerStep() const { return launchesPerStep_; }

  private:
    /// Host memory of a step that is on its way to the device.
    struct Staging {
        std::vector<float> images, targets;
        std::vector<cl_int> picks;  ///< in place of images
        EventHandle arrived;
    };
    /// Half of the log: entries of steps, and the way of the last ones back to the host.
    struct LogHalf {
        std::vector<float> entries;                      ///< (kHalf, Optimiser::kLogNumbers)
        std::vector<std::pair<double, double>> factors;  ///< StepSettings' weightKl and latentKl
        int filled = 0;
        EventHandle arrived;
    };
    static constexpr int kHalf = Optimiser::kLogEntries / 2;
    /// What the Bayesian kernels hold for the next predict().
    enum class Weights { unknown, means, draw };

    void checkStep(std::size_t imageFloats, std::size_t targets,
                   const StepSettings& settings) const;
    void checkKept(std::span<const KeptImage> images) const;
    /// `bringImages`: queues the way of images and targets to where layers read them.
    template <class Bring>
    void queueStep(Queue& queue, const StepSettings& settings, const Bring& bringImages);
    Staging& nextStaging(Queue& queue);
    void bring(Queue& queue, std::span<const float> images, std::span<const float> targets);
    void bringTargets(Queue& queue, Staging& staging, std::span<const float> targets);
    void noteEntry(const StepSettings& settings);
    void startReading(int half);
    void fold(LogHalf& half);
    void upload(Arena::Index buffer, std::span<const float> plain, std::size_t floats);
    void download(Arena::Index buffer, std::size_t floats, std::span<float> plain) const;

    std::shared_ptr<Context> context_;
    network::Network network_;
    MemoryPlan plan_;
    const std::uint64_t memoryCap_;
    std::unique_ptr<CompiledNetwork> compiled_;
    Staging staging_[2];
    LogHalf log_[2];
    int nextStaging_ = 0, half_ = 0;
    std::int64_t updates_ = 0, launchesPerStep_ = 0;
    Weights predictWith_ = Weights::unknown;
    StepSums sums_;
    mutable Queue queue_;  ///< last, so that it waits before what it uses goes
};

}  // namespace shearbench::device::opencl

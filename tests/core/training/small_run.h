// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "core/device/registry.h"
#include "core/training/trainer.h"
#include "tests/support/gaussian_galaxies.h"

namespace shearbench::training {

inline constexpr std::int64_t kGalaxies = 160;

/// Small enough for many runs: 128 training and 16 validation galaxies, 16 steps an epoch.
inline Experiment smallExperiment(int epochs = 3, const std::string& device = "eigen",
                                  int threads = 1) {
    Experiment experiment;
    experiment.device = {device, threads, 0};
    experiment.training.epochs = epochs;
    experiment.training.recipe = "custom";
    experiment.training.learningRate = 1e-3;
    experiment.training.warmupSteps = 8;
    return experiment;
}

inline PreparedData smallData(const Experiment& experiment = smallExperiment()) {
    return prepareData(experiment, test::gaussianGalaxies(kGalaxies));
}

inline Trainer makeTrainer(const PreparedData& data, const RunDirectory& run) {
    return Trainer(data, device::findDevice(data.experiment.device.id), run);
}

inline RunDirectory makeRun(const std::filesystem::path& path, const PreparedData& data) {
    return RunDirectory::createAt(path, data.experiment);
}

/// A trainer at work on a thread of its own; what it threw comes out of join().
class Running {
  public:
    explicit Running(Trainer& trainer)
        : trainer_(trainer), thread_([this] {
              try {
                  trainer_.run();
              } catch (...) {
                  failure_ = std::current_exception();
              }
          }) {}
    ~Running() {
        trainer_.stop();
        if (thread_.joinable())
            thread_.join();
    }
    void join() {
        thread_.join();
        if (failure_)
            std::rethrow_exception(failure_);
    }
    /// Waits until the snapshot is as wanted; false when that takes absurdly long.
    bool until(const std::function<bool(const Snapshot&)>& wanted) const {
        for (int i = 0; i < 60'000; ++i) {
            if (wanted(*trainer_.latest()))
                return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        return false;
    }

  private:
    Trainer& trainer_;
    std::exception_ptr failure_;
    std::thread thread_;
};

}  // namespace shearbench::training

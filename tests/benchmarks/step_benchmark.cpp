// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "core/device/host.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/network/presets.h"
#include "core/random.h"

// Times a device's training step of a network (the program's first argument, "deterministic"
// without one): forward, loss, backward, Adam, and for Bayesian weights drawing them; or, where the
// second argument is "predict", its prediction of a batch of images from the host's memory to the
// host's memory. A peer for alternating measurements (compare_steps.py, contended_steps.py): it
// reads commands on standard input and answers each with one line of JSON on standard output.
//
//     measure <batch> <threads> <variant> <seconds>    times steps for that long
//     prepare <batch> <threads> <variant>              compiles and warms up only
//     peak <threads>          the processor's multiply-add rate, measured now, and what one image
//                             takes: gflops, gflop_per_image
//     variants                lists the variants: the devices' ids
//     quit
//
// The answer of measure: images_per_second from the median wall time of a step,
// images_per_cpu_second from the process's CPU time over the whole window (all threads),
// wall_seconds and cpu_seconds of the window, steps, and the loss after the last step.

namespace {

using namespace shearbench;
using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr int kWarmUpSteps = 5;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double cpuSeconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// A multiply-add counted as two, as the layers' definitions have them: of an image in forward
/// direction, and for training in both others, except for the gradient by the images themselves.
double gigaOperations(const network::Network& network, bool predict) {
    double operations = 0;
    bool first = true;
    for (const network::Layer& layer : network.layers()) {
        const auto products = static_cast<double>(layer.multiplyAdds());
        operations += 2 * products * (predict ? 1 : first ? 2 : 3);
        first = first && products == 0;
    }
    return 1e-9 * operations;
}

/// One session with a fixed random batch.
class Step {
  public:
    Step(const network::Network& network, int batch, int threads, const std::string& variant,
         bool predict)
        : predict_(predict) {
        device::SessionOptions options;
        options.batch = batch;
        options.threads = threads;
        session_ = device::findDevice(variant)->compile(network, options);
        session_->setParameters(network::initialParameters(network, 1));
        RandomStream stream(1, StreamPurpose::latent, 0);
        images_.resize(static_cast<std::size_t>(batch) * network.input().count());
        for (float& value : images_)
            value = static_cast<float>(stream.normal());
        targets_.resize(static_cast<std::size_t>(batch) * network.targetCount());
        for (float& value : targets_)
            value = static_cast<float>(0.2 * stream.normal());
        outputs_.resize(static_cast<std::size_t>(batch) * network.output().count());
        settings_.learningRate = 1e-4;
        settings_.weightKl = 1.0 / 8000;
        for (int i = 0; i < kWarmUpSteps; ++i)
            run();
    }

    /// The loss, or the first output.
    double run() {
        if (predict_) {
            session_->predict(images_, outputs_);
            return outputs_.front();
        }
        ++settings_.noise.step;
        session_->step(images_, targets_, settings_);
        return session_->takeSummary().lastLoss;
    }

  private:
    std::unique_ptr<device::Session> session_;
    bool predict_;
    std::vector<float> images_, targets_, outputs_;
    device::StepSettings settings_;
};

class Peer {
  public:
    Peer(const std::string& preset, bool predict)
        : network_(network::makePreset(preset, {6, 64, 64})), predict_(predict) {}

    json answer(const std::string& line) {
        std::istringstream words(line);
        std::string command, variant;
        int batch = 0, threads = 0;
        double seconds = 0;
        words >> command;
        if (command == "variants")
            return variants();
        if (command == "peak" && words >> threads)
            return {{"gflops", device::measureGflops(threads)},
                    {"gflop_per_image", gigaOperations(network_, predict_)}};
        if (words >> batch >> threads >> variant && command == "prepare") {
            prepare(batch, threads, variant);
            return {{"ready", {batch, threads, variant}}};
        }
        if (words >> seconds && command == "measure")
            return measure(batch, threads, variant, seconds);
        return {{"error", "not a command: " + line}};
    }

  private:
    static json variants() {
        json ids = json::array(), backends = json::array();
        for (const auto& device : device::allDevices()) {
            ids.push_back(device->info().id);
            backends.push_back(device->info().backend);
        }
        return {{"variants", ids}, {"backends", backends}};
    }

    Step& prepare(int batch, int threads, const std::string& variant) {
        std::unique_ptr<Step>& step = steps_[{batch, threads, variant}];
        if (!step)
            step = std::make_unique<Step>(network_, batch, threads, variant, predict_);
        return *step;
    }

    json measure(int batch, int threads, const std::string& variant, double seconds) {
        Step& step = prepare(batch, threads, variant);
        step.run();
        std::vector<double> durations;
        double loss = 0;
        const double cpuBegin = cpuSeconds();
        const Clock::time_point begin = Clock::now();
        while (durations.empty() || secondsSince(begin) < seconds) {
            const Clock::time_point start = Clock::now();
            loss = step.run();
            durations.push_back(secondsSince(start));
        }
        const double wall = secondsSince(begin), cpu = cpuSeconds() - cpuBegin;
        const auto middle = durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 2);
        std::nth_element(durations.begin(), middle, durations.end());
        return {{"batch", batch},
                {"threads", threads},
                {"variant", variant},
                {"steps", durations.size()},
                {"images_per_second", batch / *middle},
                {"images_per_cpu_second", batch * static_cast<double>(durations.size()) / cpu},
                {"wall_seconds", wall},
                {"cpu_seconds", cpu},
                {"loss", loss}};
    }

    network::Network network_;
    bool predict_;
    std::map<std::tuple<int, int, std::string>, std::unique_ptr<Step>> steps_;
};

}  // namespace

int main(int count, char** arguments) {
    const std::string task = count > 2 ? arguments[2] : "step";
    Peer peer(count > 1 ? arguments[1] : "deterministic", task == "predict");
    for (std::string line; std::getline(std::cin, line) && line != "quit";) {
        if (line.empty())
            continue;
        json answer;
        try {
            answer = peer.answer(line);
        } catch (const Error& error) {
            answer = {{"error", error.what()}};
        }
        std::cout << answer.dump() << std::endl;
    }
}

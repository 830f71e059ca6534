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

#include "core/device/registry.h"
#include "core/error.h"
#include "core/network/presets.h"
#include "core/random.h"

// Times a device's training step of a network (the program's argument, "deterministic" without
// one): forward, loss, backward, Adam, and for Bayesian weights drawing them. A peer for
// alternating measurements (compare_steps.py): it reads commands on standard input and answers each
// with one line of JSON on standard output.
//
//     measure <batch> <threads> <variant> <seconds>    times steps for that long
//     prepare <batch> <threads> <variant>              compiles and warms up only
//     variants                                         lists the variants: the devices' ids
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

/// One session with a fixed random batch.
class Step {
  public:
    Step(const network::Network& network, int batch, int threads, const std::string& variant) {
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
        settings_.learningRate = 1e-4;
        settings_.weightKl = 1.0 / 8000;
        for (int i = 0; i < kWarmUpSteps; ++i)
            run();
    }

    double run() {
        ++settings_.noise.step;
        session_->step(images_, targets_, settings_);
        return session_->takeSummary().lastLoss;
    }

  private:
    std::unique_ptr<device::Session> session_;
    std::vector<float> images_, targets_;
    device::StepSettings settings_;
};

class Peer {
  public:
    explicit Peer(const std::string& preset) : network_(network::makePreset(preset, {6, 64, 64})) {}

    json answer(const std::string& line) {
        std::istringstream words(line);
        std::string command, variant;
        int batch = 0, threads = 0;
        double seconds = 0;
        words >> command;
        if (command == "variants")
            return variants();
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
            step = std::make_unique<Step>(network_, batch, threads, variant);
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
    std::map<std::tuple<int, int, std::string>, std::unique_ptr<Step>> steps_;
};

}  // namespace

int main(int count, char** arguments) {
    Peer peer(count > 1 ? arguments[1] : "deterministic");
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

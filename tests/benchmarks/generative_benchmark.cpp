// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "core/device/registry.h"
#include "core/model/generator.h"
#include "core/network/presets.h"
#include "core/random.h"

// Times what a generative experiment does, beside generative_torch.py. Reads commands on standard
// input and answers each with one line of JSON:
//
//     measure <count> <threads> vae|generate <seconds>
//     quit
//
// vae: training steps of the autoencoder with batches of that many images; generate: that many
// galaxies at once, from base numbers through flow and decoder to images, on networks that have not
// been trained. The answer: images_per_second from the median wall time of one, and how many there
// were.

namespace {

using namespace shearbench;
using Clock = std::chrono::steady_clock;
using nlohmann::json;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<float> normals(std::size_t count) {
    RandomStream stream(1, StreamPurpose::latent, 0);
    std::vector<float> values(count);
    for (float& value : values)
        value = static_cast<float>(0.3 * stream.normal());
    return values;
}

template <class Run>
json measure(int count, double seconds, const Run& run) {
    for (int i = 0; i < 2; ++i)
        run();
    std::vector<double> durations;
    const Clock::time_point begin = Clock::now();
    while (durations.empty() || secondsSince(begin) < seconds) {
        const Clock::time_point start = Clock::now();
        run();
        durations.push_back(secondsSince(start));
    }
    const auto middle = durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 2);
    std::nth_element(durations.begin(), middle, durations.end());
    return {{"count", count},
            {"images_per_second", count / *middle},
            {"repetitions", durations.size()}};
}

json measureVae(int batch, int threads, double seconds) {
    const network::Network vae = network::makePreset("vae", {6, 64, 64});
    const auto session =
        device::findDevice("cpu")->compile(vae, {.batch = batch, .threads = threads});
    session->setParameters(network::initialParameters(vae, 1));
    const std::vector<float> images =
        normals(static_cast<std::size_t>(batch) * vae.input().count());
    device::StepSettings settings;
    settings.learningRate = 1e-4;
    settings.latentKl = 0.01;
    return measure(batch, seconds, [&] {
        ++settings.noise.step;
        session->step(images, images, settings);
        session->takeSummary();
    });
}

json measureGeneration(int count, int threads, double seconds) {
    const network::Network vae = network::makePreset("vae", {6, 64, 64});
    const network::Network flow = network::makeFlow();
    const auto device = device::findDevice("cpu");
    const int batch = std::min(count, 16);
    model::Generator generator(
        *device,
        std::make_shared<model::Autoencoder>(*device, vae, network::initialParameters(vae, 1),
                                             data::Normalisation{}, threads, batch),
        flow, network::initialParameters(flow, 1), threads, batch);
    std::vector<float> images(static_cast<std::size_t>(count) * generator.imageCount());
    return measure(count, seconds, [&] { generator.generate(1, 0, images); });
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line) && line != "quit";) {
        std::istringstream words(line);
        std::string command, what;
        int count = 0, threads = 0;
        double seconds = 0;
        json answer = {{"error", "not a command: " + line}};
        if (words >> command >> count >> threads >> what >> seconds && command == "measure" &&
            count > 0)
            answer = what == "vae" ? measureVae(count, threads, seconds)
                                   : measureGeneration(count, threads, seconds);
        std::cout << answer.dump() << std::endl;
    }
    return 0;
}

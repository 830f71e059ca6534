// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/self_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/device/compute_mode.h"
#include "core/device/registry.h"
#include "core/network/presets.h"
#include "core/random.h"

namespace shearbench::device {

namespace {

constexpr double kTolerance = 1e-4;
/// Where factors are rounded to 10 bits, by up to 5e-4 of each: of all gradients together, and of
/// one tensor, which may be little of much that cancels.
constexpr double kTf32GradientTolerance = 1e-2, kTf32Tolerance = 5e-2;
constexpr int kBatch = 3;
constexpr std::uint64_t kSeed = 2021;

std::vector<float> normals(std::size_t count, std::uint64_t index) {
    RandomStream stream(kSeed, StreamPurpose::simulation, index);
    std::vector<float> values(count);
    for (float& value : values)
        value = static_cast<float>(stream.normal());
    return values;
}

/// Everything a device computes in the test, one tensor behind the other.
struct Results {
    std::vector<std::string> names;
    std::vector<std::vector<float>> tensors;
    std::vector<float> gradients;  ///< once more, all of them

    void add(std::string name, std::vector<float> tensor) {
        names.push_back(std::move(name));
        tensors.push_back(std::move(tensor));
    }
};

void addParts(Results& results, const network::Network& net, const std::string& prefix,
              const std::vector<float>& values) {
    for (const network::Parameter& parameter : net.parameters()) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(parameter.offset);
        results.add(prefix + parameter.name,
                    {first, first + static_cast<std::ptrdiff_t>(parameter.count)});
    }
}

Results compute(const Device& device, const network::Network& net, int threads) {
    SessionOptions options;
    options.batch = kBatch;
    options.threads = threads;
    const auto session = device.compile(net, options);
    // Slopes and biases that are not zero, so that nothing hides behind one.
    std::vector<float> parameters = network::initialParameters(net, kSeed);
    for (const network::Parameter& parameter : net.parameters())
        if (parameter.initialiser == network::Initialiser::zeros && parameter.trainable) {
            const std::vector<float> noise = normals(parameter.count, 100 + parameter.offset);
            for (std::size_t i = 0; i < parameter.count; ++i)
                parameters[parameter.offset + i] = 0.8f + 0.05f * noise[i];
        }
    session->setParameters(parameters);

    const std::vector<float> images = normals(kBatch * net.input().count(), 1);
    const std::vector<float> targets = normals(kBatch * net.targetCount(), 2);
    Results results;
    std::vector<float> values(net.parameterCount());
    for (int step = 0; step < 2; ++step) {
        session->step(images, targets, {});
        results.add("loss", {static_cast<float>(session->takeSummary().meanLoss)});
    }
    session->gradients(values);
    results.gradients = values;
    addParts(results, net, "gradient of ", values);
    session->parameters(values);
    addParts(results, net, "updated ", values);
    std::vector<float> outputs(kBatch * net.output().count());
    session->predict(images, outputs);
    results.add("prediction", outputs);
    return results;
}

double relativeDifference(const std::vector<float>& a, const std::vector<float>& reference) {
    double difference = 0, norm = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference += std::pow(static_cast<double>(a[i]) - reference[i], 2);
        norm += std::pow(static_cast<double>(reference[i]), 2);
    }
    return std::sqrt(difference / std::max(norm, 1e-12));
}

/// Whether it passed, and the sentence; `gradients` is the difference of all of them together,
/// `worst` the tensor that differs most, if any does.
void judge(SelfTest& test, std::string_view mode, double gradients, const std::string& worst) {
    const bool single = mode == kSinglePrecision;
    test.passed = test.largestDifference <= (single ? kTolerance : kTf32Tolerance) &&
                  (single || gradients <= kTf32GradientTolerance);
    test.sentence = fmt::format(
        "Two training steps of a small network{} {} those of the plain reference; {}the largest "
        "difference is {:.1e}, {}.",
        single ? "" : fmt::format(" in {}", mode), test.passed ? "agree with" : "differ from",
        single ? "" : fmt::format("gradients differ by {:.1e} as a whole, ", gradients),
        test.largestDifference, worst.empty() ? "nowhere" : "in " + worst);
}

}  // namespace

SelfTest selfTest(const Device& device, int threads) {
    SelfTest test;
    try {
        const network::Network net =
            network::makeDeterministic({6, 32, 32}, network::TrunkFilters{8, 8, 16, 16});
        const Results found = compute(device, net, threads);
        const Results expected = compute(*findDevice("eigen"), net, 1);
        std::string worst;
        for (std::size_t i = 0; i < found.tensors.size(); ++i) {
            const double difference = relativeDifference(found.tensors[i], expected.tensors[i]);
            if (!(difference <= test.largestDifference)) {
                test.largestDifference = difference;
                worst = found.names[i];
            }
        }
        test.compared = true;
        judge(test, modeOf(device), relativeDifference(found.gradients, expected.gradients), worst);
    } catch (const std::exception& error) {
        test.sentence = fmt::format("The self-test could not run: {}", error.what());
    }
    return test;
}

}  // namespace shearbench::device

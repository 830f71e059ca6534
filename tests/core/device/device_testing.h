// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <cctype>
#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/device/device.h"
#include "core/error.h"

// What the tests of devices share.

namespace shearbench::device {

/// The devices a test program tries: the host's own, or those of OpenCL; which of the two is a
/// matter of what it is linked with, because a driver takes longer to load than most tests to run.
std::vector<std::shared_ptr<const Device>> devicesUnderTest();

inline constexpr float kGarbage = std::numeric_limits<float>::quiet_NaN();

/// |found - expected| / |expected|, Euclidean norms; not a number as soon as one of `found` is not.
inline double relativeError(std::span<const float> found, std::span<const double> expected) {
    EXPECT_EQ(found.size(), expected.size());
    double difference = 0, norm = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double d = found[i] - expected[i];
        difference += d * d;
        norm += expected[i] * expected[i];
    }
    return norm > 0 ? std::sqrt(difference / norm) : std::sqrt(difference);
}

/// Expects every tensor of a flat array in the layout of network::Parameter to agree in its norm.
inline void expectTensorsAgree(const network::Network& network, std::span<const float> found,
                               std::span<const double> expected, double tolerance,
                               const std::string& what) {
    ASSERT_EQ(found.size(), network.parameterCount());
    ASSERT_EQ(expected.size(), network.parameterCount());
    for (const network::Parameter& tensor : network.parameters())
        EXPECT_LE(relativeError(found.subspan(tensor.offset, tensor.count),
                                expected.subspan(tensor.offset, tensor.count)),
                  tolerance)
            << what << " of " << tensor.name;
}

/// Empty, or why `device` cannot compute the network: for a test to skip with that sentence.
inline std::string missingLayer(const Device& device, const network::Network& network) {
    try {
        device.plan(network, {});
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::device)
            return error.what();
        throw;
    }
    return {};
}

inline std::vector<float> gradientsOf(const Session& session) {
    std::vector<float> values(session.network().parameterCount(), kGarbage);
    session.gradients(values);
    return values;
}

inline std::vector<float> parametersOf(const Session& session) {
    std::vector<float> values(session.network().parameterCount(), kGarbage);
    session.parameters(values);
    return values;
}

inline std::vector<float> predictionsOf(Session& session, std::span<const float> images) {
    const network::Network& network = session.network();
    std::vector<float> outputs(images.size() / network.input().count() * network.output().count(),
                               kGarbage);
    session.predict(images, outputs);
    return outputs;
}

/// A device's id as part of a test's name.
inline std::string testName(const std::shared_ptr<const Device>& device) {
    std::string name = device->info().id;
    for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c)))
            c = '_';
    return name;
}

inline std::string deviceTestName(
    const testing::TestParamInfo<std::shared_ptr<const Device>>& parameter) {
    return testName(parameter.param);
}

}  // namespace shearbench::device

// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <algorithm>

#include "core/data/augmentation.h"
#include "core/device/opencl/device_making.h"
#include "core/device/opencl/session.h"
#include "core/network/presets.h"
#include "core/random.h"
#include "tests/core/device/device_testing.h"
#include "tests/support/expect_error.h"

// Steps on images that a device keeps are those on copies of them, bit for bit.

namespace shearbench::device {
namespace {

using test::expectError;

constexpr int kBatch = 2, kSteps = 4;

std::vector<float> normals(std::size_t count, std::uint64_t index) {
    RandomStream stream(7, StreamPurpose::simulation, index);
    std::vector<float> numbers(count);
    for (float& number : numbers)
        number = static_cast<float>(stream.normal());
    return numbers;
}

/// Of each step its images: every turn there is, the last and the first image among them.
std::vector<KeptImage> namesOf(const network::Network& network, std::int64_t images, int step) {
    const bool turned = network.input().height > 1;
    std::vector<KeptImage> names;
    for (int i = 0; i < kBatch; ++i) {
        const int turn = turned ? (step * kBatch + i) % 8 : 0;
        const std::int64_t number = i == 0 ? images - 1 - step : step * images / kSteps;
        names.push_back({number, turn % 4, turn >= 4});
    }
    return names;
}

std::vector<float> copiesOf(const std::vector<KeptImage>& names, const network::Network& network,
                            const std::vector<float>& images) {
    const std::size_t size = network.input().count();
    std::vector<float> copies, scratch(size);
    for (const KeptImage& name : names) {
        const auto from = images.begin() + name.number * static_cast<std::int64_t>(size);
        std::vector<float> image(from, from + static_cast<std::ptrdiff_t>(size));
        data::turnImage({name.quarterTurns, name.flip}, network.input().channels,
                        network.input().height, image, scratch);
        copies.insert(copies.end(), image.begin(), image.end());
    }
    return copies;
}

StepSettings settingsOf(int step) {
    StepSettings settings;
    settings.latentKl = 0.5;
    settings.weightKl = 0.01;
    settings.noise = {.seed = 5, .step = step};
    return settings;
}

std::unique_ptr<Session> compiled(const Device& device, const network::Network& network,
                                  std::uint64_t cap = 0) {
    auto session = device.compile(network, {.batch = kBatch, .memoryCapBytes = cap});
    session->setParameters(network::initialParameters(network, 3));
    return session;
}

ImageKeeper& keeperOf(Session& session) {
    return dynamic_cast<ImageKeeper&>(session);
}

void expectSameSteps(const Device& device, const network::Network& network, std::int64_t count) {
    const std::size_t size = network.input().count();
    const std::vector<float> images = normals(static_cast<std::size_t>(count) * size, 1);
    const auto streamed = compiled(device, network), kept = compiled(device, network);
    const std::uint64_t planned = kept->memoryPlan().total();
    ASSERT_EQ(keeperOf(*kept).makeRoom(count), "");
    EXPECT_GE(kept->memoryPlan().total(), planned + images.size() * sizeof(float));
    // In two parts that meet anywhere.
    const std::size_t part = static_cast<std::size_t>(count) / 3 * size;
    keeperOf(*kept).keep(0, std::span(images).first(part));
    keeperOf(*kept).keep(count / 3, std::span(images).subspan(part));
    const bool autoencoder = network.targetCount() == size;
    for (int step = 0; step < kSteps; ++step) {
        const std::vector<KeptImage> names = namesOf(network, count, step);
        const std::vector<float> copies = copiesOf(names, network, images);
        const std::vector<float> labels =
            normals(autoencoder ? 0 : kBatch * network.targetCount(), 2);
        streamed->step(copies, autoencoder ? copies : labels, settingsOf(step));
        keeperOf(*kept).stepWithKept(names, labels, settingsOf(step));
    }
    EXPECT_EQ(kept->takeSummary().meanLoss, streamed->takeSummary().meanLoss);
    EXPECT_EQ(parametersOf(*kept), parametersOf(*streamed));
    EXPECT_EQ(gradientsOf(*kept), gradientsOf(*streamed));
    EXPECT_EQ(dynamic_cast<opencl::OpenClSession&>(*kept).launchesPerStep(),
              dynamic_cast<opencl::OpenClSession&>(*streamed).launchesPerStep());
}

class KeptImages : public testing::TestWithParam<std::shared_ptr<const Device>> {};

TEST_P(KeptImages, MakeTheStepsThatCopiesMake) {
    expectSameSteps(*GetParam(), network::makeDeterministic({3, 16, 16}, {4, 6, 8, 8}), 21);
    expectSameSteps(*GetParam(),
                    network::makeFlow({.latent = 7, .flowLayers = 3, .flowHidden = 19}), 21);
    if (!GetParam()->info().id.ends_with(":tiled"))
        expectSameSteps(*GetParam(),
                        network::makeVae({3, 16, 16}, {4, 4, 8, 8}, {.latent = 4, .hidden = 9}),
                        21);
}

TEST_P(KeptImages, SmallOnesOfSeveralBlocksDoLikewise) {
    network::Network network("small", {17, 3, 3});
    network.convolution("a", 4, 1).dense("b", 9);
    network.loss(network::LossKind::gaussianNll);
    expectSameSteps(*GetParam(), network, 5);
}

TEST_P(KeptImages, AreReplacedByOthersAndTargetsMayBeGiven) {
    network::Network network("same", {3, 4, 4});
    network.prelu("a").sigmoid("b");
    network.loss(network::LossKind::squaredError);
    const std::size_t size = network.input().count();
    const std::vector<float> images = normals(3 * size, 1), targets = normals(kBatch * size, 2);
    const auto kept = compiled(*GetParam(), network), streamed = compiled(*GetParam(), network);
    ASSERT_EQ(keeperOf(*kept).makeRoom(50), "");
    const std::uint64_t more = kept->memoryPlan().total();
    ASSERT_EQ(keeperOf(*kept).makeRoom(3), "");
    EXPECT_LT(kept->memoryPlan().total(), more);
    keeperOf(*kept).keep(0, images);
    const std::vector<KeptImage> names = {{2, 1, true}, {0, 0, false}};
    keeperOf(*kept).stepWithKept(names, targets, {});
    streamed->step(copiesOf(names, network, images), targets, {});
    EXPECT_EQ(parametersOf(*kept), parametersOf(*streamed));
}

TEST_P(KeptImages, AreRefusedWhereTheyDoNotFitAndNamesThatAreNone) {
    const network::Network network = network::makeDeterministic({3, 16, 16}, {4, 6, 8, 8});
    const std::size_t size = network.input().count();
    const std::uint64_t planned = GetParam()->plan(network, {.batch = kBatch}).total();
    const auto session = compiled(*GetParam(), network, planned + 20 * size * sizeof(float));
    ImageKeeper& keeper = keeperOf(*session);
    const std::string obstacle = keeper.makeRoom(21);
    EXPECT_NE(obstacle.find("do not fit beside"), std::string::npos) << obstacle;
    EXPECT_NE(obstacle.find("may be used"), std::string::npos) << obstacle;
    EXPECT_NE(keeper.makeRoom(std::int64_t{1} << 60), "");
    EXPECT_EQ(session->memoryPlan().total(), planned);
    EXPECT_EQ(keeper.makeRoom(20), "");
    EXPECT_NE(keeper.makeRoom(21), "");
    const std::vector<float> images = normals(10 * size, 1), targets = normals(3 * kBatch, 2);
    session->step(std::span(images).first(kBatch * size), targets, {});
    EXPECT_TRUE(session->takeSummary().finite);

    const std::vector<KeptImage> names(kBatch);
    const auto expectUsage = [&](const auto& act) { expectError(ErrorKind::usage, {}, act); };
    expectUsage([&] { keeper.makeRoom(0); });
    expectUsage([&] { keeper.keep(0, images); });
    expectUsage([&] { keeper.stepWithKept(names, targets, {}); });
    ASSERT_EQ(keeper.makeRoom(10), "");
    expectUsage([&] { keeper.keep(1, images); });
    expectUsage([&] { keeper.keep(-1, std::span(images).first(size)); });
    expectUsage([&] { keeper.keep(0, std::span(images).first(size + 1)); });
    keeper.keep(0, images);
    for (const KeptImage& none :
         {KeptImage{-1, 0, false}, KeptImage{10, 0, false}, KeptImage{0, 4, false}})
        expectUsage([&] { keeper.stepWithKept(std::vector{KeptImage(), none}, targets, {}); });
    expectUsage([&] { keeper.stepWithKept(std::span(names).first(1), targets, {}); });
    expectUsage([&] { keeper.stepWithKept(names, std::span(targets).first(3), {}); });
    expectUsage([&] { keeper.stepWithKept(names, {}, {}); });
    keeper.stepWithKept(names, targets, {});
    EXPECT_TRUE(session->takeSummary().finite);
}

INSTANTIATE_TEST_SUITE_P(EveryDevice, KeptImages, testing::ValuesIn(devicesUnderTest()),
                         deviceTestName);

TEST(KeptImagesInPieces, AreFoundInEachAndRefusedWhereFourDoNotSuffice) {
    const opencl::Api* const api = opencl::systemApi();
    std::vector<opencl::Hardware> found;
    if (api)
        found = opencl::findHardware(*api);
    if (found.empty())
        GTEST_SKIP() << "There is no OpenCL device on this machine.";
    opencl::Hardware& hardware = found.front();
    const network::Network network = network::makeDeterministic({3, 16, 16}, {4, 6, 8, 8});
    hardware.largestAllocation = 0;
    for (const MemoryItem& item :
         opencl::makeDevice(*api, found.front())->plan(network, {.batch = kBatch}).items)
        hardware.largestAllocation = std::max(hardware.largestAllocation, item.bytes);
    const auto device = opencl::makeDevice(*api, hardware);
    const auto each = static_cast<std::int64_t>(hardware.largestAllocation /
                                                (network.input().count() * sizeof(float)));
    for (const std::int64_t count : {each, each + 1, 3 * each, 4 * each})
        expectSameSteps(*device, network, count);
    const std::string obstacle = keeperOf(*compiled(*device, network)).makeRoom(4 * each + 1);
    EXPECT_NE(obstacle.find("4 pieces"), std::string::npos) << obstacle;
}

}  // namespace
}  // namespace shearbench::device

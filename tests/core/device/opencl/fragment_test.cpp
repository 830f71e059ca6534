// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/fragments.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>

#include "core/device/compute_mode.h"
#include "core/device/opencl/convolution_sample.h"
#include "core/device/opencl/convolution_trial.h"
#include "core/device/opencl/device_making.h"
#include "core/device/registry.h"
#include "core/device/self_test.h"
#include "core/files.h"
#include "core/network/presets.h"
#include "core/random.h"
#include "tests/core/device/device_testing.h"
#include "tests/core/device/opencl/faults.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_cache.h"

// Convolutions in TF32 on emulated tensor cores: everything but the instructions themselves, which
// take an NVIDIA device.

namespace shearbench::device::opencl {
namespace {

using network::Network;
using network::Shape;
using test::expectError;

TEST(Factor, IsRoundedAsTheInstructionRoundsIt) {
    const auto tf32 = [](float value) { return factor(value, Arithmetic::tf32); };
    for (const float exact : {0.0f, 1.0f, -1.5f, 1023.5f, -2047.0f, 0x1.ffcp-126f})
        EXPECT_EQ(tf32(exact), exact);
    EXPECT_EQ(tf32(2047.25f), 2047.0f);
    EXPECT_EQ(tf32(1024.5f), 1025.0f);
    EXPECT_EQ(tf32(-1025.5f), -1026.0f);
    EXPECT_EQ(tf32(0x1.001ffep0f), 1.0f);
    EXPECT_EQ(tf32(0x1.002p0f), 0x1.004p0f);
    EXPECT_EQ(tf32(std::numeric_limits<float>::max()), std::numeric_limits<float>::infinity());
    EXPECT_EQ(tf32(-std::numeric_limits<float>::infinity()),
              -std::numeric_limits<float>::infinity());
    // NVIDIA's own NaN, all bits set: rounded as a number it would be 0.
    EXPECT_TRUE(std::isnan(tf32(std::bit_cast<float>(0x7fffffffu))));
    EXPECT_EQ(factor(2047.25f, Arithmetic::fp32), 2047.25f);
}

Network oneConvolution() {
    return Network("one", {3, 4, 4})
        .convolution("conv", 3, 1)
        .loss(network::LossKind::halfSquaredError);
}

class Fragments : public testing::Test {
  protected:
    void SetUp() override {
        if (systemApi())
            for (const Hardware& found : findHardware(faults::api()))
                hardware_ = found;
        if (hardware_.info.name.empty())
            GTEST_SKIP() << "There is no OpenCL device on this machine.";
        hardware_.kernels = KernelKind::tiled;
        hardware_.arithmetic = Arithmetic::tf32Emulated;
        hardware_.info.id = "emulated";
        hardware_.buildOptions += " -cl-opt-disable";
    }

    const faults::Scope faults_;
    const test::TemporaryCache cache_;
    Hardware hardware_;
};

TEST_F(Fragments, TheProbeTakesTheExactNumbersAlone) {
    Context context(faults::api(), hardware_);
    EXPECT_NO_THROW(probeFragments(context));
    faults::corruptReads(3);
    expectError(ErrorKind::device,
                {"multiplies wrongly on tensor cores", "row", "single precision"},
                [&] { probeFragments(context); });
}

TEST_F(Fragments, InstructionsThatADeviceHasNotGotAreNoMode) {
    if (hardware_.computeCapability >= 80)
        GTEST_SKIP() << "This device has tensor cores.";
    hardware_.arithmetic = Arithmetic::tf32;
    const auto device = makeDevice(faults::api(), hardware_);
    expectError(ErrorKind::device, {"could not compile products on tensor cores"},
                [&] { device->compile(oneConvolution(), {}); });
    const SelfTest test = selfTest(*device);
    EXPECT_FALSE(test.passed);
    EXPECT_NE(test.sentence.find("tensor cores"), std::string::npos) << test.sentence;
}

struct TrialCase {
    Shape input;
    int filters, stride, batch;
    std::size_t variant;  ///< 0: the default tiles
};

ProgramSource programOf(const network::Layer& layer, bool transposed, int batch,
                        const Hardware& hardware) {
    Network network("alone", layer.input);
    network.convolution("convolution", layer.output.channels, layer.stride);
    Arena arena;
    Parameters parameters(network, arena);
    TileTable tiles;
    const Planning planning{hardware, LaunchShape(hardware), batch, arena, parameters, tiles};
    return ConvolutionProducts(planning, layer).source({transposed, 1, 1, true, 1, "alone"});
}

/// What every OpenCL compiler has of its own, in clang's words for NVIDIA's devices.
constexpr char kBuiltIns[] = R"(
#define INLINED static inline __attribute__((always_inline))
INLINED size_t get_local_id(uint d) { return __nvvm_read_ptx_sreg_tid_x(); }
INLINED size_t get_group_id(uint d) { return __nvvm_read_ptx_sreg_ctaid_x(); }
#define barrier(fence) __nvvm_bar_sync(0)
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
)";

/// The instructions themselves: clang compiles the programs that an NVIDIA device would be given,
/// and NVIDIA's assembler takes what comes out.
TEST(Ptx, IsTakenByNvidiasAssembler) {
    const auto succeeds = [](const std::string& command) {
        return std::system(command.c_str()) == 0;
    };
    setenv("PATH", (std::string(std::getenv("PATH")) + ":/usr/local/cuda/bin").c_str(), 1);
    if (!succeeds("clang --version > /dev/null 2>&1 && ptxas --version > /dev/null 2>&1"))
        GTEST_SKIP() << "clang or NVIDIA's ptxas is not there.";
    Hardware hardware;
    hardware.kernels = KernelKind::tiled;
    hardware.arithmetic = Arithmetic::tf32;
    hardware.info.computeUnits = 132;
    hardware.localMemory = 48 << 10;
    hardware.largestGroup = 1024;
    const Network trunk = network::makeDeterministic({6, 64, 64});
    const Network transposed =
        Network("back", {64, 8, 8}).transposedConvolution("transposed", 32, 2);
    const std::vector<ProgramSource> programs = {
        fragmentProbe(hardware), programOf(trunk.layers().at(1), false, 64, hardware),
        programOf(trunk.layers().at(7), false, 4, hardware),
        programOf(transposed.layers().front().adjoint(), true, 4, hardware)};
    const test::TemporaryFolder folder;
    for (const ProgramSource& program : programs) {
        std::ofstream(folder / "p.cl") << kBuiltIns << textOf(program);
        const std::string compile = fmt::format(
            "cd {} && clang -target nvptx64-nvidia-nvcl -march=sm_80 -Xclang -target-feature "
            "-Xclang +ptx75 -x cl -cl-std=CL1.2 -fgnu-keywords -Xclang -finclude-default-header "
            "-O3 {} -S p.cl -o p.ptx",
            std::string(folder.path()), program.options);
        ASSERT_TRUE(succeeds(compile)) << compile;
        EXPECT_NE(readText(folder / "p.ptx").find("mma.sync.aligned.m16n8k8.row.col.f32.tf32"),
                  std::string::npos)
            << program.name;
        for (const char* kind : {"sm_80", "sm_90"})
            EXPECT_TRUE(succeeds(fmt::format("cd {} && ptxas -arch={} p.ptx -o p.cubin",
                                             std::string(folder.path()), kind)))
                << program.name;
    }
}

/// Sums over products of rounded factors in double precision: what differs is the rounding of sums
/// alone, however the numbers are laid out.
TEST_F(Fragments, ConvolutionsAreTheSumsOfRoundedProducts) {
    for (const TrialCase& c :
         {TrialCase{{6, 16, 16}, 32, 1, 3, 1}, TrialCase{{32, 16, 16}, 32, 2, 2, 2},
          TrialCase{{17, 9, 7}, 18, 1, 3, 0}, TrialCase{{17, 9, 7}, 18, 2, 3, 4},
          TrialCase{{17, 9, 7}, 18, 3, 3, 11}, TrialCase{{33, 5, 6}, 65, 1, 5, 6},
          TrialCase{{33, 5, 6}, 65, 2, 1, 9}, TrialCase{{3, 1, 1}, 4, 1, 1, 10}}) {
        Network network("trial", c.input);
        network.convolution("conv", c.filters, c.stride);
        const ConvolutionSample sample(network.layers().front(), c.batch, hardware_.arithmetic);
        const ConvolutionTiles defaults = defaultTiles(sample.layer(), hardware_, c.batch);
        const ConvolutionTiles tiles =
            c.variant == 0
                ? defaults
                : variants(defaults, TilePart::all, sample.layer(), hardware_).at(c.variant - 1);
        SCOPED_TRACE(fmt::format("{} x {} x {} to {}, stride {}, {}", c.input.channels,
                                 c.input.height, c.input.width, c.filters, c.stride,
                                 toText(tiles, KernelKind::tiled)));
        Context context(faults::api(), hardware_);
        ConvolutionTrial trial(context, sample, tiles);
        for (const Pass pass : {Pass::forward, Pass::backward})
            EXPECT_LT(sample.error(pass, trial.result(pass)), 5e-6);
    }
}

/// One step on whole numbers so small that every product and sum is exact in either arithmetic.
struct Step {
    std::vector<float> gradients, predictions;
    bool operator==(const Step&) const = default;
};

Step stepOf(const Device& device, const Network& network, int batch) {
    RandomStream stream(5, StreamPurpose::simulation, 0);
    const auto wholeNumbers = [&](std::size_t count, int most) {
        std::vector<float> numbers(count);
        for (float& number : numbers)
            number = static_cast<float>(std::floor(stream.uniform(-most, most + 1)));
        return numbers;
    };
    std::vector<float> parameters = wholeNumbers(network.parameterCount(), 1);
    for (const network::Parameter& parameter : network.parameters())
        if (parameter.name.ends_with(".slope"))
            std::fill_n(parameters.begin() + static_cast<std::ptrdiff_t>(parameter.offset),
                        parameter.count, 0.5f);
    const auto images = static_cast<std::size_t>(batch);
    const std::vector<float> x = wholeNumbers(images * network.input().count(), 2);
    const std::vector<float> targets = wholeNumbers(images * network.targetCount(), 3);
    SessionOptions options;
    options.batch = batch;
    const auto session = device.compile(network, options);
    session->setParameters(parameters);
    StepSettings settings;
    settings.update = false;
    session->step(x, targets, settings);
    return {gradientsOf(*session), predictionsOf(*session, x)};
}

TEST_F(Fragments, NetworksOnSmallWholeNumbersAreExact) {
    const auto device = makeDevice(faults::api(), hardware_);
    const auto one = [](Shape in, Network& (*append)(Network&)) {
        Network network("whole numbers", in);
        append(network).loss(network::LossKind::halfSquaredError);
        return network;
    };
    using N = Network;
    const std::vector<Network> networks = {
        one({33, 7, 9}, [](N& n) -> N& { return n.convolution("a", 17, 2).prelu("b"); }),
        one({17, 5, 7}, [](N& n) -> N& { return n.transposedConvolution("a", 9, 1).prelu("b"); }),
        one({33, 3, 5}, [](N& n) -> N& { return n.transposedConvolution("a", 32, 2).prelu("b"); }),
        one({3, 6, 5}, [](N& n) -> N& { return n.convolution("a", 4, 1).convolution("b", 6, 2); }),
    };
    for (const Network& network : networks)
        for (const int batch : {1, 4}) {
            const Step found = stepOf(*device, network, batch);
            EXPECT_EQ(found, stepOf(*findDevice("eigen"), network, batch))
                << network.layers().front().name << ' ' << network.input().channels;
        }
}

TEST_F(Fragments, ANumberThatIsNotFiniteStaysSo) {
    const auto device = makeDevice(faults::api(), hardware_);
    const Network network = oneConvolution();
    const auto session = device->compile(network, {});
    session->setParameters(std::vector<float>(network.parameterCount(), 1.0f));
    std::vector<float> images(network.input().count(), 1.0f);
    images[5] = std::bit_cast<float>(0x7fffffffu);
    const std::vector<float> outputs = predictionsOf(*session, images);
    EXPECT_TRUE(std::isnan(outputs[5]));
    EXPECT_FALSE(std::isnan(outputs[15]));
}

class Modes : public testing::Test {
  protected:
    void SetUp() override {
        if (allDevices().empty() || findFirst() == nullptr)
            GTEST_SKIP() << "There is no OpenCL device on this machine.";
    }
    static std::shared_ptr<const Device> findFirst() {
        for (const auto& device : allDevices())
            if (device->info().id == "opencl:0")
                return device;
        return nullptr;
    }

    const test::TemporaryCache cache_;
};

TEST_F(Modes, AreDevicesOfTheirOwnOnceTheyPassedTheirTest) {
    setenv("SHEARBENCH_OPENCL_TENSOR_CORES", "emulated", 1);
    const auto device = findDevice("opencl:0:TF32C_FP32A");
    EXPECT_EQ(device->info().id, "opencl:0:TF32C_FP32A");
    EXPECT_EQ(modeOf(*device), kTf32);
    EXPECT_NE(device->info().name.find("TF32C_FP32A"), std::string::npos);
    EXPECT_EQ(findDevice("opencl:0:TF32C_FP32A"), device);
    unsetenv("SHEARBENCH_OPENCL_TENSOR_CORES");
    const SelfTest test = selfTest(*device);
    EXPECT_TRUE(test.passed);
    EXPECT_NE(test.sentence.find("in TF32C_FP32A agree"), std::string::npos) << test.sentence;
    // Rounded factors show: what passed is not single precision.
    EXPECT_GT(test.largestDifference, 1e-5);
}

TEST_F(Modes, WhatIsNotOfferedIsSaidPlainly) {
    EXPECT_EQ(findDevice("opencl:0:FP32C_FP32A"), findFirst());
    EXPECT_EQ(modeOf(*findFirst()), kSinglePrecision);
    expectError(ErrorKind::device,
                {"cpu (", "does not offer TF32C_FP32A", "FP32C_FP32A: choose cpu"},
                [] { findDevice("cpu:TF32C_FP32A"); });
    expectError(ErrorKind::device, {"opencl:0 (", "does not offer banana"},
                [] { findDevice("opencl:0:banana"); });
    expectError(ErrorKind::device, {"There is no device called banana:TF32C_FP32A"},
                [] { findDevice("banana:TF32C_FP32A"); });
}

}  // namespace
}  // namespace shearbench::device::opencl

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/fragments.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/device/opencl/operation.h"
#include "core/error.h"
#include "core/random.h"

namespace shearbench::device::opencl {

namespace {

constexpr int kRows = 16, kColumns = 8, kDepth = 8, kWarp = 32;
/// Fragments added up one behind the other.
constexpr int kSteps = 4;

/// Row-major: d (16, 8) += a (16, kSteps 8) b (kSteps 8, 8).
struct Matrices {
    std::vector<float> a, b, d;
};

/// Whole numbers of up to 11 bits on one side and 3 on the other, so that a product that keeps less
/// than TF32 shows and none of the sums has more than 24 bits; where `rounded`, with a fraction
/// that is less than half of the last bit.
Matrices matricesOf(bool wideLeft, bool rounded) {
    RandomStream stream(2023, StreamPurpose::simulation, wideLeft ? 0 : 1);
    const auto fill = [&](std::size_t count, bool wide) {
        std::vector<float> numbers(count);
        for (float& number : numbers) {
            const double most = wide ? 1023 : 7;
            const double size = (wide ? 1024 : 0) + std::floor(stream.uniform(0, most + 0.99));
            number = static_cast<float>(stream.uniform() < 0.5 ? -size : size);
            if (rounded && wide)
                number += number < 0 ? -0.4375f : 0.4375f;
        }
        return numbers;
    };
    Matrices made;
    made.a = fill(std::size_t{kRows} * kDepth * kSteps, wideLeft);
    made.b = fill(std::size_t{kDepth} * kSteps * kColumns, !wideLeft);
    made.d = fill(std::size_t{kRows} * kColumns, true);
    for (float& number : made.d)
        number = std::trunc(number);
    return made;
}

std::vector<double> productOf(const Matrices& matrices, Arithmetic arithmetic) {
    std::vector<double> sums(matrices.d.begin(), matrices.d.end());
    constexpr int kLength = kDepth * kSteps;
    for (int row = 0; row < kRows; ++row)
        for (int column = 0; column < kColumns; ++column)
            for (int k = 0; k < kLength; ++k)
                sums[static_cast<std::size_t>(row * kColumns + column)] +=
                    static_cast<double>(factor(
                        matrices.a[static_cast<std::size_t>(row * kLength + k)], arithmetic)) *
                    factor(matrices.b[static_cast<std::size_t>(k * kColumns + column)], arithmetic);
    return sums;
}

}  // namespace

std::string fragmentOptions(Arithmetic arithmetic) {
    return fmt::format("-D EMULATED={}", arithmetic == Arithmetic::tf32Emulated ? 1 : 0);
}

ProgramSource fragmentProbe(const Hardware& hardware) {
    return {"products on tensor cores", "fragments fragment_probe",
            LaunchShape(hardware).options() + ' ' + fragmentOptions(hardware.arithmetic)};
}

float factor(float value, Arithmetic arithmetic) {
    constexpr std::uint32_t kLastBit = 1u << 13;
    if (arithmetic == Arithmetic::fp32 || !std::isfinite(value))
        return value;
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value) + kLastBit / 2;
    return std::bit_cast<float>(bits & ~(kLastBit - 1));
}

void probeFragments(Context& context) {
    const Hardware& hardware = context.hardware();
    Queue queue(context);
    Kernel multiply(context, fragmentProbe(hardware), "multiply_fragments");
    for (const bool wideLeft : {false, true})
        for (const bool rounded : {false, true}) {
            const Matrices matrices = matricesOf(wideLeft, rounded);
            const std::vector<double> expected = productOf(matrices, hardware.arithmetic);
            std::vector<Buffer> buffers;
            for (const std::vector<float>* numbers : {&matrices.a, &matrices.b, &matrices.d}) {
                buffers.emplace_back(context, "a matrix", numbers->size() * sizeof(float));
                queue.writeNow(buffers.back(), *numbers);
            }
            multiply.bind(buffers[0], buffers[1], buffers[2], kSteps);
            queue.launch(multiply, {kWarp, 1, kWarp});
            std::vector<float> found(expected.size());
            queue.read(buffers[2], found.data(), buffers[2].bytes());
            for (std::size_t i = 0; i < found.size(); ++i)
                if (found[i] != expected[i])
                    throw Error(
                        ErrorKind::device,
                        fmt::format(
                            "{} multiplies wrongly on tensor cores: at row {}, column {} it "
                            "found {} where {} is right.",
                            hardware.info.name, i / kColumns, i % kColumns, found[i], expected[i]),
                        "Compute in single precision, or update the device's driver.");
        }
}

}  // namespace shearbench::device::opencl

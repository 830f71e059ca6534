// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <string>

#include "core/benchmark/result.h"

namespace shearbench::benchmark {

/// Blocks of `steps` steps that take `perStep` seconds each, give or take `spread` of it.
inline std::vector<Block> sampleBlocks(int count, double perStep, double spread,
                                       std::int64_t steps = 10) {
    std::vector<Block> blocks;
    for (int i = 0; i < count; ++i) {
        const double wave = std::sin(2.4 * i);
        blocks.push_back({steps, static_cast<double>(steps) * perStep * (1 + spread * wave),
                          static_cast<double>(i)});
    }
    return blocks;
}

inline Point samplePoint(const std::string& device, int batch, double perStep,
                         const std::string& network = "deterministic") {
    Point point;
    point.task = {Kind::training, network, device, batch};
    point.status = Status::done;
    point.warmup = sampleBlocks(3, 2 * perStep, 0.1);
    point.blocks = sampleBlocks(9, perStep, 0.02);
    point.memoryBytes = 20'000'000 + 3'000'000 * static_cast<std::uint64_t>(batch);
    point.parameters = 1'517'217;
    return point;
}

/// Two devices, three batch sizes, the last of which does not fit the second device.
inline Results sampleResults() {
    Results results;
    results.name = "sample machine";
    results.version = "0.1.0";
    results.started = "2026-11-21T09:14:03Z";
    results.command = "shearbench-cli benchmark --networks deterministic";
    results.machine = {"sample machine", 2, 16'000'000'000, "Linux, x86_64", "performance", 0.25};
    results.data = {"made-up images", "1024 of 64 pixels, seed 1", 6, 64, 64, 1024};
    DeviceRecord fast;
    fast.id = "cpu";
    fast.name = "sample processor";
    fast.maxPowerWatts = 100;
    DeviceRecord slow = fast;
    slow.id = "eigen";
    slow.name = "sample processor, plainly";
    slow.maxPowerWatts.reset();
    results.devices = {fast, slow};
    for (const int batch : {2, 4, 8}) {
        results.points.push_back(samplePoint("cpu", batch, 0.001 * batch));
        results.points.push_back(samplePoint("eigen", batch, 0.004 * batch));
    }
    Point& last = results.points.back();
    last.status = Status::outOfMemory;
    last.sentence = "It needs 44 MB; \"40 MB\" are there, a cap.";
    last.blocks.clear();
    last.warmup.clear();
    return results;
}

}  // namespace shearbench::benchmark

// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <vector>

#include "core/data/simulator/cutout_simulator.h"
#include "core/data/simulator/noise.h"
#include "core/error.h"

// Times the simulator on one core, in this thread's processor time: six-band noisy cutouts, their
// parts, and the other kinds of scene. Nothing is written to a file.
//
//     simulator_benchmark [cutouts a run, 2000 unless given]
//
// Every number is the median of five runs after one that is not counted.

namespace {

using namespace shearbench;
using namespace shearbench::data::simulator;

double cpuSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void report(const char* what, std::int64_t count, const std::function<void()>& work) {
    constexpr int kRuns = 5;
    std::vector<double> seconds;
    for (int run = -1; run < kRuns; ++run) {
        const double start = cpuSeconds();
        work();
        if (run >= 0)
            seconds.push_back(cpuSeconds() - start);
    }
    std::sort(seconds.begin(), seconds.end());
    fmt::print("{:<44} {:8.0f} a second and core, {:7.1f} us each ({:.1f} to {:.1f})\n", what,
               static_cast<double>(count) / seconds[kRuns / 2],
               1e6 * seconds[kRuns / 2] / static_cast<double>(count),
               1e6 * seconds.front() / static_cast<double>(count),
               1e6 * seconds.back() / static_cast<double>(count));
}

void measure(std::int64_t count) {
    std::vector<float> images(kCutoutValues);
    CutoutSimulator simulator(1);
    report("six-band noisy cutouts", count, [&] {
        for (std::int64_t id = 0; id < count; ++id)
            simulator.draw(id, images);
    });
    const auto galaxy = [](std::int64_t id) {
        RandomStream stream(1, StreamPurpose::simulation, static_cast<std::uint64_t>(id));
        return drawGalaxy({}, stream);
    };
    report("of that: galaxies and fluxes", count, [&] {
        for (std::int64_t id = 0; id < count; ++id)
            galaxy(id);
    });
    std::vector<Galaxy> galaxies;
    for (std::int64_t id = 0; id < count; ++id)
        galaxies.push_back(galaxy(id));
    Renderer renderer(CutoutSimulator::makeGrids());
    std::vector<float> image(kStampSize * kStampSize);
    report("of that: noiseless stamps", count, [&] {
        for (const Galaxy& drawn : galaxies) {
            renderer.draw(std::span(&drawn.main.profile, 1), image);
            if (drawn.bulge)
                renderer.draw(std::span(&drawn.bulge->profile, 1), image);
        }
    });
    report("of that: photon noise of six bands", count, [&] {
        for (std::int64_t id = 0; id < count; ++id)
            for (std::size_t band = 0; band < kBands; ++band)
                addPhotonNoise(image, kSky[band],
                               RandomStream(1, StreamPurpose::noise,
                                            static_cast<std::uint64_t>(id) * kBands + band),
                               std::span(images).first(kStampSize * kStampSize));
    });
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::int64_t count = argc > 1 ? std::atoll(argv[1]) : 2000;
        if (count < 1) {
            std::cerr << "usage: simulator_benchmark [cutouts a run]\n";
            return 2;
        }
        measure(count);
    } catch (const Error& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>

#include "core/device/opencl/device_making.h"
#include "core/device/opencl/operation.h"

namespace shearbench::device::opencl {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Best of several windows of launches, each long enough for the clock; seconds a launch.
template <class Launch>
double secondsEach(Queue& queue, const Launch& launch) {
    constexpr double kWindow = 0.03;
    launch();
    queue.finish();
    int count = 1;
    double best = 1e9;
    for (int windows = 0; windows < 4;) {
        const Clock::time_point start = Clock::now();
        for (int i = 0; i < count; ++i)
            launch();
        queue.finish();
        const double passed = secondsSince(start);
        if (passed < kWindow && count < 100000) {
            count *= 2;
            continue;
        }
        best = std::min(best, passed / count);
        ++windows;
    }
    return best;
}

}  // namespace

DeviceRates measureRates(const Api& api, const Hardware& hardware) {
    constexpr int kRounds = 512, kChains = 16;
    constexpr std::size_t kCopied = 64u << 20;
    const Clock::time_point start = Clock::now();
    Context context(api, hardware);
    Queue queue(context);
    const LaunchShape shape(hardware);
    const ProgramSource source{"rates", "rates", shape.options()};

    const std::size_t items =
        static_cast<std::size_t>(hardware.info.computeUnits) * (shape.lanes == kBlock ? 32 : 4096);
    const Buffer from(context, "rates", kCopied), to(context, "rates", kCopied);
    queue.fill(from);
    queue.fill(to);
    Kernel multiplyAdds(context, source, "multiply_adds");
    multiplyAdds.bind(to, 0.999f, kRounds);
    const Range range{items, 1, static_cast<std::size_t>(shape.group)};
    const double operations = 2.0 * kRounds * kChains * shape.lanes * static_cast<double>(items);
    DeviceRates rates;
    rates.gflops =
        operations / secondsEach(queue, [&] { queue.launch(multiplyAdds, range); }) * 1e-9;

    Kernel copy(context, source, "copy");
    const auto vectors = kCopied / sizeof(float) / static_cast<std::size_t>(shape.lanes);
    copy.bind(from, to, static_cast<int>(vectors));
    const Range striding = shape.striding(vectors);
    rates.gigabytesPerSecond =
        2.0 * kCopied / secondsEach(queue, [&] { queue.launch(copy, striding); }) * 1e-9;
    rates.seconds = secondsSince(start);
    return rates;
}

}  // namespace shearbench::device::opencl

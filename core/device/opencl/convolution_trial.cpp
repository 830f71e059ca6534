// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/convolution_trial.h"

#include <algorithm>
#include <chrono>

namespace shearbench::device::opencl {

namespace {

using Clock = std::chrono::steady_clock;

/// `visit(place in the map, place in a row-major tensor)` for each number of `images` maps.
template <class Visit>
void forEach(const Map& map, int images, const Visit& visit) {
    const network::Shape shape = map.shape;
    const std::size_t width = static_cast<std::size_t>(shape.width + 2 * map.halo) * kBlock;
    std::size_t plain = 0;
    for (int image = 0; image < images; ++image)
        for (int channel = 0; channel < shape.channels; ++channel)
            for (int row = 0; row < shape.height; ++row) {
                const std::size_t block =
                    static_cast<std::size_t>(image) * map.blocks() + channel / kBlock;
                std::size_t at = (block * (shape.height + 2 * map.halo) + row + map.halo) * width +
                                 static_cast<std::size_t>(map.halo * kBlock + channel % kBlock);
                for (int column = 0; column < shape.width; ++column, at += kBlock)
                    visit(at, plain++);
            }
}

}  // namespace

ConvolutionTrial::ConvolutionTrial(Context& context, const ConvolutionSample& sample,
                                   const ConvolutionTiles& tiles)
    : sample_(sample),
      parameters_(sample.network(), arena_),
      planning_{context.hardware(), LaunchShape(context.hardware()),
                sample.batch(),     arena_,
                parameters_,        tiles_},
      queue_(context) {
    const network::Layer& layer = sample.layer();
    tiles_.set(layer, sample.batch(), tiles);
    const auto place = [&](const char* name, network::Shape shape, int halo) {
        const Map map{shape, halo};
        return Place{
            map, arena_.request(
                     name, MemoryUse::activations,
                     saturatingProduct({map.floats(), static_cast<std::size_t>(sample.batch())}))};
    };
    wiring_ = {place("input", layer.input, 1), place("output", layer.output, 0),
               place("output gradient", layer.output, 1), place("input gradient", layer.input, 0)};
    convolution_.emplace(planning_, layer, nullptr, wiring_);
    parameters_.place();
    parameters_.makePlaces();
    mirrors_.emplace(planning_, std::vector<Convolution*>{&*convolution_});
    transforms_.emplace(planning_, std::vector<Convolution*>{&*convolution_});
    arena_.checkSizes(context.hardware());
    arena_.allocate(context, queue_);
    convolution_->build(context);
    mirrors_->build(context, queue_);
    transforms_->build(context, queue_);

    std::vector<float> values(parameters_.total());
    parameters_.pack(sample.values(), values);
    write(parameters_.values(), values);
    write(wiring_.x.buffer, packed(wiring_.x.map, sample.x()));
    write(wiring_.dy.buffer, packed(wiring_.dy.map, sample.dz()));
    mirrors_->make(queue_);
    transforms_->make(queue_);
    queue_.finish();
}

void ConvolutionTrial::write(Arena::Index buffer, const std::vector<float>& numbers) {
    EventHandle written =
        queue_.write(arena_[buffer], numbers.data(), numbers.size() * sizeof(float));
    queue_.wait(written);
}

std::vector<float> ConvolutionTrial::read(Arena::Index buffer, std::size_t count) {
    std::vector<float> numbers(count);
    queue_.read(arena_[buffer], numbers.data(), count * sizeof(float));
    return numbers;
}

std::vector<float> ConvolutionTrial::packed(const Map& map, std::span<const float> plain) const {
    std::vector<float> own(map.floats() * static_cast<std::size_t>(sample_.batch()));
    forEach(map, sample_.batch(), [&](std::size_t at, std::size_t i) { own[at] = plain[i]; });
    return own;
}

void ConvolutionTrial::unpack(const Place& place, std::vector<float>& onto) {
    const std::vector<float> own =
        read(place.buffer, place.map.floats() * static_cast<std::size_t>(sample_.batch()));
    forEach(place.map, sample_.batch(),
            [&](std::size_t at, std::size_t) { onto.push_back(own[at]); });
}

void ConvolutionTrial::run(Pass pass) {
    if (pass == Pass::forward)
        convolution_->forward(queue_, sample_.batch(), Mode::training);
    else
        convolution_->backward(queue_);
}

double ConvolutionTrial::seconds(Pass pass) {
    constexpr double kWindow = 0.02;
    constexpr int kWindows = 4, kMostLaunches = 10'000;
    const auto window = [&](int launches) {
        const Clock::time_point start = Clock::now();
        for (int i = 0; i < launches; ++i)
            run(pass);
        queue_.finish();
        return std::chrono::duration<double>(Clock::now() - start).count();
    };
    // The first launch may compile, and finds nothing in any cache.
    window(1);
    double best = window(1);
    const int launches =
        static_cast<int>(std::clamp(kWindow / std::max(best, 1e-9), 1.0, double{kMostLaunches}));
    for (int i = 0; i < kWindows; ++i)
        best = std::min(best, window(launches) / launches);
    return best;
}

std::vector<float> ConvolutionTrial::result(Pass pass) {
    run(pass);
    std::vector<float> numbers;
    numbers.reserve(sample_.resultSize(pass));
    if (pass == Pass::forward) {
        unpack(wiring_.y, numbers);
    } else {
        addKernelGradient(numbers);
        unpack(wiring_.dx, numbers);
    }
    return numbers;
}

/// Where it is left in slices, they are added up in order.
void ConvolutionTrial::addKernelGradient(std::vector<float>& onto) {
    std::vector<float> own = read(parameters_.gradients(), parameters_.trainable());
    const std::vector<Run> runs = parameters_.runs(parameters_.trainable());
    std::size_t sliced = 0;
    for (const Run& run : runs)
        sliced = std::max(sliced, static_cast<std::size_t>(run.slicesAt) +
                                      static_cast<std::size_t>(run.slices) *
                                          static_cast<std::size_t>(run.sliceStride));
    const std::vector<float> slices = read(parameters_.slices(), sliced);
    for (const Run& run : runs)
        for (int i = 0; run.slices > 0 && i < run.count; ++i) {
            float sum = 0;
            for (int slice = 0; slice < run.slices; ++slice)
                sum += slices[static_cast<std::size_t>(run.slicesAt) +
                              static_cast<std::size_t>(slice) *
                                  static_cast<std::size_t>(run.sliceStride) +
                              static_cast<std::size_t>(i)];
            own[static_cast<std::size_t>(run.begin + i)] = sum;
        }
    std::vector<float> plain(sample_.network().parameterCount());
    parameters_.unpack(own, plain);
    const network::Parameter& kernel = sample_.network().parameter("convolution.kernel");
    const auto first = plain.begin() + static_cast<std::ptrdiff_t>(kernel.offset);
    onto.insert(onto.end(), first, first + static_cast<std::ptrdiff_t>(kernel.count));
}

}  // namespace shearbench::device::opencl

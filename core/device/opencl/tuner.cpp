// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/tuner.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/device/opencl/convolution_trial.h"
#include "core/error.h"

namespace shearbench::device::opencl {

namespace {

using Clock = std::chrono::steady_clock;
using network::Layer;
using network::LayerKind;

/// Of a result, relative to what it is compared with: more than rounding ever comes to.
constexpr double kTolerance = 5e-4;
/// New tiles must be so much faster than the default ones: less is chance.
constexpr double kGain = 0.98;

/// Convolutions of one shape.
struct Job {
    Layer layer;
    std::string names;
    double work = 0;  ///< multiply-adds of a step
};

std::vector<Job> jobsOf(const network::Network& network) {
    std::vector<Job> jobs;
    for (const Layer& layer : network.layers()) {
        if (layer.kind != LayerKind::convolution && layer.kind != LayerKind::transposedConvolution)
            continue;
        const Layer own = layer.kind == LayerKind::convolution ? layer : layer.adjoint();
        const auto same = std::find_if(jobs.begin(), jobs.end(), [&](const Job& job) {
            return job.layer.input == own.input && job.layer.output == own.output &&
                   job.layer.stride == own.stride;
        });
        const auto work = static_cast<double>(layer.multiplyAdds());
        if (same == jobs.end()) {
            jobs.push_back({own, layer.name, work});
        } else {
            same->names += ", " + layer.name;
            same->work += work;
        }
    }
    std::stable_sort(jobs.begin(), jobs.end(),
                     [](const Job& a, const Job& b) { return a.work > b.work; });
    return jobs;
}

/// Seconds of both passes; infinite for one that was not measured or is of no use.
struct Times {
    double forward = std::numeric_limits<double>::infinity();
    double backward = std::numeric_limits<double>::infinity();

    double& of(Pass pass) { return pass == Pass::forward ? forward : backward; }
    double of(Pass pass) const { return pass == Pass::forward ? forward : backward; }
    double of(std::initializer_list<Pass> passes) const {
        double seconds = 0;
        for (const Pass pass : passes)
            seconds += of(pass);
        return seconds;
    }
    double sum() const { return forward + backward; }
};

/// The tuning of one shape.
class ShapeTuner {
  public:
    ShapeTuner(const std::function<std::shared_ptr<Context>()>& context, const Job& job, int batch,
               TunedItem& item)
        : context_(context),
          sample_(job.layer, batch, context()->hardware().arithmetic),
          item_(item) {}

    /// Both passes with the default tiles, against which the others are held. Throws Error(device).
    void begin(const ConvolutionTiles& tiles) {
        const auto context = context_();
        ConvolutionTrial trial(*context, sample_, tiles);
        winograd_ = trial.winograd();
        for (const Pass pass : {Pass::forward, Pass::backward}) {
            std::vector<float>& found = expected_[static_cast<int>(pass)];
            found = trial.result(pass);
            if (!(sample_.error(pass, found) <= kTolerance))
                throw Error(ErrorKind::device,
                            fmt::format("{} computes layer {} wrongly with the default tiles.",
                                        context->hardware().info.name, item_.name),
                            "Update the device's driver, or choose another device.");
            defaults_.of(pass) = trial.seconds(pass);
        }
        best_ = defaults_;
        item_.secondsBefore = item_.secondsAfter = defaults_.sum();
    }

    const Times& defaults() const { return defaults_; }
    int tried() const { return item_.tried; }
    const TunedItem& item() const { return item_; }
    bool winograd() const { return winograd_; }  ///< with the default tiles

    /// Of those passes; what fails in any way takes for ever.
    Times measure(const ConvolutionTiles& tiles, std::initializer_list<Pass> passes) {
        ++item_.tried;
        const Times times = timesOf(tiles, passes);
        if (std::isinf(times.of(passes)))
            ++item_.refused;
        for (const Pass pass : passes)
            best_.of(pass) = std::min(best_.of(pass), times.of(pass));
        item_.secondsAfter = best_.sum();
        return times;
    }

    double secondsAgain(const ConvolutionTiles& tiles) {
        return timesOf(tiles, {Pass::forward, Pass::backward}).sum();
    }

  private:
    Times timesOf(const ConvolutionTiles& tiles, std::initializer_list<Pass> passes) {
        Times times;
        const auto context = context_();
        try {
            ConvolutionTrial trial(*context, sample_, tiles);
            for (const Pass pass : passes) {
                const std::vector<float> found = trial.result(pass);
                if (!(sample_.error(pass, found) <= kTolerance) ||
                    !(sample_.difference(pass, found, expected_[static_cast<int>(pass)]) <=
                      kTolerance))
                    return {};
                times.of(pass) = trial.seconds(pass);
            }
        } catch (const std::exception&) {
            if (context->hung())
                throw;
            return {};
        }
        return times;
    }

    const std::function<std::shared_ptr<Context>()>& context_;
    const ConvolutionSample sample_;
    TunedItem& item_;
    Times defaults_, best_;
    bool winograd_ = false;
    std::vector<float> expected_[2];
};

/// The whole of a tuning.
class Tuner {
  public:
    Tuner(const std::function<std::shared_ptr<Context>()>& context, const TuningRequest& request,
          TileTable& table)
        : context_(context), request_(request), table_(table) {}

    TuningReport run(const network::Network& network) {
        const std::vector<Job> jobs = jobsOf(network);
        if (jobs.empty())
            throw Error(ErrorKind::usage,
                        fmt::format("Network {} has no convolution, and nothing else has a choice.",
                                    network.name()));
        double left = 0;
        for (const Job& job : jobs)
            left += job.work;
        report_.complete = true;
        for (const Job& job : jobs) {
            const double share = (request_.seconds - seconds()) * job.work / left;
            left -= job.work;
            if (!tune(job, seconds() + share))
                break;
        }
        report_.seconds = seconds();
        return std::move(report_);
    }

  private:
    double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

    /// Whether there is time for a shape's candidate number `tried`: some in any case, as long as
    /// there is any time, all before `end`. Asks the caller as well.
    bool proceed(double end, int tried, const std::string& doing) {
        constexpr int kSome = 4;
        if (tried < kSome)
            end = request_.seconds;
        const double now = seconds();
        if (request_.proceed &&
            !request_.proceed(std::min(now / std::max(request_.seconds, 1e-9), 1.0), doing))
            stopped_ = true;
        if (!stopped_ && now < end)
            return true;
        report_.complete = false;
        return false;
    }

    void tell(const TunedItem& item) const {
        if (request_.measured)
            request_.measured(item);
    }

    bool tune(const Job& job, double end);
    ConvolutionTiles searchVector(const Job& job, ShapeTuner& shape, const ConvolutionTiles& begin,
                                  double end);
    ConvolutionTiles searchTiled(const Job& job, ShapeTuner& shape, const ConvolutionTiles& begin,
                                 double end);

    const std::function<std::shared_ptr<Context>()>& context_;
    const TuningRequest& request_;
    TileTable& table_;
    TuningReport report_;
    const Clock::time_point start_ = Clock::now();
    bool stopped_ = false;
};

/// False: nothing more is to be begun.
bool Tuner::tune(const Job& job, double end) {
    const network::Shape in = job.layer.input;
    TunedItem item;
    item.name = fmt::format("{} ({} x {} x {} to {})", job.names, in.channels, in.height, in.width,
                            job.layer.output.channels);
    if (!proceed(request_.seconds, 0, item.name))
        return false;
    const auto context = context_();
    const Hardware& hardware = context->hardware();
    ShapeTuner shape(context_, job, request_.batch, item);
    const ConvolutionTiles begin = defaultTiles(job.layer, hardware, request_.batch);
    shape.begin(begin);
    const ConvolutionTiles best = hardware.kernels == KernelKind::vector
                                      ? searchVector(job, shape, begin, end)
                                      : searchTiled(job, shape, begin, end);
    if (best != begin) {
        // What was fastest because others kept the machine busy meanwhile is found out.
        const double now = std::min(shape.secondsAgain(best), shape.secondsAgain(best));
        item.secondsBefore = std::min(item.secondsBefore, shape.secondsAgain(begin));
        item.secondsAfter = std::min(now, item.secondsBefore);
        if (now < kGain * item.secondsBefore)
            table_.set(job.layer, request_.batch, best);
        else
            item.secondsAfter = item.secondsBefore;
    } else {
        item.secondsAfter = item.secondsBefore;
    }
    tell(item);
    report_.items.push_back(std::move(item));
    return !stopped_;
}

/// Each part by the pass that it belongs to, in turn, so that a stop finds all of them begun.
ConvolutionTiles Tuner::searchVector(const Job& job, ShapeTuner& shape,
                                     const ConvolutionTiles& begin, double end) {
    const Hardware hardware = context_()->hardware();
    struct Part {
        TilePart part;
        std::initializer_list<Pass> passes;
        std::vector<ConvolutionTiles> variants;
        double best;
    };
    static constexpr std::initializer_list<Pass> kForward = {Pass::forward},
                                                 kBackward = {Pass::backward},
                                                 kBoth = {Pass::forward, Pass::backward};
    std::vector<Part> parts;
    const auto add = [&](TilePart part, std::initializer_list<Pass> passes) {
        parts.push_back({part, passes, variants(begin, part, job.layer, hardware),
                         kGain * shape.defaults().of(passes)});
    };
    if (shape.winograd()) {
        add(TilePart::method, kBoth);
    } else {
        add(TilePart::output, kForward);
        add(TilePart::input, kBackward);
    }
    add(TilePart::kernel, kBackward);
    ConvolutionTiles best = begin;
    for (std::size_t i = 0, tried = 1; tried > 0; ++i) {
        tried = 0;
        for (Part& part : parts) {
            if (i >= part.variants.size())
                continue;
            if (!proceed(
                    end, shape.tried(),
                    fmt::format("{}: {}", job.names, toText(part.variants[i], KernelKind::vector))))
                return best;
            ++tried;
            const double seconds = shape.measure(part.variants[i], part.passes).of(part.passes);
            tell(shape.item());
            if (seconds < part.best) {
                part.best = seconds;
                best = merged(best, part.variants[i], part.part);
            }
        }
    }
    return best;
}

ConvolutionTiles Tuner::searchTiled(const Job& job, ShapeTuner& shape,
                                    const ConvolutionTiles& begin, double end) {
    const Hardware hardware = context_()->hardware();
    ConvolutionTiles best = begin;
    double least = kGain * shape.defaults().sum();
    for (const ConvolutionTiles& tiles : variants(begin, TilePart::all, job.layer, hardware)) {
        if (!proceed(end, shape.tried(),
                     fmt::format("{}: {}", job.names, toText(tiles, KernelKind::tiled))))
            break;
        const double seconds = shape.measure(tiles, {Pass::forward, Pass::backward}).sum();
        tell(shape.item());
        if (seconds < least) {
            least = seconds;
            best = tiles;
        }
    }
    return best;
}

}  // namespace

TuningReport tuneConvolutions(const std::function<std::shared_ptr<Context>()>& context,
                              const network::Network& network, const TuningRequest& request,
                              TileTable& table) {
    return Tuner(context, request, table).run(network);
}

}  // namespace shearbench::device::opencl

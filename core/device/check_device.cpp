// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/check_device.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/error.h"

namespace shearbench::device {

namespace {

class CheckSession : public Session {
  public:
    CheckSession(std::unique_ptr<Session> first, std::unique_ptr<Session> second, MemoryPlan plan,
                 const CheckSettings& settings, std::shared_ptr<CheckDevice::Board> board)
        : first_(std::move(first)),
          second_(std::move(second)),
          plan_(std::move(plan)),
          settings_(settings),
          board_(std::move(board)) {
        for (std::vector<float>* array : {&parameters_, &otherParameters_, &gradients_, &others_})
            array->resize(network().parameterCount());
    }

    const network::Network& network() const override { return first_->network(); }
    const MemoryPlan& memoryPlan() const override { return plan_; }
    int batch() const override { return first_->batch(); }

    void setParameters(std::span<const float> values) override {
        first_->setParameters(values);
        second_->setParameters(values);
    }
    void parameters(std::span<float> values) const override { first_->parameters(values); }
    void setOptimiserState(const OptimiserState& state) override {
        first_->setOptimiserState(state);
        second_->setOptimiserState(state);
    }
    OptimiserState optimiserState() const override { return first_->optimiserState(); }
    void gradients(std::span<float> values) const override { first_->gradients(values); }
    void predict(std::span<const float> images, std::span<float> outputs) override {
        first_->predict(images, outputs);
    }
    void drawWeights(std::uint64_t seed, std::int64_t draw) override {
        first_->drawWeights(seed, draw);
    }
    void useMeanWeights() override { first_->useMeanWeights(); }
    void invert(std::span<const float> base, std::span<float> samples) override {
        first_->invert(base, samples);
    }
    Profile profile(std::span<const float> images, std::span<const float> targets,
                    const StepSettings& settings, int steps) override {
        return first_->profile(images, targets, settings, steps);
    }

    void step(std::span<const float> images, std::span<const float> targets,
              const StepSettings& settings) override {
        const bool compared = steps_ % settings_.every == 0;
        if (compared && settings_.together) {
            first_->parameters(parameters_);
            second_->setParameters(parameters_);
            second_->setOptimiserState(first_->optimiserState());
        }
        if (compared)
            fold(first_->takeSummary());
        first_->step(images, targets, settings);
        if (compared || !settings_.together)
            second_->step(images, targets, settings);
        ++steps_;
        if (compared)
            compare();
    }

    StepSummary takeSummary() override {
        fold(first_->takeSummary());
        return std::exchange(summary_, {});
    }

  private:
    void compare() {
        const StepSummary first = first_->takeSummary(), second = second_->takeSummary();
        fold(first);
        first_->parameters(parameters_);
        second_->parameters(otherParameters_);
        first_->gradients(gradients_);
        second_->gradients(others_);
        StepComparison found{
            steps_, first.lastLoss, second.lastLoss,
            compareTensors(network(), gradients_, others_, parameters_, otherParameters_)};
        const std::lock_guard lock(board_->mutex);
        board_->record.add(std::move(found));
    }

    /// Adds later steps to the summary.
    void fold(const StepSummary& later) {
        if (later.steps == 0)
            return;
        const auto before = static_cast<double>(summary_.steps);
        const auto more = static_cast<double>(later.steps);
        const auto mean = [&](double a, double b) {
            return (before * a + more * b) / (before + more);
        };
        StepSummary all = later;
        all.steps += summary_.steps;
        all.meanLoss = mean(summary_.meanLoss, later.meanLoss);
        all.meanDataLoss = mean(summary_.meanDataLoss, later.meanDataLoss);
        all.meanKl = mean(summary_.meanKl, later.meanKl);
        all.largestGradientNorm = std::max(summary_.largestGradientNorm, later.largestGradientNorm);
        all.finite = summary_.finite && later.finite;
        summary_ = all;
    }

    std::unique_ptr<Session> first_, second_;
    MemoryPlan plan_;
    const CheckSettings settings_;
    std::shared_ptr<CheckDevice::Board> board_;
    std::int64_t steps_ = 0;
    StepSummary summary_;
    std::vector<float> parameters_, otherParameters_, gradients_, others_;
};

constexpr std::string_view kCheck = "check:";

}  // namespace

std::string CheckId::text() const {
    return fmt::format("{}{},{}{}", kCheck, first, second,
                       every > 1 ? fmt::format(",{}", every) : "");
}

bool isCheckId(std::string_view id) {
    return id.starts_with(kCheck);
}

std::optional<CheckId> readCheckId(std::string_view id) {
    if (!isCheckId(id))
        return std::nullopt;
    const std::string_view rest = id.substr(kCheck.size());
    const std::size_t comma = std::min(rest.find(','), rest.size()),
                      end = std::min(rest.find(',', comma + 1), rest.size());
    CheckId read{std::string(rest.substr(0, comma)), {}, 1};
    if (comma < rest.size())
        read.second = rest.substr(comma + 1, end - comma - 1);
    bool understood = !read.first.empty() && !read.second.empty();
    if (end < rest.size()) {
        const char *from = rest.data() + end + 1, *to = rest.data() + rest.size();
        const auto number = std::from_chars(from, to, read.every);
        understood = understood && number.ec == std::errc() && number.ptr == to;
    }
    if (!understood)
        throw Error(ErrorKind::device, fmt::format("{} does not name two devices.", id),
                    "Write check:A,B to compare every step, check:A,B,10 to compare every tenth.");
    return read;
}

CheckDevice::CheckDevice(std::shared_ptr<const Device> first, std::shared_ptr<const Device> second,
                         const CheckSettings& settings)
    : devices_{std::move(first), std::move(second)},
      settings_(settings),
      info_(infoOfAll(
          devices_, CheckId{devices_[0]->info().id, devices_[1]->info().id, settings.every}.text(),
          "the first, checked by the second")) {
    if (settings.every < 1)
        throw Error(ErrorKind::usage,
                    fmt::format("Every {} steps cannot be compared.", settings.every),
                    "Compare every step (1) or fewer (2 and more).");
}

MemoryPlan CheckDevice::plan(const network::Network& network, const SessionOptions& options) const {
    MemoryPlan plan;
    plan.batch = options.batch;
    SessionOptions each = options;
    each.memoryCapBytes = 0;
    for (const std::shared_ptr<const Device>& device : devices_)
        addPlan(plan, *device, device->plan(network, each));
    plan.items.push_back({"parameters and gradients compared", MemoryUse::workspace,
                          saturatingProduct({4, sizeof(float), network.parameterCount()})});
    return plan;
}

std::unique_ptr<Session> CheckDevice::compile(const network::Network& network,
                                              const SessionOptions& options) const {
    MemoryPlan plan = this->plan(network, options);
    checkFits(*this, network, plan, options);
    SessionOptions each = options;
    each.memoryCapBytes = 0;
    return std::make_unique<CheckSession>(first().compile(network, each),
                                          second().compile(network, each), std::move(plan),
                                          settings_, board_);
}

StepComparison CheckDevice::latest() const {
    const std::lock_guard lock(board_->mutex);
    return board_->record.latest;
}

CheckRecord CheckDevice::record() const {
    const std::lock_guard lock(board_->mutex);
    return board_->record;
}

}  // namespace shearbench::device

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/quality_controller.h"

#include <QPointer>
#include <algorithm>

#include "core/device/registry.h"
#include "core/training/generative_sequence.h"

namespace shearbench::app {

namespace {

using Comparison = QualityController::Comparison;
using Progress = std::function<bool(double)>;

widgets::CutoutPixels pixelsOf(std::span<const float> image) {
    return std::make_shared<const std::vector<float>>(image.begin(), image.end());
}

/// Nothing where it was cancelled.
std::optional<Comparison> compareRun(const training::RunDirectory& run, const Dataset& dataset,
                                     std::int64_t count, const Progress& progress) {
    const DeviceSettings& device = run.experiment().device;
    model::Generator generator =
        training::makeGenerator(run, *device::findDevice(device.id), device.threads);
    model::QualityRequest request;
    request.count = count;
    request.neighboursOf = QualityController::kNeighboursOf;
    request.threads = device.threads;
    const data::CutoutSource& source = *dataset.prepared.source;
    Comparison comparison;
    comparison.rows = dataset.prepared.split.training;
    bool stopped = false;
    comparison.quality =
        model::judgeQuality(generator, source, comparison.rows, request, [&](double share) {
            stopped = stopped || !progress(share);
            return !stopped;
        });
    if (stopped)
        return std::nullopt;
    const std::size_t size = generator.imageCount(), shown = comparison.quality.nearest.size();
    std::vector<float> images(shown * size), real(size);
    generator.generate(request.seed, 0, images, request.temperature);
    for (std::size_t n = 0; n < shown; ++n) {
        comparison.generated.push_back(pixelsOf(std::span(images).subspan(n * size, size)));
        comparison.nearest.emplace_back();
        for (const analysis::Neighbour& neighbour : comparison.quality.nearest[n]) {
            source.readImages({&comparison.rows[neighbour.index], 1}, real);
            comparison.nearest.back().push_back(pixelsOf(real));
        }
    }
    return comparison;
}

}  // namespace

QualityController::QualityController(QObject* parent) : QObject(parent) {}

QualityController::~QualityController() {
    if (stop_)
        *stop_ = true;
}

void QualityController::setDataset(std::shared_ptr<const Dataset> dataset) {
    const bool same = dataset && dataset_ && dataset->schema().file == dataset_->schema().file &&
                      dataset->prepared.split.training == dataset_->prepared.split.training;
    dataset_ = std::move(dataset);
    if (!same)
        forget();
}

void QualityController::useRun(const training::RunDirectory& run) {
    const auto flow = training::flowOf(run);
    using Kept = training::RunDirectory::Kept;
    if (flow && (flow->hasCheckpoint(Kept::best) || flow->hasCheckpoint(Kept::last)))
        run_ = std::make_shared<const training::RunDirectory>(run);
    Q_EMIT changed();
}

void QualityController::forget() {
    cancel();
    run_.reset();
    comparison_.reset();
    Q_EMIT changed();
}

void QualityController::cancel() {
    if (stop_)
        *stop_ = true;
    over();
    Q_EMIT changed();
}

void QualityController::over() {
    stop_.reset();
    comparing_ = false;
    share_ = 0;
}

void QualityController::compare(std::int64_t count) {
    if (!canCompare())
        return;
    comparing_ = true;
    stop_ = std::make_shared<std::atomic<bool>>(false);
    const auto progress = [this, stop = stop_](double share) {
        // A queued call dies with its receiver, which outlives the thread that makes it.
        QMetaObject::invokeMethod(
            this,
            [this, stop, share] {
                if (stop != stop_)
                    return;
                share_ = share;
                Q_EMIT changed();
            },
            Qt::QueuedConnection);
        return !stop->load();
    };
    worker_.run([run = run_, dataset = dataset_, count,
                 progress] { return compareRun(*run, *dataset, count, progress); },
                [this, stop = stop_](std::optional<Comparison> comparison) {
                    if (stop != stop_)
                        return;
                    over();
                    if (comparison)
                        comparison_ = std::move(comparison);
                    Q_EMIT changed();
                },
                [this, stop = stop_](const Failure& failure) {
                    if (stop != stop_)
                        return;
                    over();
                    Q_EMIT changed();
                    Q_EMIT failed(failure);
                });
    Q_EMIT changed();
}

}  // namespace shearbench::app

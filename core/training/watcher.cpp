// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/watcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace shearbench::training {
namespace {

bool isFinite(const model::Posterior& posterior) {
    bool finite = true;
    for (std::size_t i = 0; i < 3; ++i) {
        finite = finite && std::isfinite(posterior.mean[i]);
        for (std::size_t j = 0; j < 3; ++j)
            finite = finite && std::isfinite(posterior.covariance[i][j]);
    }
    return finite;
}

}  // namespace

Watcher::Watcher(std::shared_ptr<const data::CutoutSource> source,
                 data::Normalisation normalisation)
    : source_(std::move(source)), normalisation_(std::move(normalisation)) {}

void Watcher::watch(std::vector<std::int64_t> rows, double perSecond) {
    const std::int64_t count = source_->schema().count;
    for (const std::int64_t row : rows)
        if (row < 0 || row >= count)
            throw Error(ErrorKind::usage, fmt::format("There is no galaxy {} to watch among the {} "
                                                      "of {}.",
                                                      row, count, source_->schema().file));
    const std::lock_guard held(mutex_);
    asked_ = std::move(rows);
    perSecond_ = std::clamp(perSecond, 1e-3, 1e3);
    changed_ = true;
}

bool Watcher::due() const {
    return changed_ || (!rows_.empty() && Clock::now() >= next_);
}

void Watcher::readImages() {
    {
        const std::lock_guard held(mutex_);
        changed_ = false;
        rows_ = asked_;
    }
    const std::size_t size = data::imageSize(source_->schema());
    std::vector<float> image(size);
    images_.clear();
    std::erase_if(rows_, [&](std::int64_t row) {
        source_->readImages({&row, 1}, image);
        if (!std::all_of(image.begin(), image.end(), [](float x) { return std::isfinite(x); }))
            return true;
        normalisation_.apply(image);
        images_.insert(images_.end(), image.begin(), image.end());
        return false;
    });
}

std::vector<WatchedPosterior> Watcher::update(device::Session& session) {
    const Clock::time_point start = Clock::now();
    if (changed_)
        readImages();
    std::vector<float> features(rows_.size() * session.network().output().count());
    session.predict(images_, features);
    std::vector<WatchedPosterior> watched;
    const std::vector<model::Posterior> posteriors = model::posteriorsFromFeatures(features);
    for (std::size_t i = 0; i < rows_.size(); ++i)
        if (isFinite(posteriors[i]))
            watched.push_back({rows_[i], posteriors[i]});
    const Clock::time_point end = Clock::now();
    const std::chrono::duration<double> wanted(1 / perSecond_), cost = end - start;
    next_ = end + std::chrono::duration_cast<Clock::duration>(
                      std::max(wanted, cost * (1 / kLargestShare)));
    return watched;
}

}  // namespace shearbench::training

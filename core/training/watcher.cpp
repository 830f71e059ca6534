// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/watcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/model/generator.h"

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

void Watcher::setDecoder(Decoder decoder, std::uint64_t seed) {
    decoder_ = std::move(decoder);
    seed_ = seed;
}

bool Watcher::due(network::LossKind loss) const {
    if (loss == network::LossKind::halfSquaredError ||
        (loss == network::LossKind::flowNll && !decoder_))
        return false;
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

std::vector<WatchedPosterior> Watcher::posteriors(device::Session& session) const {
    std::vector<float> features(rows_.size() * session.network().output().count());
    session.predict(images_, features);
    std::vector<WatchedPosterior> watched;
    const std::vector<model::Posterior> all = model::posteriorsFromFeatures(features);
    for (std::size_t i = 0; i < rows_.size(); ++i)
        if (isFinite(all[i]))
            watched.push_back({rows_[i], all[i]});
    return watched;
}

std::shared_ptr<const WatchedImages> Watcher::reconstructions(device::Session& session) const {
    auto made = std::make_shared<WatchedImages>();
    made->rows = rows_;
    made->count = static_cast<std::int64_t>(rows_.size());
    made->pixels.resize(images_.size());
    session.predict(images_, made->pixels);
    const std::size_t size = data::imageSize(source_->schema());
    for (std::size_t first = 0; first < made->pixels.size(); first += size)
        normalisation_.invert(std::span(made->pixels).subspan(first, size));
    return made;
}

std::shared_ptr<const WatchedImages> Watcher::galaxies(device::Session& session) const {
    auto made = std::make_shared<WatchedImages>();
    made->count = static_cast<std::int64_t>(rows_.size());
    made->pixels.resize(rows_.size() * data::imageSize(source_->schema()));
    const std::vector<float> base =
        model::baseNumbers(seed_, 0, made->count, session.network().input().count());
    std::vector<float> latents(base.size());
    session.invert(base, latents);
    decoder_(latents, made->pixels);
    return made;
}

void Watcher::update(device::Session& session, Snapshot& snapshot) {
    const Clock::time_point start = Clock::now();
    if (changed_)
        readImages();
    switch (session.network().loss()) {
        case network::LossKind::squaredError:
        case network::LossKind::binaryCrossEntropy:
            snapshot.images = reconstructions(session);
            break;
        case network::LossKind::flowNll:
            snapshot.images = galaxies(session);
            break;
        case network::LossKind::gaussianNll:
        case network::LossKind::halfSquaredError:
            snapshot.posteriors = posteriors(session);
            ++snapshot.posteriorUpdates;
            break;
    }
    const Clock::time_point end = Clock::now();
    const std::chrono::duration<double> wanted(1 / perSecond_), cost = end - start;
    next_ = end + std::chrono::duration_cast<Clock::duration>(
                      std::max(wanted, cost * (1 / kLargestShare)));
}

}  // namespace shearbench::training

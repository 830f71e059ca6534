// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/training_images.h"

#include <fmt/format.h>

#include <algorithm>

namespace shearbench::training {

namespace {

constexpr double kMega = 1e6;

/// False once `progress` says no.
bool copyImages(device::ImageKeeper& keeper, const data::CutoutSource& source,
                const data::LoaderSettings& settings, const data::ReadingProgress& progress) {
    constexpr std::size_t kBlockValues = std::size_t{1} << 20;
    const std::span<const std::int64_t> rows = settings.rows;
    const auto block = static_cast<std::size_t>(data::blockRows(source.schema(), kBlockValues));
    for (std::size_t first = 0; first < rows.size(); first += block) {
        if (progress &&
            !progress(static_cast<std::int64_t>(first), static_cast<std::int64_t>(rows.size())))
            return false;
        const auto part = rows.subspan(first, std::min(block, rows.size() - first));
        keeper.keep(static_cast<std::int64_t>(first),
                    data::readNormalised(source, part, settings.normalisation));
    }
    return true;
}

/// Copies them all; why not, in words that follow "because", where they are not to be kept.
std::string keepImages(device::ImageKeeper& keeper, const data::CutoutSource& source,
                       const data::LoaderSettings& settings,
                       const data::ReadingProgress& progress) {
    if (source.changesWithEpoch())
        return "every epoch has others";
    if (settings.window > 0)
        return "they are read while training";
    std::string obstacle = keeper.makeRoom(static_cast<std::int64_t>(settings.rows.size()));
    if (obstacle.empty() && !copyImages(keeper, source, settings, progress))
        obstacle = "copying them there was interrupted";
    return obstacle;
}

}  // namespace

TrainingImages::TrainingImages(device::Session& session, const data::CutoutSource& source,
                               const data::LoaderSettings& settings,
                               const data::ReadingProgress& progress)
    : session_(session) {
    auto* const keeper = dynamic_cast<device::ImageKeeper*>(&session);
    if (!keeper)
        return;
    const data::Schema& schema = source.schema();
    const char* what = schema.height * schema.width > 1 ? "Images" : "Features";
    if (const std::string reason = keepImages(*keeper, source, settings, progress);
        !reason.empty()) {
        sentence_ =
            fmt::format("{}: streamed to the device batch by batch, because {}.", what, reason);
        return;
    }
    keeper_ = keeper;
    named_.resize(static_cast<std::size_t>(settings.batch));
    const double bytes = sizeof(float) * static_cast<double>(data::imageSize(schema)) *
                         static_cast<double>(settings.rows.size());
    sentence_ = fmt::format("{}: kept on the device, {:.{}f} MB.", what, bytes / kMega,
                            bytes < 10 * kMega ? 1 : 0);
}

void TrainingImages::step(const data::Batch& batch, std::span<const float> targets,
                          const device::StepSettings& settings) {
    if (!keeper_) {
        session_.step(batch.images, targets, settings);
        return;
    }
    for (std::size_t i = 0; i < named_.size(); ++i)
        named_[i] = {batch.positions[i], batch.turns[i].quarterTurns, batch.turns[i].flip};
    keeper_->stepWithKept(named_, targets, settings);
}

}  // namespace shearbench::training

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/dataset_controller.h"

#include <algorithm>
#include <iterator>

namespace shearbench::app {

namespace {

// Enough for a disk to be busy, few enough for a new wish to be heard soon.
constexpr std::size_t kRowsAtOnce = 16;

struct Pixels {
    std::vector<qint64> rows;
    std::vector<widgets::CutoutPixels> images;
};

Pixels readPixels(const Dataset& dataset, std::vector<qint64> rows) {
    const std::size_t size = dataset.catalogue->format.pixels();
    const std::vector<std::int64_t> numbers(rows.begin(), rows.end());
    std::vector<float> all(numbers.size() * size);
    dataset.prepared.source->readImages(numbers, all);
    Pixels pixels;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto first = all.begin() + static_cast<std::ptrdiff_t>(i * size);
        pixels.images.push_back(std::make_shared<const std::vector<float>>(
            first, first + static_cast<std::ptrdiff_t>(size)));
    }
    pixels.rows = std::move(rows);
    return pixels;
}

}  // namespace

DatasetController::DatasetController(QObject* parent) : QObject(parent) {
    qRegisterMetaType<widgets::CutoutPixels>("shearbench::widgets::CutoutPixels");
}

DatasetController::~DatasetController() = default;

void DatasetController::open(const Experiment& experiment) {
    const std::uint64_t call = ++newest_;
    opener_.clear();
    opening_ = true;
    Q_EMIT openingStarted(experiment.data.isSimulated()
                              ? tr("simulated galaxies")
                              : QString::fromStdString(experiment.data.file));
    opener_.run([experiment] { return loadDataset(experiment); },
                [this, call](std::shared_ptr<const Dataset> dataset) {
                    if (call != newest_)
                        return;
                    opening_ = false;
                    dataset_ = std::move(dataset);
                    for (auto& list : wanted_)
                        list.clear();
                    Q_EMIT opened();
                },
                [this, call](const Failure& failure) {
                    if (call != newest_)
                        return;
                    opening_ = false;
                    Q_EMIT failed(failure);
                });
}

void DatasetController::close() {
    ++newest_;
    opening_ = false;
    opener_.clear();
    dataset_.reset();
    Q_EMIT closed();
}

void DatasetController::requestPixels(Asker asker, const QVector<qint64>& rows) {
    wanted_[static_cast<std::size_t>(asker)].assign(rows.begin(), rows.end());
    readNextPixels();
}

// One small block is read at a time; what is read next is decided when it is done.
void DatasetController::readNextPixels() {
    if (reading_ || !dataset_)
        return;
    std::vector<qint64> rows;
    for (std::vector<qint64>& list : wanted_) {
        const std::size_t take = std::min(list.size(), kRowsAtOnce - rows.size());
        const auto end = list.begin() + static_cast<std::ptrdiff_t>(take);
        std::copy_if(list.begin(), end, std::back_inserter(rows),
                     [this](qint64 row) { return row >= 0 && row < dataset_->schema().count; });
        list.erase(list.begin(), end);
    }
    if (rows.empty())
        return;
    reading_ = true;
    reader_.run(
        [dataset = dataset_, rows] { return std::pair(dataset, readPixels(*dataset, rows)); },
        [this](const std::pair<std::shared_ptr<const Dataset>, Pixels>& result) {
            reading_ = false;
            if (result.first == dataset_)
                for (std::size_t i = 0; i < result.second.rows.size(); ++i)
                    Q_EMIT pixelsReady(result.second.rows[i], result.second.images[i]);
            readNextPixels();
        },
        [this](const Failure& failure) {
            reading_ = false;
            for (auto& list : wanted_)
                list.clear();
            Q_EMIT pixelsFailed(failure.sentence);
        });
}

}  // namespace shearbench::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/epoch_record.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/json_reader.h"

namespace shearbench::training {

namespace {

nlohmann::ordered_json toJson(const std::vector<LossPoint>& points) {
    nlohmann::ordered_json json;
    for (const LossPoint& point : points) {
        json["epoch"].push_back(point.epoch);
        json["loss"].push_back(point.loss);
        json["images_per_second"].push_back(point.imagesPerSecond);
    }
    return json;
}

std::vector<LossPoint> readPoints(JsonReader reader) {
    std::vector<double> epochs, losses, rates;
    reader.read("epoch", epochs);
    reader.read("loss", losses);
    reader.read("images_per_second", rates);
    if (losses.size() != epochs.size() || rates.size() != epochs.size())
        reader.fail("loss", fmt::format("holds {} numbers beside {} epochs and {} rates",
                                        losses.size(), epochs.size(), rates.size()));
    reader.finish();
    std::vector<LossPoint> points;
    for (std::size_t i = 0; i < epochs.size(); ++i)
        points.push_back({epochs[i], losses[i], rates[i]});
    return points;
}

}  // namespace

std::string replacedSentence(const EpochRecord& record) {
    if (record.replaced == 0)
        return {};
    return fmt::format(
        "Epoch {}: {} held pixels that are not finite; others were trained on in their place.",
        record.epoch, record.replaced == 1 ? "1 image" : fmt::format("{} images", record.replaced));
}

std::string toJsonLine(const EpochRecord& record) {
    nlohmann::ordered_json json;
    json["epoch"] = record.epoch;
    json["training_loss"] = record.trainingLoss;
    json["validation_loss"] = record.validationLoss;
    if (record.kl != 0)
        json["kl"] = record.kl;
    json["validation_count"] = record.validationCount;
    if (record.validationDraws != 0)
        json["validation_draws"] = record.validationDraws;
    json["validation_rms"] = record.validationRms;
    json["inside_one_sigma"] = record.insideOneSigma;
    json["learning_rate"] = record.learningRate;
    json["gradient_norm"] = record.gradientNorm;
    json["seconds"] = record.seconds;
    json["images_per_second"] = record.imagesPerSecond;
    json["loader_wait"] = record.loaderWait;
    if (record.replaced != 0)
        json["replaced"] = record.replaced;
    if (!record.losses.empty())
        json["within"] = toJson(record.losses);
    return json.dump();
}

EpochRecord epochRecordFromJson(const std::string& line, const std::string& source) {
    const nlohmann::json document = parseJson(line, source, ErrorKind::data);
    JsonReader reader(document, source, ErrorKind::data);
    EpochRecord record;
    if (!reader.read("epoch", record.epoch) || record.epoch < 1)
        reader.fail("epoch", "is missing or below 1");
    reader.read("training_loss", record.trainingLoss);
    reader.read("validation_loss", record.validationLoss);
    reader.read("kl", record.kl);
    reader.read("validation_count", record.validationCount);
    reader.read("validation_draws", record.validationDraws);
    std::vector<double> rms;
    if (reader.read("validation_rms", rms)) {
        if (rms.size() != record.validationRms.size())
            reader.fail("validation_rms",
                        fmt::format("holds {} numbers; 3 were expected", rms.size()));
        std::copy(rms.begin(), rms.end(), record.validationRms.begin());
    }
    reader.read("inside_one_sigma", record.insideOneSigma);
    reader.read("learning_rate", record.learningRate);
    reader.read("gradient_norm", record.gradientNorm);
    reader.read("seconds", record.seconds);
    reader.read("images_per_second", record.imagesPerSecond);
    reader.read("loader_wait", record.loaderWait);
    reader.read("replaced", record.replaced);
    record.losses = readPoints(reader.object("within"));
    reader.finish();
    return record;
}

}  // namespace shearbench::training

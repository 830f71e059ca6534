// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/predictions_file.h"

#include "core/data/hdf5.h"
#include "core/files.h"

namespace shearbench::model {

void writePredictions(const std::filesystem::path& file, const Predictions& predictions) {
    std::vector<double> mean, covariance;
    for (const Posterior& posterior : predictions.posteriors) {
        mean.insert(mean.end(), posterior.mean.begin(), posterior.mean.end());
        for (const auto& row : posterior.covariance)
            covariance.insert(covariance.end(), row.begin(), row.end());
    }
    const std::uint64_t count = predictions.posteriors.size();
    replaceFile(file, [&](const std::filesystem::path& beside) {
        data::h5::File out = data::h5::File::create(beside);
        out.write<double>("mean", mean, {count, 3});
        out.write<double>("covariance", covariance, {count, 3, 3});
        out.write("index", predictions.rows);
        for (const auto& [name, values] : predictions.labels)
            out.write("label/" + name, values);
        for (const auto& [name, text] : predictions.attributes)
            out.writeText("/", name, text);
        out.close();
    });
}

}  // namespace shearbench::model

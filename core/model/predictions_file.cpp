// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/predictions_file.h"

#include "core/data/hdf5.h"
#include "core/files.h"

namespace shearbench::model {

void writePredictions(const std::filesystem::path& file, const Predictions& predictions) {
    std::vector<double> mean, covariance, aleatoric, epistemic;
    const auto append = [](const Covariance3& matrix, std::vector<double>& to) {
        for (const auto& row : matrix)
            to.insert(to.end(), row.begin(), row.end());
    };
    for (const Posterior& posterior : predictions.posteriors) {
        mean.insert(mean.end(), posterior.mean.begin(), posterior.mean.end());
        append(posterior.covariance, covariance);
    }
    for (const Covariance3& matrix : predictions.aleatoric)
        append(matrix, aleatoric);
    for (const Covariance3& matrix : predictions.epistemic)
        append(matrix, epistemic);
    const std::uint64_t count = predictions.posteriors.size();
    replaceFile(file, [&](const std::filesystem::path& beside) {
        data::h5::File out = data::h5::File::create(beside);
        out.write<double>("mean", mean, {count, 3});
        out.write<double>("covariance", covariance, {count, 3, 3});
        if (!aleatoric.empty()) {
            out.write<double>("aleatoric", aleatoric, {count, 3, 3});
            out.write<double>("epistemic", epistemic, {count, 3, 3});
        }
        out.write("index", predictions.rows);
        for (const auto& [name, values] : predictions.labels)
            out.write("label/" + name, values);
        for (const auto& [name, text] : predictions.attributes)
            out.writeText("/", name, text);
        out.close();
    });
}

}  // namespace shearbench::model

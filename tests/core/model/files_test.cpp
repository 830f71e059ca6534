// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "core/data/hdf5.h"
#include "core/model/parameters_file.h"
#include "core/model/predictions_file.h"
#include "core/network/presets.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

namespace shearbench::model {
namespace {

using data::h5::Extents;
using data::h5::File;
using test::TemporaryFolder;

TEST(ParametersFile, HoldsTheGoldenNamesAndShapes) {
    const TemporaryFolder folder;
    const network::Network network = network::makeDeterministic({6, 32, 32}, {8, 8, 16, 16});
    const std::vector<float> parameters = network::initialParameters(network, 5);
    exportParameters(network, parameters, {data::Normalisation::Kind::asinh, {1, 2, 3, 4, 5, 6}},
                     folder / "export.h5");
    const File exported = File::open(folder / "export.h5");
    const File golden = File::open(SHEARBENCH_TESTS_DIR "/golden/deterministic.h5");
    for (const data::h5::DatasetInfo& info : golden.datasets())
        if (info.path.starts_with("/parameter/")) {
            EXPECT_EQ(exported.info(info.path).extents, info.extents) << info.path;
            EXPECT_EQ(exported.info(info.path).type, info.type) << info.path;
        }
    EXPECT_EQ(exported.info("parameter/batch_norm.moving_mean").extents, Extents{6});
    EXPECT_EQ(exported.readText("/", "normalisation"), "asinh");
    EXPECT_EQ(exported.read<double>("normalisation_scale").back(), 6);
    EXPECT_EQ(exported.readNumber("/", "batch_norm_epsilon"), 1e-3);
    EXPECT_EQ(readParameters(exported, "parameter", network), parameters);
}

TEST(ParametersFile, OfAnotherNetworkIsRefused) {
    const TemporaryFolder folder;
    const network::Network small = network::makeDeterministic({6, 32, 32}, {8, 8, 16, 16});
    exportParameters(small, network::initialParameters(small, 5), {}, folder / "export.h5");
    const File file = File::open(folder / "export.h5");
    test::expectError(ErrorKind::data, {"export.h5", "conv1.kernel"}, [&] {
        readParameters(file, "parameter", network::makeDeterministic({6, 32, 32}));
    });
    test::expectError(ErrorKind::data, {"export.h5", "other/"},
                      [&] { readParameters(file, "other", small); });
}

TEST(PredictionsFile, HoldsWhatWasGiven) {
    const TemporaryFolder folder;
    Predictions predictions;
    predictions.posteriors.resize(2);
    predictions.posteriors[1].mean = {1, 2, 3};
    predictions.posteriors[1].covariance[2][1] = 0.5;
    predictions.rows = {7, 4};
    predictions.labels["redshift"] = {0.25, 0.5};
    predictions.attributes["data"] = "somewhere";
    writePredictions(folder / "p.h5", predictions);
    const File file = File::open(folder / "p.h5");
    EXPECT_EQ(file.read<double>("mean", {2, 3}), (std::vector<double>{0, 0, 0, 1, 2, 3}));
    EXPECT_EQ(file.read<double>("covariance", {2, 3, 3})[16], 0.5);
    EXPECT_EQ(file.read<std::int64_t>("index"), (std::vector<std::int64_t>{7, 4}));
    EXPECT_EQ(file.read<double>("label/redshift"), (std::vector<double>{0.25, 0.5}));
    EXPECT_EQ(file.readText("/", "data"), "somewhere");
    writePredictions(folder / "p.h5", {});
    EXPECT_EQ(File::open(folder / "p.h5").info("mean").extents, (Extents{0, 3}));
}

}  // namespace
}  // namespace shearbench::model

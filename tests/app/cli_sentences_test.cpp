// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/data/hdf5.h"
#include "tests/app/program.h"

// What is said when the command line or a file is not as it should be: a plain sentence with the
// option or the file, and what to do.

namespace shearbench::test {
namespace {

using data::h5::File;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

void expectSaid(const std::vector<std::string>& arguments, int exitCode,
                const std::vector<std::string>& parts) {
    const Outcome outcome = runCli(arguments);
    EXPECT_EQ(outcome.exitCode, exitCode) << outcome.output << outcome.errors;
    for (const std::string& part : parts)
        EXPECT_TRUE(contains(outcome.errors, part)) << part << " is missing in: " << outcome.errors;
    EXPECT_LT(outcome.errors.size(), 600u) << outcome.errors;
}

constexpr std::uint64_t kImages = 40;

/// 40 images of 16 x 16 pixels and labels; `change` may spoil them.
struct Galaxies {
    std::vector<float> images = std::vector<float>(kImages * 256);
    std::vector<double> e1, e2, redshift;
    std::vector<std::int64_t> galaxyId;

    Galaxies() {
        for (std::size_t i = 0; i < images.size(); ++i)
            images[i] = static_cast<float>(i * 7919 % 1013);
        for (std::size_t row = 0; row < kImages; ++row) {
            e1.push_back(0.01 * static_cast<double>(row % 7));
            e2.push_back(-0.01 * static_cast<double>(row % 5));
            redshift.push_back(0.1 * static_cast<double>(row % 11));
            galaxyId.push_back(static_cast<std::int64_t>(row));
        }
    }
    bool textE1 = false;

    void write(const std::string& path) const {
        File file = File::create(path);
        file.write<float>("images", images, {kImages, 1, 16, 16});
        if (textE1)
            file.writeTexts("e1", std::vector<std::string>(kImages, "round"));
        else
            file.write<double>("e1", e1, {e1.size()});
        file.write<double>("e2", e2, {kImages});
        file.write<double>("redshift", redshift, {kImages});
        file.write<std::int64_t>("galaxy_id", galaxyId, {kImages});
        file.close();
    }
};

class Sentences : public testing::Test {
  protected:
    std::string fileOf(const std::function<void(Galaxies&)>& change) const {
        Galaxies galaxies;
        change(galaxies);
        galaxies.write(folder_ / "g.h5");
        return folder_ / "g.h5";
    }
    std::vector<std::string> train(const std::string& file) const {
        return {"train", "--data", file, "--epochs", "1", "--batch", "4", "--out", folder_ / "run"};
    }

    TemporaryFolder folder_;
};

TEST_F(Sentences, NameTheOptionThatWasGiven) {
    const std::string out = folder_ / "x.h5";
    expectSaid({"bogus"}, 2, {"bogus", "simulate", "train"});
    expectSaid({"train", "--simulate", "0"}, 2, {"--simulate: 0 was given", "100000000"});
    expectSaid({"train", "--simulate", "-1"}, 2, {"--simulate: -1 was given", "100000000"});
    expectSaid({"train", "--simulate", "40", "--learning-rate", "5000"}, 2,
               {"--learning-rate is 5000", "at most 1000"});
    expectSaid({"train", "--simulate", "40", "--batch", "8", "--batch", "4"}, 2,
               {"--batch was given 2 times"});
    expectSaid({"train", "--simulate", "40", "--batch", "many"}, 2, {"--batch is many"});
    expectSaid({"train", "--simulate", "40", "--network", "nope"}, 2,
               {"--network", "nope", "deterministic", "bayesian", "generative"});
    expectSaid({"train", "--simulate", "40", "--out", ""}, 2, {"--out", "empty"});
    expectSaid({"network", "foo"}, 2, {"foo", "deterministic, bayesian, generative", "vae, flow"});
    expectSaid({"benchmark", "--image-size", "3"}, 2, {"--image-size is 3", "16 to 4096"});
    expectSaid({"generate", "--run", "r", "--out", out, "--threads", "-1"}, 2,
               {"--threads: -1 was given"});
    expectSaid({"simulate", "--out", out, "--seeing", "9"}, 2, {"--seeing is 9", "0.2 to 3.2"});
    expectSaid({"simulate", "--out", out, "--shear1", "2"}, 2, {"--shear1 is", "at most 0.3"});
    expectSaid({"simulate", "--out", out, "--psf", "airy"}, 2, {"--psf is", "kolmogorov"});
    expectSaid({"simulate", "--out", out, "--count", "0"}, 2, {"--count is 0", "1 to 100000000"});
    expectSaid({"simulate", "--out", out, "--compress", "12"}, 2, {"--compress is 12", "0 to 9"});
    expectSaid({"simulate", "--out", out, "--threads", "1000"}, 2, {"--threads is 1000"});
}

TEST_F(Sentences, NameTheFileAndWhatIsWrongInIt) {
    const std::string good = fileOf([](Galaxies&) {});
    expectSaid({"train", good}, 2, {"an HDF5 file", "did you mean --data"});
    std::vector<std::string> many = train(good);
    many.insert(many.end(), {"--threads", "1000"});
    expectSaid(many, 2, {"1000 threads", "This machine has"});
    expectSaid(train(fileOf([](Galaxies& g) {
                   for (float& pixel : g.images)
                       pixel = std::nanf("");
               })),
               3, {"g.h5", "not finite"});
    expectSaid(train(fileOf([](Galaxies& g) {
                   for (float& pixel : g.images)
                       pixel *= 1e33f;
               })),
               3, {"g.h5", "Band", "values as large as 1.01e+36"});
    expectSaid(train(fileOf([](Galaxies& g) { g.galaxyId.assign(kImages, 3); })), 3,
               {"g.h5", "galaxy_id", "1 group", "--group none"});
    EXPECT_FALSE(std::filesystem::exists(folder_ / "run"));
}

TEST_F(Sentences, TrainingWarnsOfBlankImagesAndConstantLabels) {
    const Outcome outcome = runCli(train(fileOf([](Galaxies& g) {
        std::fill_n(g.images.begin(), 512, 0.0f);
        g.e1.assign(kImages, 0.25);
    })));
    EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
    EXPECT_TRUE(contains(outcome.output, "e1 is 0.25 for all images")) << outcome.output;
    EXPECT_TRUE(contains(outcome.output, "2 of the 40 images")) << outcome.output;
}

TEST_F(Sentences, InspectCountsWhatIsNotFinite) {
    const std::string file = fileOf([](Galaxies& g) {
        g.images[5] = g.images[6] = g.images[300] = INFINITY;
        g.e2[3] = NAN;
    });
    const Outcome text = runCli({"inspect", file});
    EXPECT_TRUE(contains(text.output, "3 values not finite, in 2 of 40 images")) << text.output;
    EXPECT_TRUE(contains(text.output, "e2 is not finite in 1 of 40 rows")) << text.output;
    const auto quality =
        nlohmann::json::parse(runCli({"inspect", "--json", file}).output)["quality"];
    EXPECT_EQ(quality["non_finite_pixels"], 3);
    EXPECT_EQ(quality["non_finite_labels"]["e2"], 1);
    const Outcome fewer = runCli({"inspect", fileOf([](Galaxies& g) { g.e1.resize(39); })});
    EXPECT_TRUE(contains(fewer.output, "/e1 is 39 long for 40 images")) << fewer.output;
    const Outcome words = runCli({"inspect", fileOf([](Galaxies& g) { g.textE1 = true; })});
    EXPECT_TRUE(contains(words.output, "e1 holds texts, where numbers")) << words.output;
}

TEST_F(Sentences, ShortTrainingOfStagesPrintsEveryEpoch) {
    const std::string file = fileOf([](Galaxies&) {});
    std::vector<std::string> arguments = train(file);
    arguments.insert(arguments.end(),
                     {"--network", "generative", "--flow-epochs", "2", "--count", "3"});
    const Outcome outcome = runCli(arguments);
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    for (const char* part :
         {"autoencoder epoch   1 of 1", "flow epoch   1 of 2", "flow epoch   2 of 2", "3 galaxies"})
        EXPECT_TRUE(contains(outcome.output, part)) << part << ": " << outcome.output;
    const std::string run = folder_ / "run", out = folder_ / "made.h5";
    const Outcome few = runCli({"generate", "--run", run, "--count", "1", "--out", out});
    EXPECT_TRUE(contains(few.output, "1 galaxy; too few")) << few.output;
    EXPECT_FALSE(contains(few.output, "CosmoDC2")) << few.output;
    expectSaid({"predict", "--run", run, "--data", file, "--out", out}, 2,
               {"no posteriors", "shearbench-cli generate"});
}

}  // namespace
}  // namespace shearbench::test

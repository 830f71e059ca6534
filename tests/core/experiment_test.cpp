// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment.h"

#include <gtest/gtest.h>

#include <clocale>
#include <limits>

#include "core/dataset_profile.h"
#include "core/files.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

namespace shearbench {
namespace {

using test::expectError;
using test::TemporaryFolder;

Experiment unusual() {
    Experiment e;
    e.name = "früh \"1\"";
    e.data.file = "/data/a b\\c.h5";
    e.data.images = "group/images";
    e.data.layout = "NHWC";
    e.data.targets = {"e1", "e2", "flux[2]"};
    e.data.group = "id";
    e.data.checksum = "00ff";
    e.data.variant = 1;
    e.data.bandNames = {"H", "g", "r"};
    e.data.bands = {"r", "g"};
    e.data.pixelScaleArcsec = 0.168;
    e.data.ellipticity = "distortion";
    e.data.shape = "q:a, degrees:b";
    e.data.labels = "/data/a.csv";
    e.data.labelsChecksum = "11";
    e.data.stamp = 64;
    e.data.shuffleWindow = 5000;
    e.data.splitSeed = std::numeric_limits<std::uint64_t>::max();
    e.data.validationFraction = 0.1 + 0.2;
    e.data.testFraction = 1.0 / 3;
    e.data.normalisation = "none";
    e.data.normalisationScale = {5e-324, 1.0000000000000002, 1e30};
    e.data.turnsAndFlips = false;
    e.data.trainingImages = 5000;
    e.network = {"other", {"conv1", "dense"}, -6.25, "he_normal"};
    e.device = {"eigen", 3, 300.5};
    e.training = {14, 7, 9, "custom", 3.3e-4, "constant", 0.25, 0, 1.7, 0.5, 3};
    e.provenance = {"0.1.0", "a device", "2026-11-21T09:14:03Z"};
    return e;
}

Experiment parse(const std::string& fields) {
    return experimentFromJson(
        "{\"format\": \"shearbench-experiment\", \"version\": 1" + fields + "}", "test.json");
}

TEST(KlWeight, RisesOverItsEpochs) {
    TrainingSettings settings;
    EXPECT_EQ(klWeightAt(settings, 0, 100), 1);
    settings.klWeight = 2;
    settings.klWarmupEpochs = 4;
    EXPECT_DOUBLE_EQ(klWeightAt(settings, 0, 100), 2.0 / 400);
    EXPECT_DOUBLE_EQ(klWeightAt(settings, 199, 100), 1);
    EXPECT_EQ(klWeightAt(settings, 399, 100), 2);
    EXPECT_EQ(klWeightAt(settings, 100'000, 100), 2);
}

TEST(DatasetProfile, KeepsWhatSaysHowAFileIsRead) {
    const test::TemporaryFolder folder;
    EXPECT_TRUE(profileNames(folder / "none").empty());
    DatasetProfile profile{"HSC 64 px", readingOf(unusual().data)};
    EXPECT_EQ(profile.reading.bands, unusual().data.bands);
    EXPECT_TRUE(profile.reading.file.empty() && profile.reading.labels.empty());
    writeProfile(profile, folder.path());
    profile.reading.stamp = 128;
    writeProfile(profile, folder.path());
    EXPECT_EQ(profileNames(folder.path()), std::vector<std::string>{"HSC 64 px"});
    EXPECT_EQ(readProfile("HSC 64 px", folder.path()), profile);
    EXPECT_EQ(readProfile((folder / "HSC 64 px.json").string(), "/nowhere"), profile);
    DataSettings settings;
    settings.file = "a.h5";
    EXPECT_EQ(withReading(settings, profile.reading).stamp, 128);
    EXPECT_EQ(withReading(settings, profile.reading).file, "a.h5");
    expectError(ErrorKind::usage, {"\"other\"", "HSC 64 px"},
                [&] { readProfile("other", folder.path()); });
    for (const char* name : {"", "../up", ".hidden", "a/b"})
        expectError(ErrorKind::usage, {"cannot be called"}, [&] {
            writeProfile({name, {}}, folder.path());
        });
    writeText(folder / "bad.json",
              R"({"format": "shearbench-profile", "version": 1, "reading": 3})");
    expectError(ErrorKind::usage, {"bad.json", "reading"},
                [&] { readProfile("bad", folder.path()); });
}

TEST(Experiment, RoundTripIsExact) {
    EXPECT_EQ(experimentFromJson(toJson(unusual()), "it"), unusual());
    EXPECT_EQ(experimentFromJson(toJson({}), "it"), Experiment{});
    EXPECT_EQ(toJson(experimentFromJson(toJson(unusual()), "it")), toJson(unusual()));
    const TemporaryFolder folder;
    writeExperiment(unusual(), folder / "e.json");
    EXPECT_EQ(readExperiment(folder / "e.json"), unusual());
}

TEST(Experiment, JsonIsTwoSpaceIndentedAndEndsInANewline) {
    const std::string json = toJson({});
    EXPECT_EQ(json.substr(0, 44), "{\n  \"format\": \"shearbench-experiment\",\n  \"ve");
    EXPECT_EQ(json.back(), '\n');
    EXPECT_NE(json.find("\"validation_fraction\": 0.1,"), std::string::npos);
}

TEST(Experiment, NumbersDoNotDependOnTheLocale) {
    const std::string before = std::setlocale(LC_ALL, nullptr);
    if (!std::setlocale(LC_ALL, "de_DE.UTF-8"))
        GTEST_SKIP() << "This system has no German locale.";
    EXPECT_EQ(experimentFromJson(toJson(unusual()), "it"), unusual());
    std::setlocale(LC_ALL, before.c_str());
}

TEST(Experiment, MissingFieldsKeepTheirDefaults) {
    EXPECT_EQ(parse(""), Experiment{});
    Experiment expected;
    expected.training.batch = 2;
    EXPECT_EQ(parse(R"(, "training": {"batch": 2})"), expected);
}

TEST(Experiment, ANamedRecipeBringsItsValues) {
    const TrainingSettings paper = parse(R"(, "training": {"recipe": "paper"})").training;
    EXPECT_EQ(paper.learningRate, 1e-3);
    EXPECT_EQ(paper.schedule, "constant");
    EXPECT_EQ(paper.warmupSteps, 0);
    EXPECT_EQ(paper.clipNorm, 0);
    EXPECT_EQ(paper.recipe, "paper");
    const TrainingSettings mixed =
        parse(R"(, "training": {"recipe": "paper", "learning_rate": 0.5})").training;
    EXPECT_EQ(mixed.learningRate, 0.5);
    EXPECT_EQ(mixed.schedule, "constant");
    EXPECT_EQ(mixed.recipe, "custom");
    Experiment changed;
    changed.training.clipNorm = 1;
    EXPECT_EQ(honestRecipe(changed), "custom");
    applyRecipe(changed, "stable");
    EXPECT_EQ(changed, Experiment{});
    expectError(ErrorKind::usage, {"recipe", "fast", "stable"},
                [&] { applyRecipe(changed, "fast"); });
}

TEST(Experiment, RecipesAreTheNetworks) {
    Experiment e;
    for (const char* preset : {"bayesian", "generative", "deterministic"})
        for (const char* recipe : {"paper", "stable"}) {
            SCOPED_TRACE(preset + std::string(" ") + recipe);
            applyRecipe(e, recipe);
            choosePreset(e, preset);
            EXPECT_EQ(honestRecipe(e), recipe);
            EXPECT_EQ(experimentFromJson(toJson(e), "it"), e);
            const Experiment named = parse(", \"network\": {\"preset\": \"" + std::string(preset) +
                                           "\"}, \"training\": {\"recipe\": \"" + recipe + "\"}");
            EXPECT_EQ(named, e);
        }
    EXPECT_EQ(e, Experiment{});
    const Experiment paper =
        parse(R"(, "network": {"preset": "bayesian"}, "training": {"recipe": "paper"})");
    EXPECT_EQ(paper.network.rhoStart, -9);
    EXPECT_EQ(paper.network.kernelStart, "");
    EXPECT_EQ(paper.training.klWeight, 1);
    EXPECT_EQ(paper.training.learningRate, 1e-4);
    Experiment own =
        parse(R"(, "network": {"preset": "generative"}, "data": {"normalisation": "tanh_asinh"})");
    EXPECT_EQ(own.data.normalisation, "tanh_asinh");
    EXPECT_EQ(own.training.recipe, "custom");
    choosePreset(own, "deterministic");
    EXPECT_EQ(own.data.normalisation, "asinh");
}

TEST(Experiment, ReadingNamesTheField) {
    struct Case {
        const char* fields;
        std::vector<std::string> parts;
    };
    const Case cases[] = {
        {R"(, "training": {"batsch": 2})", {"test.json", "training.batsch", "batch"}},
        {R"(, "extra": 1)", {"extra", "provenance"}},
        {R"(, "training": {"batch": 2.5})", {"training.batch", "2.5", "whole"}},
        {R"(, "training": {"batch": "8"})", {"training.batch", "\"8\""}},
        {R"(, "training": {"batch": 99999999999})", {"training.batch", "range"}},
        {R"(, "training": {"seed": -1})", {"training.seed", "-1"}},
        {R"(, "training": {"seed": 18446744073709551616})", {"training.seed"}},
        {R"(, "training": {"learning_rate": null})", {"training.learning_rate", "null"}},
        {R"(, "training": {"learning_rate": 1e999})", {"not valid JSON"}},
        {R"(, "training": {"learning_rate": -1})", {"training.learning_rate", "-1"}},
        {R"(, "training": [])", {"training", "list", "braces"}},
        {R"(, "training": {"epochs": 0})", {"training.epochs", "0"}},
        {R"(, "training": {"schedule": "step"})", {"training.schedule", "step", "cosine"}},
        {R"(, "training": {"recipe": "fast"})", {"training.recipe", "fast", "paper"}},
        {R"(, "data": {"turns_and_flips": 1})", {"data.turns_and_flips", "true or false"}},
        {R"(, "data": {"targets": ["e1", "e2"]})", {"data.targets", "2", "3"}},
        {R"(, "data": {"targets": ["e1", "e2", 3]})", {"data.targets", "3"}},
        {R"(, "data": {"layout": "CHWN"})", {"data.layout", "CHWN", "NHWC"}},
        {R"(, "data": {"validation_fraction": 0.6, "test_fraction": 0.4})", {"0.6 and 0.4"}},
        {R"(, "data": {"normalisation": "log"})", {"data.normalisation", "log", "asinh"}},
        {R"(, "data": {"normalisation_scale": [1, 0]})", {"data.normalisation_scale", "0"}},
        {R"(, "data": {"normalisation_scale": [[1]]})", {"data.normalisation_scale", "list"}},
        {R"(, "device": {"threads": -1})", {"device.threads", "-1"}},
        {R"(, "device": {"id": ""})", {"device.id"}},
        {R"(, "name": "a\nb")", {"name", "control"}},
        {R"(, "name": "a", "name": "b")", {"name", "twice"}},
        {R"(, "name": )", {"test.json", "not valid JSON", "line 1"}},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.fields);
        expectError(ErrorKind::usage, c.parts, [&] { parse(c.fields); });
    }
}

TEST(Experiment, OtherDocumentsAreRefused) {
    for (const char* text : {"", "[]", "3", "null", "{}", "{\"format\": \"other\"}", "\x89HDF\r\n",
                             "{\"format\": \"shearbench-experiment\"}",
                             "{\"format\": \"shearbench-experiment\", \"version\": 2}"}) {
        SCOPED_TRACE(text);
        expectError(ErrorKind::usage, {"some.json"},
                    [&] { experimentFromJson(text, "some.json"); });
    }
    expectError(ErrorKind::usage, {"deep.json"}, [] {
        experimentFromJson(std::string(1 << 19, '[') + std::string(1 << 19, ']'), "deep.json");
    });
}

TEST(Experiment, CheckRefusesNumbersThatAreNone) {
    Experiment e;
    e.training.learningRate = std::numeric_limits<double>::quiet_NaN();
    expectError(ErrorKind::usage, {"training.learning_rate"}, [&] { check(e); });
    e = {};
    e.training.clipNorm = std::numeric_limits<double>::infinity();
    expectError(ErrorKind::usage, {"training.clip_norm"}, [&] { check(e); });
    e = {};
    e.data.file = "\xff\xfe";
    expectError(ErrorKind::usage, {"UTF-8"}, [&] { toJson(e); });
}

TEST(Experiment, SimulatedGalaxiesTakeThePlaceOfAFile) {
    Experiment e;
    e.data.simulated.galaxies = 8000;
    e.data.simulated.seed = 7;
    e.data.simulated.recipe = recipePreset("crowded").recipe;
    e.data.simulated.recipe.psfScatter = 0.1;
    EXPECT_EQ(experimentFromJson(toJson(e), "it"), e);
    EXPECT_TRUE(e.data.isSimulated());
    const Experiment read =
        parse(", \"data\": {\"simulated\": {\"galaxies\": 100, \"most_galaxies\": 2}}");
    EXPECT_EQ(read.data.simulated.galaxies, 100);
    EXPECT_EQ(read.data.simulated.recipe.mostGalaxies, 2);
    EXPECT_THROW(parse(", \"data\": {\"simulated\": {\"most_galaxies\": 9}}"), Error);
    EXPECT_THROW(parse(", \"data\": {\"simulated\": {\"galaxy\": 9}}"), Error);
    EXPECT_THROW(parse(", \"data\": {\"simulated\": {\"galaxies\": 9}, \"stamp\": 32}"), Error);
    EXPECT_THROW(parse(", \"data\": {\"simulated\": {\"galaxies\": 9}, \"bands\": [\"r\"]}"),
                 Error);
    e.data.file = "galaxies.h5";
    EXPECT_THROW(check(e), Error);
    e.data.file.clear();
    e.data.simulated.galaxies = -1;
    EXPECT_THROW(check(e), Error);
}

TEST(Experiment, HasADisplayName) {
    Experiment e;
    EXPECT_EQ(displayName(e), "deterministic_b8");
    e.name = "mine";
    EXPECT_EQ(displayName(e), "mine");
}

TEST(LearningRate, WarmsUpAndFollowsACosine) {
    TrainingSettings s;
    s.learningRate = 2;
    s.schedule = "cosine";
    s.finalFraction = 0.1;
    s.warmupSteps = 10;
    EXPECT_DOUBLE_EQ(learningRateAt(s, 0, 111), 0.2);
    EXPECT_DOUBLE_EQ(learningRateAt(s, 9, 111), 2);
    EXPECT_DOUBLE_EQ(learningRateAt(s, 10, 111), 2);
    EXPECT_DOUBLE_EQ(learningRateAt(s, 60, 111), 2 * (0.1 + 0.9 * 0.5));
    EXPECT_DOUBLE_EQ(learningRateAt(s, 110, 111), 0.2);
    s.schedule = "constant";
    EXPECT_EQ(learningRateAt(s, 110, 111), 2);
    EXPECT_EQ(learningRateAt(s, 5, 50), 2) << "warm-up takes at most a tenth of the steps";
    s.warmupSteps = 0;
    EXPECT_EQ(learningRateAt(s, 0, 1), 2);
}

}  // namespace
}  // namespace shearbench

// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QImage>
#include <filesystem>
#include <fstream>

#include "tests/app/program.h"

// The program shearbench, started as a user would.
namespace shearbench::test {

namespace {

Outcome run(const std::vector<std::string>& environment,
            const std::vector<std::string>& arguments) {
    std::vector<std::string> all = {"-u", "QT_QPA_PLATFORM", "-u", "DISPLAY",
                                    "-u", "WAYLAND_DISPLAY"};
    all.insert(all.end(), environment.begin(), environment.end());
    all.push_back(SHEARBENCH_WINDOW_PROGRAM);
    all.insert(all.end(), arguments.begin(), arguments.end());
    return Program("/usr/bin/env", all).wait();
}

TEST(WindowProgram, HelpsWithoutADisplay) {
    const Outcome help = run({}, {"--help"});
    EXPECT_EQ(help.exitCode, 0);
    EXPECT_NE(help.output.find("--screenshot"), std::string::npos);
    const Outcome version = run({}, {"--version"});
    EXPECT_EQ(version.exitCode, 0);
    EXPECT_EQ(version.output.find("shearbench "), 0u);
}

TEST(WindowProgram, RefusesUnknownOptions) {
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--nonsense"},
                                                      {"--size", "10x10"},
                                                      {"--size", "99999x99999"},
                                                      {"--theme", "pink"},
                                                      {"--demo", "galaxies.h5"}}) {
        const Outcome outcome = run({}, arguments);
        EXPECT_EQ(outcome.exitCode, 2) << arguments[0];
        EXPECT_FALSE(outcome.errors.empty()) << arguments[0];
    }
}

TEST(WindowProgram, SaysThatThereIsNoDisplay) {
    const Outcome outcome = run({}, {});
    EXPECT_EQ(outcome.exitCode, 1);
    EXPECT_NE(outcome.errors.find("display"), std::string::npos);
    EXPECT_NE(outcome.errors.find("--screenshot"), std::string::npos);
}

TEST(WindowProgram, TakesPicturesWithoutADisplay) {
    const TemporaryFolder folder;
    for (const int factor : {1, 2}) {
        const std::string picture = folder / ("start" + std::to_string(factor) + ".png");
        const Outcome outcome = run({"QT_FONT_DPI=96", "XDG_RUNTIME_DIR=" + folder.path().string(),
                                     "QT_SCALE_FACTOR=" + std::to_string(factor)},
                                    {"--screenshot", picture, "--size", "1300x800"});
        EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
        const QImage image(QString::fromStdString(picture));
        EXPECT_EQ(image.size(), QSize(1300, 800) * factor);
        EXPECT_TRUE(outcome.errors.empty()) << outcome.errors;
    }
}

TEST(WindowProgram, APictureOfAFileThatIsNotThereFails) {
    const TemporaryFolder folder;
    const Outcome outcome = run({}, {"--screenshot", folder / "x.png", folder / "nowhere.h5"});
    EXPECT_EQ(outcome.exitCode, 3);
    EXPECT_NE(outcome.errors.find("nowhere.h5"), std::string::npos);
}

TEST(WindowProgram, APictureOfADemoThatCannotBeMadeFails) {
    const TemporaryFolder folder;
    const Outcome outcome = run({"XDG_DATA_HOME=/proc/nowhere", "QT_FONT_DPI=96"},
                                {"--screenshot", folder / "x.png", "--demo"});
    EXPECT_EQ(outcome.exitCode, 3) << outcome.errors;
    EXPECT_NE(outcome.errors.find("/proc/nowhere"), std::string::npos) << outcome.errors;
}

TEST(WindowProgram, MakesOneChartWithoutADisplay) {
    const TemporaryFolder folder;
    std::vector<std::string> arguments{
        "figures", "--chart",  "ratio", "--network", "bayesian",      "--log-x", "--width",
        "84",      "--height", "60",    "--b",       "published/gc2", "--out",   folder / "r.pdf"};
    const Outcome outcome = run({}, arguments);
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    for (const char* ending : {"pdf", "csv", "experiment.json", "command.txt"})
        EXPECT_TRUE(std::filesystem::exists(folder / (std::string("r.") + ending))) << ending;
    std::string words, command = "shearbench";
    for (const std::string& argument : arguments)
        command += " " + argument;
    std::getline(std::ifstream(folder / "r.command.txt"), words);
    EXPECT_EQ(words, command);
    arguments[4] = "lenet";
    EXPECT_EQ(run({}, arguments).exitCode, 2);
    EXPECT_EQ(run({}, {"figures", "--network", "bayesian", "--out", folder / "x"}).exitCode, 2);
    EXPECT_EQ(run({}, {"figures", "--chart", "time", "--out", folder / "r.gif"}).exitCode, 2);
}

TEST(WindowProgram, EndsAsTheCommandLineDoesForADamagedExperiment) {
    const TemporaryFolder folder;
    std::ofstream(folder / "experiment.json") << "{\"format\": ";
    const Outcome outcome = run({}, {"--screenshot", folder / "x.png", folder / "experiment.json"});
    EXPECT_EQ(outcome.exitCode, 2) << outcome.errors;
    EXPECT_NE(outcome.errors.find("experiment.json"), std::string::npos);
}

TEST(WindowProgram, APresentationTakesTheSizeAskedFor) {
    const TemporaryFolder folder;
    const std::string picture = folder / "x.png";
    const Outcome outcome =
        run({"QT_FONT_DPI=96"}, {"--screenshot", picture, "--presentation", "--size", "1300x800"});
    EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
    EXPECT_EQ(QImage(QString::fromStdString(picture)).size(), QSize(1300, 800));
}

TEST(WindowProgram, APictureThatCannotBeWrittenFails) {
    const Outcome outcome = run({}, {"--screenshot", "/nowhere/x.png"});
    EXPECT_EQ(outcome.exitCode, 3);
    EXPECT_NE(outcome.errors.find("/nowhere/x.png"), std::string::npos);
}

}  // namespace

}  // namespace shearbench::test

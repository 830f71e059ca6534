// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/app/bad_drivers.h"
#include "tests/app/program.h"
#include "tests/support/temporary_cache.h"

// The command line beside drivers that end the program or never come back
// (tests/core/device/opencl/bad_driver.cpp).

namespace shearbench::test {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

json devices(const std::vector<std::string>& options = {}) {
    std::vector<std::string> all = {"devices", "--quick", "--json"};
    all.insert(all.end(), options.begin(), options.end());
    const Outcome outcome = runCli(all);
    EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
    return json::parse(outcome.output);
}

bool hasOpenCl(const json& devices) {
    return std::any_of(devices.begin(), devices.end(),
                       [](const json& device) { return device["id"] == "opencl:0"; });
}

/// Why the driver of that file was left out; empty: it was not.
std::string failureOf(const json& devices, const std::string& name) {
    for (const json& device : devices)
        if (device["id"].is_null() && device["name"] == name)
            return device["failure"];
    return {};
}

class CliDrivers : public testing::Test {
  protected:
    /// The only file under the folder of what is kept of drivers.
    fs::path record() const {
        const fs::directory_iterator files(cache_.path() / "drivers");
        return files->path();
    }

    const TemporaryCache cache_;
    const BadDrivers drivers_;
    const bool present_ = hasOpenCl(devices());
};

TEST_F(CliDrivers, OneThatEndsTheProgramIsLeftOutAndTheOthersStay) {
    drivers_.add("abort");
    const json found = devices();
    EXPECT_EQ(found[0]["id"], "cpu");
    EXPECT_EQ(hasOpenCl(found), present_);
    const std::string failure = failureOf(found, "abort.icd");
    EXPECT_NE(failure.find("The OpenCL driver abort.icd ended the process"), failure.npos) << found;
    const Outcome text = runCli({"devices", "--quick"});
    EXPECT_NE(text.output.find(failure), text.output.npos) << text.output;
    EXPECT_NE(text.output.find("--retest"), text.output.npos) << text.output;
}

TEST_F(CliDrivers, OneThatNeverComesBackIsLeftOut) {
    drivers_.add("hang");
    ::setenv("SHEARBENCH_OPENCL_TIMEOUT", "8", 1);
    const json found = devices();
    ::unsetenv("SHEARBENCH_OPENCL_TIMEOUT");
    EXPECT_EQ(hasOpenCl(found), present_);
    const std::string failure = failureOf(found, "hang.icd");
    EXPECT_NE(failure.find("did not come back within 8 seconds"), failure.npos) << found;
}

TEST_F(CliDrivers, OneThatCountsNonsenseDoesNoHarm) {
    drivers_.add("garbage");
    const json found = devices();
    EXPECT_EQ(found[0]["id"], "cpu");
    EXPECT_EQ(hasOpenCl(found), present_);
}

TEST_F(CliDrivers, TheOnlyOneMayBeBad) {
    const BadDrivers alone(BadDrivers::Others::no);
    alone.add("abort");
    const json found = devices();
    EXPECT_EQ(found[0]["id"], "cpu");
    EXPECT_FALSE(hasOpenCl(found));
    EXPECT_NE(failureOf(found, "abort.icd"), "");
}

TEST_F(CliDrivers, WhatWasFoundIsKeptUntilAFileChanges) {
    fs::remove_all(cache_.path() / "drivers");
    drivers_.add("abort");
    const std::string failure = failureOf(devices(), "abort.icd");
    ASSERT_NE(failure, "");
    std::stringstream text;
    text << std::ifstream(record()).rdbuf();
    std::string changed = text.str();
    const std::string word = "ended the process";
    changed.replace(changed.find(word), word.size(), "was known to do so");
    std::ofstream(record()) << changed;
    EXPECT_NE(failureOf(devices(), "abort.icd").find("was known"), std::string::npos);
    // Damaged ones are made anew.
    std::ofstream(record()) << changed.substr(0, changed.size() - 3);
    EXPECT_EQ(failureOf(devices(), "abort.icd"), failure);
    std::ofstream(record()) << changed;
    drivers_.add("abort");  // a file as new
    EXPECT_EQ(failureOf(devices(), "abort.icd"), failure);
}

}  // namespace
}  // namespace shearbench::test

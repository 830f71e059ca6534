// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/result.h"

#include <gtest/gtest.h>

#include <clocale>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "tests/core/benchmark/sample_results.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

namespace shearbench::benchmark {
namespace {

using nlohmann::json;
using test::expectError;

/// The sample document with one change, which must be refused with all of `parts`.
void expectRefused(const std::function<void(json&)>& change,
                   const std::vector<std::string>& parts) {
    json document = json::parse(toJson(sampleResults()));
    change(document);
    expectError(ErrorKind::data, parts, [&] { resultsFromJson(document.dump(), "file.json"); });
}

TEST(Results, ComeBackAsTheyWere) {
    Results results = sampleResults();
    results.points[0].blocks[2].joules = 3;  // not all counted: left out as a whole
    for (Block& block : results.points[1].blocks)
        block.joules = 2.5;
    results.devices[1].energy = EnergySource::rapl;
    const std::string text = toJson(results);
    const Results back = resultsFromJson(text, "file");
    EXPECT_EQ(toJson(back), text);
    EXPECT_EQ(back.protocol, results.protocol);
    EXPECT_EQ(back.machine, results.machine);
    EXPECT_EQ(back.devices, results.devices);
    EXPECT_EQ(back.data, results.data);
    ASSERT_EQ(back.points.size(), results.points.size());
    for (std::size_t i = 0; i < back.points.size(); ++i) {
        EXPECT_EQ(back.points[i].task, results.points[i].task);
        EXPECT_EQ(back.points[i].status, results.points[i].status);
        ASSERT_EQ(back.points[i].blocks.size(), results.points[i].blocks.size());
        for (std::size_t b = 0; b < back.points[i].blocks.size(); ++b)
            EXPECT_EQ(back.points[i].blocks[b].seconds, results.points[i].blocks[b].seconds);
    }
    EXPECT_TRUE(std::isnan(back.points[0].blocks[2].joules));
    EXPECT_EQ(back.points[1].blocks[2].joules, 2.5);
}

TEST(Results, FilesAreWrittenWhole) {
    const test::TemporaryFolder folder;
    writeResults(sampleResults(), folder.path() / "r.json");
    EXPECT_EQ(readResults(folder.path() / "r.json").points.size(), 6u);
    expectError(ErrorKind::data, {"missing.json"},
                [&] { readResults(folder.path() / "missing.json"); });
    expectError(ErrorKind::data, {folder.path().string()}, [&] { readResults(folder.path()); });
}

TEST(Results, HostileFilesAreRefusedWithTheFieldAtFault) {
    expectRefused([](json& d) { d["format"] = "other"; }, {"file.json", "other", "benchmark"});
    expectRefused([](json& d) { d["format"] = 7; }, {"format", "missing"});
    expectRefused([](json& d) { d.erase("format"); }, {"missing"});
    expectRefused([](json& d) { d["version"] = 1; }, {"version 1", "version 2"});
    expectRefused([](json& d) { d["extra"] = 1; }, {"extra"});
    expectRefused([](json& d) { d["points"] = 5; }, {"points", "list of objects"});
    expectRefused([](json& d) { d["points"][1] = "x"; }, {"points[1]"});
    expectRefused([](json& d) { d["points"][1]["device"] = "gone"; }, {"points[1].device", "gone"});
    expectRefused([](json& d) { d["points"][0]["size"] = 0; }, {"points[0].size", "0"});
    expectRefused([](json& d) { d["points"][0].erase("size"); }, {"points[0].size"});
    expectRefused([](json& d) { d["points"][0]["size"] = 1e30; }, {"points[0].size"});
    expectRefused([](json& d) { d["points"][0]["status"] = "fine"; }, {"status", "fine", "done"});
    expectRefused([](json& d) { d["points"][0]["kind"] = nullptr; }, {"kind"});
    expectRefused([](json& d) { d["points"][0]["network"] = ""; }, {"network"});
    expectRefused([](json& d) { d["points"][0]["blocks"]["seconds"][3] = -1; }, {"seconds", "-1"});
    expectRefused([](json& d) { d["points"][0]["blocks"]["seconds"][3] = 0; }, {"seconds"});
    expectRefused([](json& d) { d["points"][0]["blocks"]["seconds"][3] = nullptr; }, {"seconds"});
    expectRefused([](json& d) { d["points"][0]["blocks"]["steps"][0] = 0; }, {"steps"});
    expectRefused([](json& d) { d["points"][0]["blocks"]["steps"][0] = 0.5; }, {"steps"});
    expectRefused([](json& d) { d["points"][0]["blocks"]["steps"].erase(0); }, {"equally many"});
    expectRefused([](json& d) { d["points"][0]["blocks"]["joules"] = json::array({1}); },
                  {"blocks.steps"});
    expectRefused([](json& d) { d["points"][0]["blocks"] = json::object(); }, {"no time"});
    expectRefused([](json& d) { d["points"][0]["memory_bytes"] = -4; }, {"memory_bytes"});
    expectRefused([](json& d) { d["devices"][1]["id"] = "cpu"; }, {"twice"});
    expectRefused([](json& d) { d["devices"][0].erase("id"); }, {"devices[0].id"});
    expectRefused([](json& d) { d["devices"][0]["max_power_watts"] = 0; }, {"max_power_watts"});
    expectRefused([](json& d) { d["devices"][0]["energy"] = "sun"; }, {"sun"});
    expectRefused([](json& d) { d["protocol"]["method"] = "slow"; }, {"slow", "quick"});
    expectRefused([](json& d) { d["protocol"]["images"] = 0; }, {"protocol.images"});
    expectRefused([](json& d) { d["protocol"]["epochs"] = 1e300; }, {"protocol.epochs"});
    expectRefused([](json& d) { d["machine"]["cores"] = -1; }, {"machine.cores"});
    expectRefused([](json& d) { d["data"]["height"] = 1 << 30; }, {"data.height"});
    EXPECT_THROW(resultsFromJson("", "f"), Error);
    EXPECT_THROW(resultsFromJson("[]", "f"), Error);
    EXPECT_THROW(resultsFromJson("{\"format\":", "f"), Error);
    EXPECT_THROW(resultsFromJson(toJson(sampleResults()).substr(0, 900), "f"), Error);
    EXPECT_THROW(resultsFromJson(std::string(1000, '['), "f"), Error);
}

TEST(Results, DeepNestingOverflowsNothing) {
    std::string deep;
    for (int i = 0; i < 200'000; ++i)
        deep += "{\"a\":";
    deep += "1" + std::string(200'000, '}');
    std::string text = toJson(sampleResults());
    const std::size_t at = text.find("\"experiment\": ");
    text = text.substr(0, at) + "\"experiment\": " + deep + "}";
    expectError(ErrorKind::data, {"experiment"}, [&] { resultsFromJson(text, "f"); });
}

TEST(Results, CsvHoldsEveryPointInAnyLocale) {
    Results results = sampleResults();
    results.machine.governor = "power\"save";
    const char* const before = std::setlocale(LC_ALL, "de_DE.UTF-8");
    const std::string text = toCsv(results);
    if (before)
        std::setlocale(LC_ALL, "C");
    std::vector<std::string> lines;
    for (std::size_t start = 0, end; (end = text.find('\n', start)) != std::string::npos;
         start = end + 1)
        lines.push_back(text.substr(start, end - start));
    ASSERT_EQ(lines.size(), 7u);
    EXPECT_TRUE(lines[1].starts_with("training,deterministic,2,cpu,sample processor,done,"));
    EXPECT_NE(lines[6].find("out of memory"), std::string::npos);
    EXPECT_NE(lines[6].find("\"It needs 44 MB; \"\"40 MB\"\" are there, a cap.\""),
              std::string::npos);
    EXPECT_NE(lines[1].find("\"power\"\"save\""), std::string::npos);
    const auto time = results.estimateOf(results.points[0]);
    const std::string head = "training,deterministic,2,cpu,sample processor,done,";
    EXPECT_EQ(std::stod(lines[1].substr(head.size())), time->seconds);
}

TEST(Results, EnergyIsMeasuredOrStated) {
    Results results = sampleResults();
    const Point& cpu = results.points[0];
    const auto stated = energyOf(results, cpu);
    ASSERT_TRUE(stated);
    EXPECT_EQ(stated->source, EnergySource::stated);
    EXPECT_NEAR(stated->joulesPerImage, 100 * 0.001, 0.003);  // 100 W, 1 ms an image
    EXPECT_FALSE(energyOf(results, results.points[1]));       // nobody says
    results.devices[0].energy = EnergySource::rapl;
    EXPECT_EQ(energyOf(results, cpu)->source, EnergySource::stated);  // a block was not counted
    for (Block& block : results.points[0].blocks)
        block.joules = 4;
    EXPECT_DOUBLE_EQ(energyOf(results, results.points[0])->joulesPerImage, 4.0 / (10 * 2));
}

TEST(Results, DifferencesAreNamed) {
    const Results a = sampleResults();
    EXPECT_TRUE(differences(a, a.points[0], a, a.points[1]).empty());
    Results b = a;
    b.protocol.method = Method::paper;
    b.machine.governor = "powersave";
    b.data.checksum = "another";
    b.points[0].foreignCores = 1.5;
    b.devices[0].memoryCapMB = 286;
    b.devices[0].threads = 1;
    const auto found = differences(a, a.points[0], b, b.points[0]);
    ASSERT_EQ(found.size(), 6u);
    EXPECT_EQ(found[0], "protocol quick against paper");
    EXPECT_NE(found[1].find("another"), std::string::npos);
    EXPECT_EQ(found[2], "governor performance against powersave");
    EXPECT_EQ(found[3], "other programs on none against 1.5 processors");
    EXPECT_EQ(found[4], "threads all against 1");
    EXPECT_EQ(found[5], "memory cap in MB 0 against 286");
}

}  // namespace
}  // namespace shearbench::benchmark

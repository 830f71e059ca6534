// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/self_test_record.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "core/cache_folder.h"
#include "core/files.h"

namespace shearbench::device {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kLargest = 1 << 16;
constexpr char kHeader[] = "shearbench self-test 1\n";

/// `text` on one line.
std::string line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < ' '; }, ' ');
    return text + '\n';
}

/// Everything that a result holds for.
std::string keyOf(const DeviceInfo& info) {
    std::string key = kHeader + line("build " + programStamp()) + line("name " + info.name) +
                      line("vendor " + info.vendor) + line("backend " + info.backend) +
                      line("instructions " + info.instructionSet);
    for (const auto& [name, value] : info.details)
        key += line(name + ' ' + value);
    return key;
}

/// One device's file.
class Record {
  public:
    explicit Record(const DeviceInfo& info) : key_(keyOf(info)) {
        if (const fs::path folder = cacheFolder(); !folder.empty())
            file_ = folder / "self_tests" / fmt::format("{:016x}.txt", hashOf(key_));
    }

    std::optional<SelfTest> read() const;
    void begin() const { write("begun", static_cast<double>(::getpid()), "The test began."); }
    void end(const SelfTest& test) const {
        if (test.compared)
            write(test.passed ? "passed" : "failed", test.largestDifference, test.sentence);
        else if (std::error_code ignored; !file_.empty())
            fs::remove(file_, ignored);
    }

  private:
    void write(const char* word, double number, const std::string& sentence) const {
        if (!file_.empty())
            keep(file_, key_ + line(fmt::format("{} {}", word, number)) + line(sentence));
    }

    std::string key_;
    fs::path file_;  ///< empty: nothing can be kept
};

/// "passed 1e-07" and "Two training steps ...": the two lines behind the key.
std::optional<SelfTest> Record::read() const {
    const std::string text = file_.empty() ? std::string() : kept(file_, kLargest);
    if (!text.starts_with(key_))
        return std::nullopt;
    const std::string_view rest = std::string_view(text).substr(key_.size());
    const std::size_t space = rest.find(' '), end = rest.find('\n');
    if (space == rest.npos || end == rest.npos || space > end || rest.back() != '\n' ||
        rest.find('\n', end + 1) != rest.size() - 1)
        return std::nullopt;
    const std::string_view word = rest.substr(0, space);
    double number = 0;
    const auto [stop, error] = std::from_chars(&rest[space + 1], &rest[end], number);
    if (error != std::errc() || stop != &rest[end] || !(number >= 0))
        return std::nullopt;
    SelfTest test;
    test.largestDifference = number;
    test.compared = true;
    test.sentence = rest.substr(end + 1, rest.size() - end - 2);
    if (word == "passed" || word == "failed") {
        test.passed = word == "passed";
        return test;
    }
    if (word != "begun" || number < 1 || number > 1e9)
        return std::nullopt;
    if (::kill(static_cast<pid_t>(number), 0) == 0 || errno != ESRCH)
        return std::nullopt;
    test = {};
    test.sentence =
        "The program ended while it tested this device the last time, so it has not tried again by "
        "itself. Run the self-test to do so.";
    return test;
}

}  // namespace

std::optional<SelfTest> knownSelfTest(const Device& device) {
    return Record(device.info()).read();
}

SelfTest onceSelfTest(const Device& device, int threads) {
    if (const std::optional<SelfTest> known = knownSelfTest(device))
        return *known;
    return repeatSelfTest(device, threads);
}

SelfTest repeatSelfTest(const Device& device, int threads) {
    const Record record(device.info());
    record.begin();
    SelfTest test = selfTest(device, threads);
    record.end(test);
    return test;
}

}  // namespace shearbench::device

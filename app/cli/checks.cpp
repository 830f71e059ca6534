// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace shearbench::cli {

CLI::Validator notEmpty() {
    return CLI::Validator(
        [](const std::string& text) {
            return text.empty() ? std::string("it is empty; a path was expected") : std::string();
        },
        "");
}

namespace {

template <class Number>
CLI::Validator inside(Number low, Number high, const std::string& allowed) {
    return CLI::Validator(
        [low, high, allowed](const std::string& text) {
            Number value{};
            const char* const end = text.data() + text.size();
            const auto [stopped, problem] = std::from_chars(text.data(), end, value);
            if (problem == std::errc() && stopped == end && value >= low && value <= high)
                return std::string();
            return fmt::format("{} was given; {} is possible", text, allowed);
        },
        "");
}

}  // namespace

CLI::Validator between(std::int64_t low, std::int64_t high) {
    return inside(low, high, fmt::format("{} to {}", low, high));
}

CLI::Validator between(double low, double high) {
    return inside(low, high, fmt::format("{} to {}", low, high));
}

CLI::Validator atLeast(std::int64_t low) {
    return inside(low, std::numeric_limits<std::int64_t>::max(),
                  fmt::format("a whole number from {} on", low));
}

CLI::Validator aboveZero() {
    return inside(std::numeric_limits<double>::min(), std::numeric_limits<double>::max(),
                  "a number above 0");
}

CLI::Validator oneOf(const std::vector<std::string>& choices) {
    return CLI::Validator(
        [choices](const std::string& text) {
            if (std::find(choices.begin(), choices.end(), text) != choices.end())
                return std::string();
            return fmt::format("{} was given; {} is possible", text, fmt::join(choices, ", "));
        },
        "");
}

CLI::Validator wholeNumber() {
    return CLI::Validator(
        [](const std::string& text) {
            std::uint64_t value = 0;
            const char* const end = text.data() + text.size();
            const auto [stopped, problem] = std::from_chars(text.data(), end, value);
            if (problem == std::errc() && stopped == end)
                return std::string();
            return fmt::format(
                "{} was given; a whole number from 0 to 18446744073709551615 was expected", text);
        },
        "");
}

}  // namespace shearbench::cli

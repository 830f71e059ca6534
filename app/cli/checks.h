// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <vector>

#include "core/output_file.h"

// What the subcommands ask of their options before anything is done.

namespace shearbench::cli {

/// For paths.
CLI::Validator notEmpty();

/// For numbers from `low` to `high`.
CLI::Validator between(std::int64_t low, std::int64_t high);
CLI::Validator between(double low, double high);
/// For counts: 0 or more, 1 or more.
CLI::Validator atLeast(std::int64_t low);
CLI::Validator aboveZero();
CLI::Validator oneOf(const std::vector<std::string>& choices);

/// For seeds: 0 to 18446744073709551615, neither wrapped around nor cut off.
CLI::Validator wholeNumber();

}  // namespace shearbench::cli

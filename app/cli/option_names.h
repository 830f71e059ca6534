// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "core/field_error.h"

// What was wrong with the command line, in plain sentences.

namespace shearbench::cli {

/// Throws `error` again, as a sentence about the option of `command` that set the field where one
/// was given.
[[noreturn]] void throwNamingOption(const CLI::App& command, const FieldError& error);

/// body(); of a value out of range, the option that was given is named.
template <class Body>
auto namingOptions(const CLI::App& command, const Body& body) {
    try {
        return body();
    } catch (const FieldError& error) {
        throwNamingOption(command, error);
    }
}

/// For what CLI11 threw while it read `words`, the command line without the program's name.
std::string sentenceOf(const CLI::ParseError& error, const CLI::App& app,
                       const std::vector<std::string>& words);

}  // namespace shearbench::cli

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>

// Options that each set one field of what a subcommand works on.

namespace shearbench::cli {

/// An option that, when given, adds set(target, value) to `options.changes`, a list of functions of
/// an Options::Target that are applied in order.
template <class Value, class Options, class Set>
CLI::Option* addField(CLI::App& command, Options& options, const std::string& name,
                      const std::string& help, Set set) {
    return command.add_option_function<Value>(
        name,
        [&options, set](const Value& value) {
            options.changes.push_back(
                [set, value](typename Options::Target& target) { set(target, value); });
        },
        help);
}

}  // namespace shearbench::cli

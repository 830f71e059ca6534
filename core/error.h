// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace shearbench {

/// What went wrong, in the terms of the programs' exit codes.
enum class ErrorKind { run = 1, usage = 2, data = 3, device = 4 };

/// The one exception of the core. `what()` is a sentence a user can act on: what was being done,
/// to which file, dataset, layer or device, what was found and what was expected. `remedy()` says
/// what to do about it and may be empty. The window shows both beside the place that caused them;
/// the command line prints them and exits with the kind's number.
class Error : public std::runtime_error {
  public:
    Error(ErrorKind kind, const std::string& sentence, std::string remedy = {})
        : std::runtime_error(sentence), kind_(kind), remedy_(std::move(remedy)) {}

    ErrorKind kind() const noexcept { return kind_; }
    int exitCode() const noexcept { return static_cast<int>(kind_); }
    const std::string& remedy() const noexcept { return remedy_; }

  private:
    ErrorKind kind_;
    std::string remedy_;
};

}  // namespace shearbench

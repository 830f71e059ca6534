// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace shearbench::test {

/// What a program printed and how it ended.
struct Outcome {
    int exitCode = -1;  ///< 128 + signal when a signal ended it
    std::string output, errors;
};

/// A program that runs beside the test; killed with the object if it has not ended.
class Program {
  public:
    /// `arguments` without the program's own name.
    Program(const std::string& file, const std::vector<std::string>& arguments);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void signal(int number) const;
    bool ended();
    Outcome wait();

  private:
    pid_t pid_ = -1;
    bool reaped_ = false;
    int status_ = 0;
    TemporaryFolder folder_;
};

/// Runs shearbench-cli to its end.
Outcome runCli(const std::vector<std::string>& arguments);

}  // namespace shearbench::test

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

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
    std::filesystem::path folder_;
};

/// Runs shearbench-cli to its end.
Outcome runCli(const std::vector<std::string>& arguments);

/// A folder of its own for a test, removed with the object.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string operator/(const std::string& name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

}  // namespace shearbench::test

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace shearbench::test {

namespace {

std::string textOf(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

void redirect(const std::string& file, int descriptor) {
    const int opened = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(opened, descriptor);
    close(opened);
}

}  // namespace

Program::Program(const std::string& file, const std::vector<std::string>& arguments) {
    std::vector<char*> argv = {const_cast<char*>(file.c_str())};
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    const std::string output = folder_ / "output", errors = folder_ / "errors";
    pid_ = fork();
    if (pid_ == 0) {
        redirect(output, STDOUT_FILENO);
        redirect(errors, STDERR_FILENO);
        execv(file.c_str(), argv.data());
        _exit(127);
    }
}

Program::~Program() {
    if (!ended()) {
        signal(SIGKILL);
        wait();
    }
}

void Program::signal(int number) const {
    kill(pid_, number);
}

bool Program::ended() {
    if (!reaped_)
        reaped_ = waitpid(pid_, &status_, WNOHANG) == pid_;
    return reaped_;
}

Outcome Program::wait() {
    if (!reaped_) {
        waitpid(pid_, &status_, 0);
        reaped_ = true;
    }
    Outcome outcome;
    outcome.exitCode = WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
    outcome.output = textOf(folder_ / "output");
    outcome.errors = textOf(folder_ / "errors");
    return outcome;
}

Outcome runCli(const std::vector<std::string>& arguments) {
    return Program(SHEARBENCH_CLI, arguments).wait();
}

}  // namespace shearbench::test

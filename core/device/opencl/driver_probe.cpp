// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/driver_probe.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "core/device/opencl/hardware.h"

namespace shearbench::device::opencl {

namespace {

constexpr char kVariable[] = "SHEARBENCH_PROBE_DRIVERS";
constexpr std::string_view kFirstLine = "looking\n", kLastLine = "whole\n";
constexpr std::size_t kLongestAnswer = 1 << 20;

using Clock = std::chrono::steady_clock;

// In the process that looks.

int addLibrary(dl_phdr_info* info, std::size_t, void* answer) {
    // The program itself has no name here, and what the kernel maps no path.
    if (info->dlpi_name && info->dlpi_name[0] == '/')
        *static_cast<std::string*>(answer) += std::string(info->dlpi_name) + '\n';
    return 0;
}

/// "3 devices", the libraries, "whole": a line each.
std::string look() {
    const Api* api = systemApi();
    std::string answer = fmt::format("{} devices\n", api ? findHardware(*api).size() : 0);
    dl_iterate_phdr(addLibrary, &answer);
    return answer += kLastLine;
}

void say(int to, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(to, text.data(), text.size());
        if (written <= 0)
            ::_exit(1);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

// Before main(), which is another one in every program.
__attribute__((constructor)) void lookIfAsked() {
    if (!std::getenv(kVariable))
        return;
    const rlimit none = {0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // What drivers print is no part of the answer.
    const int to = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    say(to, kFirstLine);
    say(to, look());
    ::_exit(0);  // drivers that crash when they are unloaded have answered
}

// In the program.

struct Pipe {
    int read = -1, write = -1;
    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) == 0) {
            read = ends[0];
            write = ends[1];
        }
    }
    ~Pipe() {
        closeWrite();
        if (read >= 0)
            ::close(read);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void closeWrite() {
        if (write >= 0)
            ::close(write);
        write = -1;
    }
};

std::vector<std::string> environmentWith(Environment changes) {
    changes.emplace_back(kVariable, "1");
    std::vector<std::string> all;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text(*entry);
        const std::string_view name = text.substr(0, text.find('='));
        if (std::none_of(changes.begin(), changes.end(),
                         [&](const auto& change) { return change.first == name; }))
            all.emplace_back(text);
    }
    for (const auto& [name, value] : changes)
        if (!value.empty())
            all.push_back(name + '=' + value);
    return all;
}

/// A group of its own, so that keys pressed for the program do not end it; 0 where none can start.
pid_t start(const Environment& changes, int output) {
    std::vector<std::string> environment = environmentWith(changes);
    std::vector<char*> envp;
    for (std::string& entry : environment)
        envp.push_back(entry.data());
    envp.push_back(nullptr);
    char name[] = "shearbench-drivers";
    char* argv[] = {name, nullptr};

    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    sigset_t all, no;
    sigfillset(&all);
    sigemptyset(&no);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setsigmask(&attributes, &no);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    pid_t process = 0;
    const int failed =
        ::posix_spawn(&process, "/proc/self/exe", &files, &attributes, argv, envp.data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    return failed ? 0 : process;
}

std::string endOf(int status) {
    if (WIFSIGNALED(status))
        return ::strsignal(WTERMSIG(status));
    return fmt::format("exit code {}", WEXITSTATUS(status));
}

/// Gathers what the process writes until it is whole, the process has ended or time is up.
class Listener {
  public:
    Listener(pid_t process, int input, Clock::time_point until)
        : process_(process), input_(input), until_(until) {}

    bool whole() const { return text_.ends_with(kLastLine); }
    const std::string& text() const { return text_; }

    /// What it ended with; nothing where it answered, and where it never began: what was started
    /// was not this program then, but what loads it.
    std::string listen(const std::string& late) {
        std::string failure = late;
        while (!whole() && Clock::now() < until_) {
            const bool ended = reap(WNOHANG);
            read();
            if (ended && !whole()) {
                failure = fmt::format("ended the process that looked for devices ({})",
                                      reaped_ ? endOf(status_) : "how is not known");
                break;
            }
        }
        // With what it started.
        ::kill(-process_, SIGKILL);
        for (int i = 0; i < 100 && !reap(WNOHANG); ++i)
            ::poll(nullptr, 0, 10);
        return whole() || !text_.starts_with(kFirstLine) ? std::string() : failure;
    }

  private:
    bool reap(int options) {
        if (!over_) {
            const pid_t found = ::waitpid(process_, &status_, options);
            reaped_ = found == process_;
            over_ = found != 0;
        }
        return over_;
    }

    /// What there is, waiting a little for it.
    void read() {
        constexpr int kWait = 20;  // milliseconds; what is written is seen at once
        if (closed_) {
            ::poll(nullptr, 0, over_ ? 0 : kWait);
            return;
        }
        char buffer[4096];
        pollfd wanted = {input_, POLLIN, 0};
        while (!whole() && ::poll(&wanted, 1, over_ ? 0 : kWait) > 0) {
            const ssize_t count = ::read(input_, buffer, sizeof buffer);
            closed_ = count <= 0 || text_.size() > kLongestAnswer;
            if (closed_)
                return;
            text_.append(buffer, static_cast<std::size_t>(count));
        }
    }

    const pid_t process_;
    const int input_;
    const Clock::time_point until_;
    std::string text_;
    int status_ = 0;
    bool closed_ = false, reaped_ = false, over_ = false;
};

Probe read(std::string_view text) {
    Probe probe;
    probe.answered = true;
    text.remove_prefix(kFirstLine.size());
    const std::size_t first = text.find('\n');
    std::from_chars(text.data(), text.data() + first, probe.devices);
    text.remove_prefix(first + 1);
    text.remove_suffix(kLastLine.size());
    for (std::size_t end = 0; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1))
        probe.libraries.emplace_back(text.substr(0, end));
    return probe;
}

}  // namespace

Probe probeDrivers(const Environment& changes, std::chrono::milliseconds patience) {
    Pipe pipe;
    const bool inside = std::getenv(kVariable) != nullptr;
    const pid_t process = inside || pipe.read < 0 ? 0 : start(changes, pipe.write);
    if (process <= 0)
        return {};
    pipe.closeWrite();
    Listener listener(process, pipe.read, Clock::now() + patience);
    Probe probe;
    probe.failure = listener.listen(
        fmt::format("did not come back within {:.3g} seconds of looking for devices",
                    std::chrono::duration<double>(patience).count()));
    return listener.whole() ? read(listener.text()) : probe;
}

}  // namespace shearbench::device::opencl

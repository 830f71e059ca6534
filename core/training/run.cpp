// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include "core/error.h"
#include "core/files.h"
#include "core/json_reader.h"

namespace shearbench::training {
namespace {

namespace fs = std::filesystem;

/// `name` with everything but letters, digits, "-_.+" and non-ASCII characters replaced.
std::string folderName(const std::string& name) {
    std::string result = name;
    for (char& c : result) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 128 && !std::isalnum(byte) &&
            std::string_view("-_.+").find(c) == std::string::npos)
            c = '_';
    }
    return result;
}

[[noreturn]] void failToMake(const fs::path& directory, const std::error_code& problem) {
    throw Error(ErrorKind::data,
                fmt::format("The run directory {} could not be made: {}.", directory.string(),
                            problem.message()),
                "Choose a folder you may write to, with room on its disk.");
}

/// False too where it cannot be told; opening the file then says why.
bool isThere(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// Whether it was made just now.
bool makeDirectory(const fs::path& directory) {
    std::error_code problem;
    const bool made = fs::create_directory(directory, problem);
    if (problem)
        failToMake(directory, problem);
    return made;
}

void makeParents(const fs::path& directory) {
    std::error_code problem;
    fs::create_directories(directory, problem);
    if (problem)
        failToMake(directory, problem);
}

struct State {
    std::string state = "new", sentence;
};

State readState(const fs::path& directory) {
    const fs::path file = directory / "state.json";
    State found;
    if (!isThere(file))
        return found;
    const nlohmann::json document = parseJson(readText(file), file.string(), ErrorKind::data);
    JsonReader reader(document, file.string(), ErrorKind::data);
    reader.read("state", found.state);
    reader.read("sentence", found.sentence);
    reader.finish();
    return found;
}

int openDirectory(const fs::path& directory) {
    return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

}  // namespace

RunDirectory::RunDirectory(fs::path path, Experiment experiment)
    : path_(std::move(path)), experiment_(std::move(experiment)) {}

std::vector<fs::path> RunDirectory::files() const {
    std::vector<fs::path> files;
    for (const char* name : {"experiment.json", "metrics.jsonl", "checkpoint.h5", "best.h5",
                             "segments.json", "state.json"})
        files.push_back(path_ / name);
    return files;
}

RunDirectory RunDirectory::create(const fs::path& parent, const Experiment& experiment) {
    check(experiment);
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    const fs::path folder = fs::absolute(parent);
    makeParents(folder);
    const std::string name = fmt::format("{:%Y-%m-%dT%H-%M-%S}_{}", fmt::gmtime(now),
                                         folderName(displayName(experiment)));
    fs::path path = folder / name;
    for (int number = 2; !makeDirectory(path); ++number)
        path = folder / fmt::format("{}_{}", name, number);
    RunDirectory run(path, experiment);
    run.setExperiment(experiment);
    return run;
}

RunDirectory RunDirectory::createAt(const fs::path& directory, const Experiment& experiment) {
    check(experiment);
    const fs::path path = fs::absolute(directory);
    makeParents(path.parent_path());
    std::error_code problem;
    if (isThere(path) && (!fs::is_empty(path, problem) || !fs::is_directory(path, problem)))
        throw Error(
            ErrorKind::data,
            fmt::format("{} is there already and not an empty folder; a run would overwrite it.",
                        path.string()),
            "Choose another folder for the run, or resume the run it holds.");
    makeDirectory(path);
    RunDirectory run(path, experiment);
    run.setExperiment(experiment);
    return run;
}

RunDirectory RunDirectory::open(const fs::path& directory) {
    std::error_code problem;
    const fs::path path = fs::absolute(directory, problem);
    const bool found = !directory.empty() && fs::is_regular_file(path / "experiment.json", problem);
    if (problem == std::errc::permission_denied)
        throw Error(ErrorKind::data,
                    fmt::format("The run directory {} cannot be read: {}.", path.string(),
                                problem.message()),
                    "Change its permissions, or choose another run.");
    if (!found)
        throw Error(
            ErrorKind::data,
            fmt::format("{} is no run directory: it has no file experiment.json.", path.string()),
            "Choose a directory that a training made.");
    return RunDirectory(path, readExperiment(path / "experiment.json"));
}

void RunDirectory::setExperiment(const Experiment& experiment) {
    writeExperiment(experiment, path_ / "experiment.json");
    experiment_ = experiment;
}

void RunDirectory::appendMetrics(const EpochRecord& record) const {
    appendLine(path_ / "metrics.jsonl", toJsonLine(record));
}

void RunDirectory::setMetrics(std::span<const EpochRecord> records) const {
    std::string text;
    for (const EpochRecord& record : records)
        text += toJsonLine(record) + "\n";
    writeText(path_ / "metrics.jsonl", text);
}

std::vector<EpochRecord> RunDirectory::metrics() const {
    const fs::path file = path_ / "metrics.jsonl";
    std::vector<EpochRecord> records;
    if (!isThere(file))
        return records;
    const std::string text = readText(file, std::uint64_t{1} << 30);
    std::size_t start = 0, number = 1;
    for (std::size_t end; (end = text.find('\n', start)) != std::string::npos;
         start = end + 1, ++number)
        records.push_back(epochRecordFromJson(text.substr(start, end - start),
                                              fmt::format("{}, line {}", file.string(), number)));
    return records;
}

fs::path RunDirectory::file(Kept which) const {
    return path_ / (which == Kept::last ? "checkpoint.h5" : "best.h5");
}

void RunDirectory::saveCheckpoint(const Checkpoint& checkpoint, Kept which) const {
    writeCheckpoint(file(which), experiment_.network, checkpoint);
}

bool RunDirectory::hasCheckpoint(Kept which) const {
    return isThere(file(which));
}

Checkpoint RunDirectory::loadCheckpoint(Kept which) const {
    return readCheckpoint(file(which), experiment_.network);
}

void RunDirectory::returnToBest() const {
    if (!hasCheckpoint(Kept::best))
        throw Error(ErrorKind::usage,
                    fmt::format("The run {} has no best epoch to return to: none was finished.",
                                path_.string()),
                    "Start a new run.");
    const RunLock lock(*this);
    const Checkpoint best = loadCheckpoint(Kept::best);
    saveCheckpoint(best, Kept::last);
    setMetrics(best.history);
    setState("stopped", fmt::format("Returned to epoch {}.", best.epoch));
}

void RunDirectory::setState(const std::string& state, const std::string& sentence) const {
    nlohmann::ordered_json json;
    json["state"] = state;
    json["sentence"] = sentence;
    writeText(path_ / "state.json",
              json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

std::string RunDirectory::state() const {
    const std::string state = readState(path_).state;
    if ((state == "running" || state == "paused") && !RunLock::isHeld(*this))
        return "interrupted";
    return state;
}

std::string RunDirectory::stateSentence() const {
    return readState(path_).sentence;
}

RunLock::RunLock(const RunDirectory& run) : descriptor_(openDirectory(run.path())) {
    if (descriptor_ < 0)
        throw Error(ErrorKind::data,
                    fmt::format("The run directory {} cannot be opened: {}.", run.path().string(),
                                std::generic_category().message(errno)),
                    "Check that it is still there.");
    // isHeld() holds the lock for a moment, so one refusal is not yet a no.
    for (int attempt = 0; ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0; ++attempt) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return;  // a file system without locks
        if (attempt == 20) {
            ::close(descriptor_);
            throw Error(
                ErrorKind::run,
                fmt::format("The run {} is being trained already, here or by another program.",
                            run.path().string()),
                "Wait for it to end, stop it, or start another run.");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

RunLock::~RunLock() {
    ::close(descriptor_);
}

bool RunLock::isHeld(const RunDirectory& run) {
    const int descriptor = openDirectory(run.path());
    if (descriptor < 0)
        return false;
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    return held;
}

}  // namespace shearbench::training

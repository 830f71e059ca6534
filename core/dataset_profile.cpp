// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "core/error.h"
#include "core/experiment_reading.h"
#include "core/files.h"
#include "core/json_fields.h"

namespace shearbench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "shearbench-profile";
constexpr const char* kEnding = ".json";

void requireName(const std::string& name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == ' ' || c == '-' || c == '_' || c == '.';
    };
    if (name.empty() || name.size() > 64 || name.front() == '.' || name.front() == ' ' ||
        name.back() == ' ' || !std::all_of(name.begin(), name.end(), allowed))
        throw Error(ErrorKind::usage,
                    fmt::format("A dataset profile cannot be called \"{}\".", name),
                    "Use 1 to 64 letters, digits, blanks, \"-\", \"_\" and \".\".");
}

DatasetProfile profileFrom(const fs::path& file) {
    const std::string source = file.string();
    const nlohmann::json document = parseJson(readText(file, 1 << 20), source, ErrorKind::usage);
    JsonReader reader(document, source, ErrorKind::usage);
    std::string format;
    int version = 0;
    if (!reader.read("format", format) || format != kFormat || !reader.read("version", version) ||
        version != 1)
        throw Error(
            ErrorKind::usage,
            fmt::format("{} is no dataset profile of version 1: its field \"format\" is not "
                        "\"{}\"",
                        source, kFormat),
            "Choose a profile that Shearbench wrote.");
    DatasetProfile profile;
    reader.read("name", profile.name);
    JsonReader reading = reader.object("reading");
    readFields(reading, profile.reading, kReadingFields);
    reading.finish();
    reader.finish();
    Experiment checked;
    checked.data = profile.reading;
    check(checked);
    return profile;
}

}  // namespace

fs::path profilesFolder() {
    if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data)
        return fs::path(data) / "shearbench" / "profiles";
    const char* home = std::getenv("HOME");
    return fs::path(home ? home : ".") / ".local" / "share" / "shearbench" / "profiles";
}

std::vector<std::string> profileNames(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().extension() == kEnding)
            names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

void writeProfile(const DatasetProfile& profile, const fs::path& folder) {
    requireName(profile.name);
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem)
        throw Error(ErrorKind::data,
                    fmt::format("The folder {} for dataset profiles cannot be made: {}.",
                                folder.string(), problem.message()),
                    "Choose another folder with XDG_DATA_HOME.");
    nlohmann::ordered_json json;
    json["format"] = kFormat;
    json["version"] = 1;
    json["name"] = profile.name;
    json["reading"] = writeFields(profile.reading, kReadingFields);
    writeText(folder / (profile.name + kEnding), json.dump(2) + "\n");
}

DatasetProfile readProfile(const std::string& nameOrFile, const fs::path& folder) {
    std::error_code ignored;
    const fs::path named = folder / (nameOrFile + kEnding);
    if (!nameOrFile.empty() && nameOrFile.find('/') == std::string::npos &&
        fs::is_regular_file(named, ignored))
        return profileFrom(named);
    if (fs::is_regular_file(nameOrFile, ignored))
        return profileFrom(nameOrFile);
    const std::vector<std::string> known = profileNames(folder);
    throw Error(ErrorKind::usage,
                fmt::format("There is no dataset profile \"{}\"; {}.", nameOrFile,
                            known.empty() ? "none is saved"
                                          : fmt::format("known are {}", fmt::join(known, ", "))),
                fmt::format("Save one in the window, or name the file of one. They lie in {}.",
                            folder.string()));
}

}  // namespace shearbench

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/generated_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "core/data/hdf5.h"
#include "core/error.h"
#include "core/files.h"
#include "core/json_reader.h"
#include "core/version.h"

namespace shearbench::model {

namespace {

namespace fs = std::filesystem;
using data::h5::File;

constexpr std::int64_t kChunk = 128;  // galaxies
constexpr std::int64_t kMostGalaxies = std::int64_t{1} << 40;

/// What a file is to hold: equal notes, equal files.
std::string noteOf(const Generator& generator, const GenerationRequest& request) {
    nlohmann::ordered_json json;
    json["format"] = "shearbench-generated";
    json["network"] = generator.fingerprint();
    json["count"] = request.count;
    json["seed"] = request.seed;
    json["temperature"] = request.temperature;
    return json.dump();
}

fs::path beside(const fs::path& file, const char* ending) {
    fs::path path = file;
    path += ending;
    return path;
}

void requireRoom(const fs::path& file, std::uint64_t bytes) {
    std::error_code problem;
    const fs::path folder = fs::absolute(file).parent_path();
    const fs::space_info space = fs::space(folder, problem);
    if (!problem && space.available < bytes)
        throw Error(ErrorKind::data,
                    fmt::format("{} will take {:.1f} GB; {:.1f} GB are free in {}.", file.string(),
                                static_cast<double>(bytes) / 1e9,
                                static_cast<double>(space.available) / 1e9, folder.string()),
                    "Ask for fewer galaxies, or write to another disk.");
}

void createFile(const fs::path& partial, const Generator& generator,
                const GenerationRequest& request, const std::string& note) {
    const data::Schema& schema = request.schema;
    File file = File::create(partial);
    const auto count = static_cast<std::uint64_t>(request.count);
    const auto extent = [](int value) { return static_cast<std::uint64_t>(value); };
    file.createFixed<float>(
        "images", {count, extent(schema.channels), extent(schema.height), extent(schema.width)});
    file.createFixed<float>("latent", {count, generator.latentCount()});
    file.writeText("/", "generator", "Shearbench generative network");
    file.writeText("/", "generator_version", kVersion);
    file.writeText("/", "request", note);
    file.writeInteger("/", "seed", static_cast<std::int64_t>(request.seed));
    file.writeNumber("/", "temperature", request.temperature);
    std::string bands;
    for (const std::string& band : schema.bands)
        bands += band.size() == 1 ? band : "";
    if (bands.size() == schema.bands.size() && !bands.empty())
        file.writeText("/", "bands", bands);
    if (schema.pixelScaleArcsec > 0)
        file.writeNumber("/", "pixel_scale_arcsec", schema.pixelScaleArcsec);
    if (!schema.units.empty())
        file.writeText("/", "units", schema.units);
    if (!schema.zeroPoints.empty())
        file.writeNumbers("/", "zp_ab", schema.zeroPoints);
    for (const auto& [name, value] : request.attributes)
        file.writeText("/", name, value);
    file.close();
}

/// How many galaxies the unfinished file holds; 0 when it is another's or none.
std::int64_t finishedIn(const fs::path& partial, const fs::path& progress,
                        const std::string& note) {
    std::error_code problem;
    const std::uintmax_t bytes = fs::file_size(partial, problem);
    if (problem || bytes == 0 || !fs::exists(progress, problem))
        return 0;
    const nlohmann::json document =
        parseJson(readText(progress), progress.string(), ErrorKind::data);
    JsonReader reader(document, progress.string(), ErrorKind::data);
    std::string found;
    std::int64_t done = 0;
    reader.read("request", found);
    reader.read("done", done);
    reader.finish();
    return found == note ? done : 0;
}

void noteProgress(const fs::path& progress, const std::string& note, std::int64_t done) {
    nlohmann::ordered_json json;
    json["request"] = note;
    json["done"] = done;
    writeText(progress, json.dump(2) + "\n");
}

bool isThere(const fs::path& file, const std::string& note) {
    std::error_code problem;
    if (!fs::is_regular_file(file, problem))
        return false;
    try {
        const File found = File::open(file);
        return found.hasAttribute("/", "request") && found.readText("/", "request") == note;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

bool writeGenerated(Generator& generator, const GenerationRequest& request, const fs::path& file,
                    const std::function<bool(const GenerationProgress&)>& report) {
    if (request.count < 1 || request.count > kMostGalaxies)
        throw Error(ErrorKind::usage, fmt::format("{} galaxies were asked for; 1 to {} are "
                                                  "possible.",
                                                  request.count, kMostGalaxies));
    const std::string note = noteOf(generator, request);
    if (isThere(file, note))
        return true;
    const fs::path partial = beside(file, ".partial"), progress = beside(file, ".progress");
    requireReplaceable(file);
    requireReplaceable(partial);
    const FileLock alone(partial);
    std::int64_t done =
        std::clamp<std::int64_t>(finishedIn(partial, progress, note), 0, request.count);
    const std::size_t size = generator.imageCount(), latent = generator.latentCount();
    if (done == 0) {
        std::error_code ignored;
        fs::remove(progress, ignored);
        try {
            requireRoom(
                file, static_cast<std::uint64_t>(request.count) * (size + latent) * sizeof(float));
            createFile(partial, generator, request, note);
            noteProgress(progress, note, 0);
        } catch (...) {
            fs::remove(partial, ignored);
            throw;
        }
    }
    std::vector<float> images;
    const std::int64_t before = done;
    const auto start = std::chrono::steady_clock::now();
    for (; done < request.count;) {
        // Opened for each chunk, so that nothing but numbers in their places is ever under way.
        const std::int64_t count = std::min(kChunk, request.count - done);
        const std::vector<float> latents =
            generator.latents(request.seed, done, count, request.temperature);
        images.resize(static_cast<std::size_t>(count) * size);
        generator.autoencoder().decode(latents, images);
        {
            File out = File::openForWriting(partial);
            out.dataset("images").writeRows<float>(static_cast<std::uint64_t>(done), images);
            out.dataset("latent").writeRows<float>(static_cast<std::uint64_t>(done), latents);
            out.close();
        }
        done += count;
        noteProgress(progress, note, done);
        GenerationProgress now{done, request.count};
        now.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        now.imagesPerSecond = static_cast<double>(done - before) / std::max(now.seconds, 1e-9);
        now.secondsLeft = static_cast<double>(request.count - done) / now.imagesPerSecond;
        if (report && !report(now) && done < request.count)
            return false;
    }
    std::error_code problem;
    fs::rename(partial, file, problem);
    if (problem)
        throw Error(ErrorKind::data,
                    fmt::format("The finished file {} could not be renamed to {}: {}.",
                                partial.string(), file.string(), problem.message()));
    fs::remove(progress, problem);
    return true;
}

}  // namespace shearbench::model

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

// The Experiment document: everything that can change a result, and nothing else. The window edits
// it, the command line runs it, a run directory keeps it. Plain values; reading checks every field.

namespace shearbench {

/// Where the cutouts come from and what the network sees of them. Empty strings mean "found in the
/// file" (core/data/schema.h); what was found is written back when a run starts.
struct DataSettings {
    std::string file;
    std::string images;  ///< dataset path
    std::string layout;  ///< "NCHW", "NHWC", "NHW"
    std::array<std::string, 3> targets;  ///< columns for e1, e2, redshift
    std::string group;  ///< rows of one group stay on one side of the split; "none": no grouping
    std::string checksum;  ///< of the file that a run was made with; empty: not checked

    std::uint64_t splitSeed = 1;
    double validationFraction = 0.1, testFraction = 0.1;

    std::string normalisation = "asinh";     ///< "none", or "asinh": asinh(x / scale) per band
    std::vector<double> normalisationScale;  ///< per band; empty: the sky's standard deviation
    bool turnsAndFlips = true;  ///< augmentation of the training images, labels turned along
};

struct NetworkSettings {
    std::string preset = "deterministic";
};

struct DeviceSettings {
    std::string id = "cpu";
    int threads = 0;             ///< 0: all
    double memoryCapMB = 0;      ///< 0: none
};

struct TrainingSettings {
    int batch = 8;
    int epochs = 30;
    std::uint64_t seed = 1;  ///< start values, order of the images, augmentation
    /// "stable" or "paper": names a set of the four values below (applyRecipe); "custom" otherwise.
    std::string recipe = "stable";
    double learningRate = 1e-3;
    std::string schedule = "cosine";  ///< "constant", or "cosine": down to finalFraction at the end
    double finalFraction = 0.01;
    int warmupSteps = 500;  ///< learning rate rises linearly from 0 over so many steps
    double clipNorm = 5;    ///< 0: none
};

struct Experiment {
    std::string name;  ///< "deterministic_b8"; empty: made from network and batch
    DataSettings data;
    NetworkSettings network;
    DeviceSettings device;
    TrainingSettings training;

    bool operator==(const Experiment&) const;
};

/// "stable": what trains without spikes on heavy-tailed cutouts. "paper": Adam at a constant 1e-3,
/// no warm-up, no clipping (Arcelin 2021). Throws Error(usage) for another name.
void applyRecipe(TrainingSettings& settings, const std::string& recipe);

/// Learning rate of update `step` (from 0) out of `steps`.
double learningRateAt(const TrainingSettings& settings, std::int64_t step, std::int64_t steps);

/// Throws Error(usage) naming field, value and what is allowed.
void check(const Experiment& experiment);

/// The name a run directory gets: name if set, else network and batch.
std::string displayName(const Experiment& experiment);

/// JSON with two-space indent and a final newline; numbers in their shortest exact form.
std::string toJson(const Experiment& experiment);
/// Missing fields keep their defaults; unknown ones, wrong types and bad values throw Error(usage)
/// with the field's path; `source` names the document in messages.
Experiment experimentFromJson(const std::string& text, const std::string& source);

Experiment readExperiment(const std::filesystem::path& file);
/// Written beside, synced, renamed.
void writeExperiment(const Experiment& experiment, const std::filesystem::path& file);

}  // namespace shearbench

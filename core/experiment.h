// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/galaxy_recipe.h"

// The Experiment document: everything that can change a result, and nothing else. The window edits
// it, the command line runs it, a run directory keeps it. Plain values; reading checks every field.

namespace shearbench {

/// Galaxies simulated while they are trained on, instead of a file: every epoch shows others, none
/// twice. Rows 0..galaxies-1 are split as a file's would be; those that validate and test stay the
/// same.
struct SimulatedData {
    std::int64_t galaxies = 0;  ///< rows; 0: the cutouts come from a file
    std::uint64_t seed = 1;
    GalaxyRecipe recipe;

    bool operator==(const SimulatedData&) const = default;
};

/// Where the cutouts come from and what the network sees of them. Empty strings mean "found in the
/// file" (core/data/schema.h); what was found is written back when a run starts.
struct DataSettings {
    std::string file;  ///< empty where galaxies are simulated
    SimulatedData simulated;
    std::string images;                  ///< dataset path
    std::string layout;                  ///< "NCHW", "NHWC", "NHW", "NVCHW", "NVHWC"
    std::array<std::string, 3> targets;  ///< columns for e1, e2, redshift
    std::string group;     ///< rows of one group stay on one side of the split; "none": no grouping
    std::string checksum;  ///< of the file that a run was made with; empty: not checked

    int variant = -1;                    ///< of stacks with several of each image; -1: find it
    std::vector<std::string> bandNames;  ///< of all channels of the file
    std::vector<std::string> bands;      ///< those the network sees, in this order; empty: all
    double pixelScaleArcsec = 0;         ///< 0: as the file says
    std::string ellipticity;             ///< "reduced-shear", "distortion"; empty: as the file says
    std::string shape;           ///< columns that e1, e2 are made of (core/data/shape_columns.h)
    std::string labels;          ///< CSV file with further columns; "none": there is none
    std::string labelsChecksum;  ///< as checksum
    int stamp = 0;               ///< side images are cropped or padded to; 0: as stored
    /// Images among which the order is random where they are read while training, as they lie in
    /// the file otherwise; 0: among all. -1: all where they fit into memory.
    std::int64_t shuffleWindow = -1;

    std::uint64_t splitSeed = 1;
    double validationFraction = 0.1, testFraction = 0.1;
    std::int64_t trainingImages = 0;  ///< at most so many of the training rows; 0: all of them

    /// "none", "asinh", "tanh_asinh", "unit_asinh": core/data/normalisation.h, per band.
    std::string normalisation = "asinh";
    std::vector<double>
        normalisationScale;     ///< per band; empty: the sky's standard deviation; for tanh_asinh
                                ///< the mean over the training images of their maximum
    bool turnsAndFlips = true;  ///< augmentation of the training images, labels turned along

    bool isSimulated() const { return simulated.galaxies > 0; }
    bool isChosen() const { return isSimulated() || !file.empty(); }

    bool operator==(const DataSettings&) const = default;
};

/// The fields that say how a file is read, not which one or what is made of it: images to group and
/// variant to stamp.
DataSettings readingOf(const DataSettings& settings);
/// `settings` with those fields of `reading`.
DataSettings withReading(DataSettings settings, const DataSettings& reading);

struct NetworkSettings {
    std::string preset = "deterministic";
    /// Of a Bayesian network: layers whose weights are numbers all the same. Empty: none.
    std::vector<std::string> fixedLayers;
    /// Start value of rho (its mean, of a Bayesian network); weights of a Bayesian network and
    /// latent features of an autoencoder start with a standard deviation of softplus(rho).
    double rhoStart = -9;
    /// What kernels (means, where they are Bayesian) start as: "glorot_uniform", "he_normal", or
    /// empty: as the preset says.
    std::string kernelStart;

    bool operator==(const NetworkSettings&) const = default;
};

/// Of a generative network (network.preset "generative"), beside data and training, which are its
/// autoencoder's.
struct GenerativeSettings {
    std::string reconstruction = "squared_error";  ///< or "cross_entropy"
    /// Factor of the latent features' divergence from N(0, 1) in the loss; it rises from 0 over so
    /// many epochs.
    double klCoefficient = 0.01;
    int klWarmupEpochs = 0;
    /// Of the flow: latent samples a step, passes over all samples, samples of each galaxy.
    int flowBatch = 128, flowEpochs = 20, flowDraws = 8;
    double flowLearningRate = 1e-3;
    std::int64_t count = 1000;  ///< galaxies made at the end
    double temperature = 1;     ///< standard deviation of the flow's base

    bool operator==(const GenerativeSettings&) const = default;
};

struct DeviceSettings {
    std::string id = "cpu";
    int threads = 0;         ///< 0: all
    double memoryCapMB = 0;  ///< 1e6 bytes; 0: none

    bool operator==(const DeviceSettings&) const = default;
};

struct TrainingSettings {
    int batch = 8;
    int epochs = 30;
    std::uint64_t seed = 1;  ///< start values, order of the images, augmentation
    /// "stable" or "paper": names a set of values (applyRecipe); "custom" otherwise.
    std::string recipe = "stable";
    double learningRate = 3e-4;
    std::string schedule = "cosine";  ///< "constant", or "cosine": down to finalFraction at the end
    double finalFraction = 0.01;
    /// The rate rises linearly from 0 over so many steps, at most a tenth of all.
    int warmupSteps = 500;
    /// Gradients are scaled down to this norm; ordinary ones have 20 to 100. 0: never.
    double clipNorm = 100;
    /// Of a Bayesian network: factor on the weights' KL divergence from their prior, which enters
    /// the loss divided by the number of training images. 1: the evidence lower bound.
    double klWeight = 1;
    /// It rises linearly from 0 over so many epochs.
    int klWarmupEpochs = 0;

    bool operator==(const TrainingSettings&) const = default;
};

/// What a benchmark sweeps over and how it takes times (core/benchmark/).
struct BenchmarkSettings {
    std::string protocol = "quick";     ///< "quick" or "paper" (core/benchmark/protocol.h)
    std::vector<std::string> networks;  ///< empty: network.preset
    std::vector<std::string> devices;   ///< empty: device.id
    std::vector<int> batches;           ///< empty: the paper's, of each network
    std::vector<int> imageCounts;       ///< to generate; empty: generation is not timed
    int images = 8000;                  ///< an epoch's
    int warmupEpochs = 10, epochs = 100;
    double budgetSeconds = 8;     ///< quick: of one point
    double halfWidthPercent = 1;  ///< quick: half the interval over the time, when it is enough
    int imageSize = 64;           ///< rows and columns of made-up images, where there is no file

    bool operator==(const BenchmarkSettings&) const = default;
};

/// What an experiment was run with: for the reader, changes no result. Empty until a run starts.
struct Provenance {
    std::string version;  ///< of the program
    std::string device;   ///< name and backend, as the device says
    std::string started;  ///< UTC, ISO 8601

    bool operator==(const Provenance&) const = default;
};

struct Experiment {
    std::string name;  ///< "deterministic_b8"; empty: made from network and batch
    DataSettings data;
    NetworkSettings network;
    DeviceSettings device;
    TrainingSettings training;
    GenerativeSettings generative;
    BenchmarkSettings benchmark;
    Provenance provenance;

    bool operator==(const Experiment&) const = default;
};

/// Sets what a recipe names for the experiment's network: of the training all but batch, epochs and
/// seed; the pixels' normalisation, which forgets its scales when it changes; start values; of a
/// generative network reconstruction and KL. "stable": what was seen to learn on noisy,
/// heavy-tailed cutouts. "paper": as in Arcelin 2021, Adam at a constant rate, no warm-up, no
/// clipping. Throws Error(usage) for another name.
void applyRecipe(Experiment& experiment, const std::string& recipe);

/// The recipe whose values these are: training.recipe if it still fits them, else "custom".
std::string honestRecipe(const Experiment& experiment);

/// Learning rate of update `step` (from 0) out of `steps`: (step + 1) / warm-up of it while warming
/// up, then constant, or half a cosine period that reaches finalFraction at the last step.
double learningRateAt(const TrainingSettings& settings, std::int64_t step, std::int64_t steps);

/// Factor on the KL divergence in update `step` (from 0): klWeight, less while warming up.
double klWeightAt(const TrainingSettings& settings, std::int64_t step, std::int64_t stepsPerEpoch);
/// Sets network.preset and what training.recipe names for it; where that is "custom", only a
/// normalisation that goes with it.
void choosePreset(Experiment& experiment, const std::string& preset);

/// Throws Error(usage) naming field, value and what is allowed. Whether file, preset and device
/// exist is for data::CutoutFile, network::makePreset and device::findDevice to say.
void check(const Experiment& experiment);

/// The name a run directory gets: name if set, else network and batch.
std::string displayName(const Experiment& experiment);

/// JSON with two-space indent and a final newline; numbers in their shortest exact form. The fields
/// have this header's names in snake_case, beside "format": "shearbench-experiment" and
/// "version": 1.
std::string toJson(const Experiment& experiment);
/// Missing fields keep their defaults (those of the recipe, where one is named; values that differ
/// from it make it "custom"); a missing format, unknown fields, wrong types and bad values throw
/// Error(usage) with the field's path; `source` names the document in messages.
Experiment experimentFromJson(const std::string& text, const std::string& source);

Experiment readExperiment(const std::filesystem::path& file);
/// Written beside, synced, renamed.
void writeExperiment(const Experiment& experiment, const std::filesystem::path& file);

}  // namespace shearbench

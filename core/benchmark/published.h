// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/benchmark/protocol.h"

// The times of B. Arcelin (2021), which the program's own are set beside. They are built in, from
// resources/published_results.json.

namespace shearbench::benchmark {

struct PublishedDevice {
    std::string id;    ///< "v100", "gc2"
    std::string name;  ///< "Nvidia Tesla V100 PCIe"
    int cores = 0;
    double memoryMB = 0, teraflops = 0, maxPowerWatts = 0;
};

struct PublishedTime {
    int size = 0;  ///< batch size or number of images
    double seconds = 0;
};

/// `network` as in a Task.
struct PublishedCurve {
    std::string device;
    Kind kind = Kind::training;
    std::string network;
    std::vector<PublishedTime> times;  ///< ascending in size
};

/// How long a catalogue as large as CosmoDC2 takes to generate.
struct PublishedExtrapolation {
    std::string catalogue;
    double squareDegrees = 0, galaxies = 0;
    double v100DaysAtMost = 0;
};

struct Published {
    std::string source;  ///< what to cite
    std::string trainingProtocol, generationProtocol;
    std::vector<PublishedDevice> devices;
    std::vector<PublishedCurve> curves;
    PublishedExtrapolation extrapolation;

    const PublishedDevice* device(const std::string& id) const;
    /// Null where nothing was published.
    const PublishedCurve* curve(const std::string& device, Kind kind,
                                const std::string& network) const;
};

/// Read once, on first use. Thread-safe.
const Published& published();

/// Reads such a document. Throws Error(data) for anything that is not as expected.
Published publishedFromJson(const std::string& text, const std::string& source);

/// The batch sizes (training) or image counts (generation) of the paper, for a network; those of
/// the deterministic one for networks it does not have.
std::vector<int> paperSizes(Kind kind, const std::string& network);

}  // namespace shearbench::benchmark

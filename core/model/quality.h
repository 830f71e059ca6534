// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/analysis/distances.h"
#include "core/analysis/galaxy_statistics.h"
#include "core/data/schema.h"
#include "core/model/generator.h"

namespace shearbench::model {

/// Images (n, C, H, W) of that schema as analysis wants them: which bands are g, r and i (those
/// usual in ugrizy where they have no such names), zero points.
analysis::GalaxyImages galaxyImages(const data::Schema& schema, std::span<const float> values);

/// How far reconstructed and generated galaxies are from real ones.
struct Quality {
    std::int64_t count = 0;   ///< galaxies of each kind
    bool noiseAdded = false;  ///< to reconstructed and generated ones: the sky's, as real ones have
    analysis::GalaxyStatistics real, reconstructed, generated;
    /// One row a quantity, in the same order: the distance between two halves of the real galaxies
    /// that can be expected by chance, and those of the others to all real ones.
    std::vector<analysis::StatisticDistance> halves, toReconstructed, toGenerated;
    /// For the first generated galaxies, the real ones nearest to them, pixel by pixel, as
    /// places in the rows asked for.
    std::vector<std::vector<analysis::Neighbour>> nearest;
};

struct QualityRequest {
    std::int64_t count = 1000;  ///< at most so many of each kind
    std::uint64_t seed = 1;
    double temperature = 1;
    bool addNoise = true;  ///< where the file says how noisy its sky is
    std::size_t neighbours = 3, neighboursOf = 16;
    int threads = 0;  ///< to measure with; 0: all cores
};

/// Compares the galaxies in `rows` of the training file with their reconstructions from the latent
/// means and with as many generated ones. `progress` gets what is done of 1 and cancels by
/// returning false; the result is then worth nothing. Takes memory for some hundred galaxies,
/// however many there are.
Quality judgeQuality(Generator& generator, const data::CutoutSource& source,
                     std::span<const std::int64_t> rows, const QualityRequest& request,
                     const std::function<bool(double)>& progress = {});

}  // namespace shearbench::model

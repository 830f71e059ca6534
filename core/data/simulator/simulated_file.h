// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/data/hdf5.h"
#include "core/data/simulator/block_queue.h"
#include "core/data/simulator/simulate.h"

namespace shearbench::data::simulator {

/// Bytes of a file without compression, a little too many.
std::uint64_t simulatedFileBytes(const SimulationSettings& settings);

/// The HDF5 file of data/FORMAT.md, growing block by block. Every method throws Error(data) naming
/// the file.
class SimulatedFile {
  public:
    SimulatedFile(const std::filesystem::path& file, const SimulationSettings& settings);

    void append(const Block& block);
    /// Writes out what is buffered; without it the file is not whole.
    void close() { file_.close(); }

  private:
    /// Of every galaxy of a cutout, (N, most galaxies): NaN and -1 where there is none.
    struct GalaxyTables {
        std::vector<h5::Dataset> columns;
        h5::Dataset flux, sed;
    };

    void writeAttributes(const SimulationSettings& settings);
    GalaxyTables makeTables();
    void appendColumns(const Block& block);
    void appendTables(const Block& block);

    h5::File file_;
    std::size_t most_;  ///< galaxies a cutout
    h5::Dataset images_;
    std::optional<h5::Dataset> noiseless_, central_;
    std::vector<h5::Dataset> columns_;  ///< galaxyColumns(), then cutoutColumns()
    h5::Dataset flux_, sed_, galaxyId_;
    std::optional<GalaxyTables> tables_;
};

}  // namespace shearbench::data::simulator

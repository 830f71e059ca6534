// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/data/hdf5.h"
#include "core/data/simulator/block_queue.h"
#include "core/data/simulator/simulate.h"

namespace shearbench::data::simulator {

/// Bytes of a file without compression, a little too many.
std::uint64_t simulatedFileBytes(const SimulationSettings& settings);

/// The HDF5 file simulate() describes, growing block by block. Every method throws Error(data)
/// naming the file.
class SimulatedFile {
  public:
    SimulatedFile(const std::filesystem::path& file, const SimulationSettings& settings);

    void append(const Block& block);
    /// Writes out what is buffered; without it the file is not whole.
    void close() { file_.close(); }

  private:
    void writeAttributes(const SimulationSettings& settings);

    h5::File file_;
    h5::Dataset images_;
    std::optional<h5::Dataset> noiseless_;
    std::vector<h5::Dataset> columns_;  ///< in the order of kColumns
    h5::Dataset flux_, sed_, galaxyId_;
};

}  // namespace shearbench::data::simulator

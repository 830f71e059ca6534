// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/lzf_filter.h"

#include <hdf5.h>

#include <algorithm>
#include <cstdlib>
#include <exception>

namespace shearbench::data::h5 {
namespace {

constexpr H5Z_filter_t kLzf = 32000;
constexpr std::size_t kLargestChunk = std::size_t{1} << 30;

/// As H5Z_func_t: gives back the bytes now in *buffer, 0 for a failure.
std::size_t filterLzf(unsigned flags, std::size_t valueCount, const unsigned* values,
                      std::size_t bytes, std::size_t* bufferSize, void** buffer) {
    if (!(flags & H5Z_FLAG_REVERSE))
        return 0;
    try {
        // The third value is the size of a chunk, as h5py writes it.
        const std::size_t most = valueCount >= 3 && values[2] > 0
                                     ? std::min<std::size_t>(values[2], kLargestChunk)
                                     : kLargestChunk;
        const auto plain = decompressLzf({static_cast<const std::uint8_t*>(*buffer), bytes}, most);
        if (!plain || plain->empty())
            return 0;
        void* replacement = std::malloc(plain->size());
        if (!replacement)
            return 0;
        std::copy(plain->begin(), plain->end(), static_cast<std::uint8_t*>(replacement));
        std::free(*buffer);
        *buffer = replacement;
        *bufferSize = plain->size();
        return plain->size();
    } catch (const std::exception&) {
        return 0;
    }
}

}  // namespace

std::optional<std::vector<std::uint8_t>> decompressLzf(std::span<const std::uint8_t> bytes,
                                                       std::size_t most) {
    std::vector<std::uint8_t> out;
    for (std::size_t i = 0; i < bytes.size();) {
        const std::size_t control = bytes[i++];
        if (control < 32) {
            const std::size_t length = control + 1;
            if (length > bytes.size() - i || length > most - out.size())
                return std::nullopt;
            out.insert(out.end(), bytes.begin() + static_cast<std::ptrdiff_t>(i),
                       bytes.begin() + static_cast<std::ptrdiff_t>(i + length));
            i += length;
            continue;
        }
        std::size_t length = (control >> 5) + 2;
        if (length == 9) {
            if (i >= bytes.size())
                return std::nullopt;
            length += bytes[i++];
        }
        if (i >= bytes.size())
            return std::nullopt;
        const std::size_t back = ((control & 31) << 8) + bytes[i++] + 1;
        if (back > out.size() || length > most - out.size())
            return std::nullopt;
        // Byte by byte: what is repeated may overlap itself.
        for (std::size_t n = 0; n < length; ++n)
            out.push_back(out[out.size() - back]);
    }
    return out;
}

void registerLzf() {
    static const H5Z_class2_t kFilter{H5Z_CLASS_T_VERS, kLzf,    0,        1, "lzf",
                                      nullptr,          nullptr, filterLzf};
    H5Zregister(&kFilter);
}

}  // namespace shearbench::data::h5

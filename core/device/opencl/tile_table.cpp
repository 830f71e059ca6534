// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/tile_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>

#include "core/cache_folder.h"
#include "core/device/opencl/kernel_sources.h"

namespace shearbench::device::opencl {

namespace fs = std::filesystem;

namespace {

constexpr char kHeader[] = "shearbench OpenCL tiles 1\n";
constexpr std::uint64_t kLargest = 1 << 20;
constexpr std::size_t kMostEntries = 10'000;
constexpr int kLargestNumber = 1 << 20;

std::string line(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < ' ')
            c = ' ';
    return text + '\n';
}

/// What tiles were measured for.
std::string headerOf(const Hardware& hardware) {
    return kHeader + line("device " + hardware.info.name) +
           line("platform " + hardware.platformName) + line("driver " + hardware.driver) +
           line(std::string("kernels ") + kernelVersion());
}

/// The next word of `line`, which is taken off it.
std::string_view nextWord(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

/// As many positive numbers as `out` holds, each the next word.
bool readNumbers(std::string_view& line, std::initializer_list<int*> out) {
    for (int* number : out) {
        const std::string_view word = nextWord(line);
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), *number);
        if (error != std::errc() || end != word.data() + word.size() || *number < 1 ||
            *number > kLargestNumber)
            return false;
    }
    return true;
}

}  // namespace

fs::path TileTable::fileOf(const Hardware& hardware) {
    const fs::path folder = cacheFolder();
    return folder.empty()
               ? fs::path()
               : folder / "opencl" / fmt::format("tiles_{:016x}.txt", hashOf(headerOf(hardware)));
}

TileTable::Key TileTable::keyOf(const network::Layer& layer, int batch) {
    return {layer.input.channels,  layer.input.height, layer.input.width,
            layer.output.channels, layer.stride,       batch};
}

/// "6 64 64 to 32 stride 1 batch 8 is vector 1 12 2 12 2 4 2"
void TileTable::readLine(std::string_view line, const Hardware& hardware) {
    Key key{};
    const bool vector = hardware.kernels == KernelKind::vector;
    if (!readNumbers(line, {&key.channels, &key.height, &key.width}) || nextWord(line) != "to" ||
        !readNumbers(line, {&key.filters}) || nextWord(line) != "stride" ||
        !readNumbers(line, {&key.stride}) || nextWord(line) != "batch" ||
        !readNumbers(line, {&key.batch}) || nextWord(line) != "is")
        return;
    const std::string_view method = nextWord(line);
    if (vector ? method != "vector" && method != "direct" : method != "tiled")
        return;
    network::Layer layer{network::LayerKind::convolution, "", {}, {}};
    layer.input = {key.channels, key.height, key.width};
    layer.stride = key.stride;
    layer.output = {key.filters, (key.height + key.stride - 1) / key.stride,
                    (key.width + key.stride - 1) / key.stride};
    ConvolutionTiles tiles = defaultTiles(layer, hardware, key.batch);
    VectorTiles& v = tiles.vector;
    TiledTiles& t = tiles.tiled;
    v.winograd = method != "direct";
    const bool read =
        vector ? readNumbers(line, {&v.rows, &v.columns, &v.blocks, &v.backColumns, &v.backBlocks,
                                    &v.weightChannels, &v.weightBlocks})
               : readNumbers(
                     line, {&t.m, &t.n, &t.itemM, &t.itemN, &t.split, &t.weightN, &t.weightItemN});
    if (read && line.empty() && possible(tiles, layer, hardware))
        entries_[key] = tiles;
}

TileTable TileTable::load(const Hardware& hardware) {
    TileTable table;
    const fs::path file = fileOf(hardware);
    const std::string text = file.empty() ? std::string() : kept(file, kLargest);
    const std::string header = headerOf(hardware);
    if (!text.starts_with(header))
        return table;
    std::string_view rest = std::string_view(text).substr(header.size());
    while (!rest.empty() && table.size() < kMostEntries) {
        const std::size_t end = rest.find('\n');
        if (end == rest.npos)
            break;
        table.readLine(rest.substr(0, end), hardware);
        rest.remove_prefix(end + 1);
    }
    return table;
}

bool TileTable::save(const Hardware& hardware) const {
    const fs::path file = fileOf(hardware);
    if (file.empty())
        return false;
    std::string text = headerOf(hardware);
    for (const auto& [key, tiles] : entries_)
        text += fmt::format("{} {} {} to {} stride {} batch {} is {}\n", key.channels, key.height,
                            key.width, key.filters, key.stride, key.batch,
                            toText(tiles, hardware.kernels));
    return keep(file, text);
}

void TileTable::set(const network::Layer& layer, int batch, const ConvolutionTiles& tiles) {
    entries_[keyOf(layer, batch)] = tiles;
}

void TileTable::add(const TileTable& other) {
    for (const auto& [key, tiles] : other.entries_)
        entries_[key] = tiles;
}

ConvolutionTiles TileTable::tilesOf(const network::Layer& layer, const Hardware& hardware,
                                    int batch) const {
    // All batches of a shape lie side by side.
    const auto after = entries_.lower_bound(keyOf(layer, batch));
    const auto fits = [&](auto entry) { return entry->first == keyOf(layer, entry->first.batch); };
    auto best = entries_.end();
    if (after != entries_.end() && fits(after))
        best = after;
    if (after != entries_.begin())
        if (const auto before = std::prev(after);
            fits(before) &&
            (best == entries_.end() ||
             static_cast<std::int64_t>(batch) * batch <
                 static_cast<std::int64_t>(before->first.batch) * best->first.batch))
            best = before;
    return best == entries_.end() ? defaultTiles(layer, hardware, batch) : best->second;
}

}  // namespace shearbench::device::opencl

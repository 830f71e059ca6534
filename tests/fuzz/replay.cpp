// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

// Stands in for libFuzzer's main() where there is no clang:
//
//     schema_replay FOLDER               runs each file of a corpus
//     schema_replay FOLDER --mutate SECONDS [--from NUMBER]
//                                        then changed ones, for so long
//     schema_replay FOLDER --only NUMBER runs the changed one of that number, which a crash left
//                                        in the file schema_mutation
//
// A change follows from its number alone. One that takes longer than 20 seconds counts as a hang
// and ends the program.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;
using Random = std::mt19937_64;

constexpr unsigned kMostSeconds = 20;
constexpr std::size_t kLargest = std::size_t{1} << 16;

std::vector<Bytes> corpusOf(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path());
    std::sort(names.begin(), names.end());
    std::vector<Bytes> corpus;
    for (const auto& name : names) {
        std::ifstream file(name, std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return corpus;
}

std::size_t below(Random& random, std::size_t bound) {
    return bound == 0 ? 0 : random() % bound;
}

/// Numbers that sizes and offsets go wrong at.
std::uint64_t telling(Random& random) {
    constexpr std::uint64_t kTelling[]{0,
                                       1,
                                       7,
                                       8,
                                       0x7f,
                                       0x80,
                                       0xff,
                                       0x7fff,
                                       0xffff,
                                       0x7fffffff,
                                       0xffffffff,
                                       0x7fffffffffffffff,
                                       0xffffffffffffffff};
    return kTelling[below(random, std::size(kTelling))];
}

void change(Bytes& bytes, const Bytes& other, Random& random) {
    const std::size_t at = below(random, bytes.size()), left = bytes.size() - at;
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(random, 7)) {
        case 0:  // a bit
            if (!bytes.empty())
                bytes[at] ^= static_cast<std::uint8_t>(1U << below(random, 8));
            break;
        case 1:  // a byte
            if (!bytes.empty())
                bytes[at] = static_cast<std::uint8_t>(random());
            break;
        case 2: {  // a number of one, two, four or eight bytes
            const std::uint64_t value = telling(random);
            const std::size_t width = std::min(left, std::size_t{1} << below(random, 4));
            for (std::size_t i = 0; i < width; ++i)
                bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
            break;
        }
        case 3:  // cut out
            bytes.erase(place,
                        place + static_cast<std::ptrdiff_t>(std::min(left, 1 + below(random, 64))));
            break;
        case 4:  // repeated
            if (bytes.size() < kLargest) {
                const Bytes piece(place, place + static_cast<std::ptrdiff_t>(
                                                     std::min(left, 1 + below(random, 64))));
                bytes.insert(place, piece.begin(), piece.end());
            }
            break;
        case 5: {  // a piece of another file
            const std::size_t from = below(random, other.size());
            const std::size_t length =
                std::min({left, other.size() - from, 1 + below(random, 512)});
            std::copy_n(other.begin() + static_cast<std::ptrdiff_t>(from), length, place);
            break;
        }
        default:  // the end is missing
            if (below(random, 8) == 0)
                bytes.resize(at);
    }
}

Bytes mutation(const std::vector<Bytes>& corpus, std::uint64_t number) {
    Random random(number);
    Bytes bytes = corpus[below(random, corpus.size())];
    const Bytes& other = corpus[below(random, corpus.size())];
    for (std::size_t left = 1 + below(random, 8); left > 0; --left)
        change(bytes, other, random);
    return bytes;
}

void run(const Bytes& bytes) {
    alarm(kMostSeconds);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    alarm(0);
}

/// How many were run in so many seconds.
std::uint64_t runMutations(const std::vector<Bytes>& corpus, std::uint64_t first, double seconds) {
    const auto start = std::chrono::steady_clock::now();
    const int note = open("schema_mutation", O_CREAT | O_TRUNC | O_WRONLY, 0644);
    std::uint64_t number = first;
    for (;
         std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < seconds;
         ++number) {
        const std::string text = std::to_string(number) + "\n";
        if (note < 0 || pwrite(note, text.data(), text.size(), 0) < 0) {
            std::cerr << "the file schema_mutation cannot be written here\n";
            std::exit(1);
        }
        run(mutation(corpus, number));
    }
    close(note);
    unlink("schema_mutation");
    return number - first;
}

}  // namespace

int main(int count, char** arguments) {
    std::string folder;
    double seconds = 0;
    std::uint64_t from = 0;
    bool only = false;
    for (int i = 1; i < count; ++i) {
        const std::string argument = arguments[i];
        const auto value = [&] { return i + 1 < count ? arguments[++i] : "0"; };
        if (argument == "--mutate")
            seconds = std::atof(value());
        else if (argument == "--from" || argument == "--only") {
            only = argument == "--only";
            from = std::strtoull(value(), nullptr, 10);
        } else
            folder = argument;
    }
    const std::vector<Bytes> corpus = folder.empty() ? std::vector<Bytes>() : corpusOf(folder);
    if (corpus.empty()) {
        std::cerr << "usage: schema_replay FOLDER [--mutate SECONDS] [--from NUMBER | --only "
                     "NUMBER]\n";
        return 1;
    }
    if (only) {
        run(mutation(corpus, from));
        return 0;
    }
    for (const Bytes& bytes : corpus)
        run(bytes);
    std::cout << "replayed " << corpus.size() << " files\n";
    if (seconds > 0) {
        const std::uint64_t ran = runMutations(corpus, from, seconds);
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        std::cout << "ran " << ran << " changed ones, at most " << usage.ru_maxrss / 1024
                  << " MB of memory\n";
    }
    return 0;
}

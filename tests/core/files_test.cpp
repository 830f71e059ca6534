// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

namespace shearbench {
namespace {

namespace fs = std::filesystem;
using test::expectError;
using test::TemporaryFolder;

std::size_t filesIn(const fs::path& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(Files, WriteAndReadBack) {
    const TemporaryFolder folder;
    writeText(folder / "a", "one\n");
    writeText(folder / "a", std::string("two\0three", 9));
    EXPECT_EQ(readText(folder / "a"), std::string("two\0three", 9));
    writeText(folder / "empty", "");
    EXPECT_EQ(readText(folder / "empty"), "");
    EXPECT_EQ(filesIn(folder.path()), 2u);
}

TEST(Files, AFailedReplacementLeavesTheFile) {
    const TemporaryFolder folder;
    writeText(folder / "a", "old");
    EXPECT_THROW(replaceFile(folder / "a",
                             [](const std::filesystem::path& beside) {
                                 std::ofstream(beside) << "half";
                                 throw std::runtime_error("stopped");
                             }),
                 std::runtime_error);
    EXPECT_EQ(readText(folder / "a"), "old");
    // Nothing written at all is an error too, not an empty file.
    expectError(ErrorKind::data, {"nothing was written"},
                [&] { replaceFile(folder / "a", [](const std::filesystem::path&) {}); });
    EXPECT_EQ(readText(folder / "a"), "old");
    EXPECT_EQ(filesIn(folder.path()), 1u);
}

TEST(Files, WritersOfOneFileDoNotDisturbEachOther) {
    const TemporaryFolder folder;
    replaceFile(folder / "a", [&](const fs::path& outer) {
        std::ofstream(outer) << "outer";
        replaceFile(folder / "a", [&](const fs::path& inner) {
            EXPECT_NE(inner, outer);
            std::ofstream(inner) << "inner";
        });
        EXPECT_EQ(readText(folder / "a"), "inner");
    });
    EXPECT_EQ(readText(folder / "a"), "outer");
    EXPECT_EQ(filesIn(folder.path()), 1u);
}

TEST(Files, WhatAKilledWriterLeftIsRemovedByTheNext) {
    const TemporaryFolder folder;
    writeText(folder / "a.7-.partials", "a user's");
    writeText(folder / "a.notes.partial", "a user's");
    const pid_t child = ::fork();
    if (child == 0)
        replaceFile(folder / "a", [](const fs::path&) { ::_exit(0); });
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(filesIn(folder.path()), 3u);
    writeText(folder / "b", "of another name");
    EXPECT_EQ(filesIn(folder.path()), 4u);
    writeText(folder / "a", "new");
    EXPECT_EQ(filesIn(folder.path()), 4u);
    EXPECT_EQ(readText(folder / "a"), "new");
}

TEST(Files, OnlyFilesAreReplacedAndRead) {
    const TemporaryFolder folder;
    const std::string pipe = folder / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    fs::create_symlink("pipe", folder / "link");
    for (const char* name : {"pipe", "link"}) {
        expectError(ErrorKind::data, {"pipe: it is a pipe"},
                    [&] { writeText(folder / name, "x"); });
        expectError(ErrorKind::data, {name, "a pipe"}, [&] { readText(folder / name); });
        expectError(ErrorKind::data, {name, "a pipe"}, [&] { quickChecksum(folder / name); });
    }
    EXPECT_TRUE(fs::is_fifo(pipe));
    requireReplaceable(folder / "new");
    expectError(ErrorKind::data, {"directory"}, [&] { requireReplaceable(folder.path()); });
}

TEST(Files, ALockIsForOne) {
    const TemporaryFolder folder;
    {
        const FileLock lock(folder / "a");
        expectError(ErrorKind::run, {"/a", "already"}, [&] { FileLock(folder / "a"); });
    }
    FileLock(folder / "a");
}

TEST(Files, ReplacesWhatALinkPointsTo) {
    const TemporaryFolder folder;
    writeText(folder / "a", "old");
    std::filesystem::create_symlink("a", folder / "link");
    writeText(folder / "link", "new");
    EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
    EXPECT_EQ(readText(folder / "a"), "new");
}

TEST(Files, ErrorsNameTheFile) {
    const TemporaryFolder folder;
    expectError(ErrorKind::data, {"missing", "No such file"},
                [&] { readText(folder / "missing"); });
    expectError(ErrorKind::data, {folder.path().string(), "directory"},
                [&] { readText(folder.path()); });
    expectError(ErrorKind::data, {"no/a"}, [&] { writeText(folder / "no/a", "x"); });
    writeText(folder / "big", std::string(100, 'x'));
    expectError(ErrorKind::data, {"big", "100", "99"}, [&] { readText(folder / "big", 99); });
    expectError(ErrorKind::data, {"missing"}, [&] { quickChecksum(folder / "missing"); });
    expectError(ErrorKind::data, {"/dev/full", "No space"}, [] { appendLine("/dev/full", "x"); });
}

TEST(Files, AppendClosesAPieceOfALine) {
    const TemporaryFolder folder;
    appendLine(folder / "a", "one");
    appendLine(folder / "a", "two");
    EXPECT_EQ(readText(folder / "a"), "one\ntwo\n");
    std::ofstream(folder / "a", std::ios::app) << "thr";
    appendLine(folder / "a", "four");
    EXPECT_EQ(readText(folder / "a"), "one\ntwo\nthr\nfour\n");
}

TEST(Checksum, IsFnv1aOfSizeAndContent) {
    const TemporaryFolder folder;
    // FNV-1a of "0:" and of "3:abc", by the published offset basis and prime.
    const auto reference = [](const std::string& text) {
        std::uint64_t hash = 14695981039346656037u;
        for (const char c : text)
            hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
        char out[17];
        std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(hash));
        return std::string(out);
    };
    writeText(folder / "empty", "");
    writeText(folder / "abc", "abc");
    EXPECT_EQ(quickChecksum(folder / "empty"), reference("0:"));
    EXPECT_EQ(quickChecksum(folder / "abc"), reference("3:abc"));
}

TEST(Checksum, SeesBothEndsAndTheMiddleOfABigFile) {
    const TemporaryFolder folder;
    const std::size_t size = 9'000'001;
    std::string content(size, 'a');
    writeText(folder / "a", content);
    const std::string before = quickChecksum(folder / "a");
    for (const std::size_t where : {std::size_t{0}, size - 1, std::size_t{141'816}}) {
        content[where] = 'b';
        writeText(folder / "a", content);
        EXPECT_NE(quickChecksum(folder / "a"), before) << where;
        content[where] = 'a';
    }
    std::filesystem::resize_file(folder / "a", std::uintmax_t{1} << 40);
    EXPECT_NE(quickChecksum(folder / "a"), before);
}

}  // namespace
}  // namespace shearbench

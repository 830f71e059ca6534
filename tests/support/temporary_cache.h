// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

#include "tests/support/temporary_folder.h"

namespace shearbench::test {

/// While it lives, cacheFolder() lies in a folder of its own.
class TemporaryCache {
  public:
    TemporaryCache() {
        if (const char* cache = std::getenv(kVariable))
            before_ = cache;
        set(folder_.path());
    }
    ~TemporaryCache() {
        before_ ? ::setenv(kVariable, before_->c_str(), 1) : ::unsetenv(kVariable);
    }
    TemporaryCache(const TemporaryCache&) = delete;
    TemporaryCache& operator=(const TemporaryCache&) = delete;

    /// Lets it lie elsewhere.
    static void set(const std::filesystem::path& folder) { ::setenv(kVariable, folder.c_str(), 1); }
    /// Made when something is kept.
    std::filesystem::path path() const { return folder_ / "shearbench"; }

  private:
    static constexpr char kVariable[] = "XDG_CACHE_HOME";
    std::optional<std::string> before_;
    const TemporaryFolder folder_;
};

}  // namespace shearbench::test

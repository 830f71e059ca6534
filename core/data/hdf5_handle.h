// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/data/hdf5.h"

// Shared by the files of hdf5.h only. The lock is held by the callers.

namespace shearbench::data::h5 {

/// Owns an identifier of the C library.
class Handle {
  public:
    using Close = herr_t (*)(hid_t);
    Handle() = default;
    Handle(hid_t id, Close close) : id_(id), close_(close) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    ~Handle() { reset(); }

    herr_t reset() {
        if (id_ < 0)
            return 0;
        const auto held = lock();
        return close_(std::exchange(id_, -1));
    }
    hid_t get() const { return id_; }
    explicit operator bool() const { return id_ >= 0; }

  private:
    hid_t id_ = -1;
    Close close_ = nullptr;
};

/// What the library says about its last failure, innermost first; empty when it says nothing.
std::string failureReason();

/// Throws Error(data): `doing` ("reading /images of a.h5"), then the library's reason.
[[noreturn]] void throwFailure(const std::string& doing);

template <typename T>
hid_t nativeType();

Handle spaceOf(const Extents& extents, bool growing = false);
Extents extentsOf(hid_t space);

ValueKind kindOf(hid_t type);
std::string nameOf(hid_t type);
bool isVariableText(hid_t type);

/// `count` strings of `type` read into `buffer`, as std::string; the memory of variable ones is
/// given back.
std::vector<std::string> takeTexts(hid_t type, hid_t space, std::vector<char>& buffer,
                                   std::uint64_t count);
Handle textType();

Handle openObject(hid_t file, const std::string& object, const std::string& where);

}  // namespace shearbench::data::h5

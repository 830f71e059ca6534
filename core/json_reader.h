// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"

// Strict reading of the programs' own JSON documents.

namespace shearbench {

/// Parses `text`; throws Error(kind) naming `source`, line and column where it is no JSON or a key
/// stands twice in one object.
nlohmann::json parseJson(const std::string& text, const std::string& source, ErrorKind kind);

/// Reads the fields of one JSON object. A missing field leaves the value as it is; a wrong type or
/// a number that does not fit throws Error(kind) with source and the field's path; finish() throws
/// for fields nobody asked for.
class JsonReader {
  public:
    /// `path` is empty for the document itself. Throws if `value` is no object.
    JsonReader(const nlohmann::json& value, std::string source, ErrorKind kind,
               std::string path = {});

    bool has(const std::string& key) const;

    /// All return whether the field was there.
    bool read(const std::string& key, bool& value);
    bool read(const std::string& key, int& value);
    bool read(const std::string& key, std::int64_t& value);
    bool read(const std::string& key, std::uint64_t& value);
    bool read(const std::string& key, double& value);
    bool read(const std::string& key, std::string& value);
    bool read(const std::string& key, std::vector<double>& value);
    bool read(const std::string& key, std::vector<int>& value);
    bool read(const std::string& key, std::vector<std::string>& value);
    /// A list of exactly three.
    bool read(const std::string& key, std::array<std::string, 3>& value);

    /// The object under `key`, empty where there is none.
    JsonReader object(const std::string& key);
    /// The objects of the list under `key`, none where there is no such field.
    std::vector<JsonReader> objects(const std::string& key);

    void finish() const;

    /// Throws the Error for field `key`.
    [[noreturn]] void fail(const std::string& key, const std::string& problem) const;

  private:
    const nlohmann::json* find(const std::string& key);

    const nlohmann::json* value_;
    std::string source_;
    ErrorKind kind_;
    std::string path_;
    std::set<std::string> asked_;
};

}  // namespace shearbench

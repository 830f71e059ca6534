// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "core/json_reader.h"

// One list of a struct's fields serves writing and reading:
//
//     constexpr auto kFields = [](auto& value, auto&& field) {
//         field("epochs", value.epochs);
//         field("threads", value.threads, 0, 1024);         // reading refuses what is outside
//         field("method", value.method, kMethods);          // all values that toString() can write
//     };
//
//     json = writeFields(value, kFields);
//     readFields(reader, value, kFields);

namespace shearbench {

/// The value among `all` that is written as the text under `key`, which must be there.
template <class Choice, std::size_t n>
Choice readChoice(JsonReader& reader, const char* key, const std::array<Choice, n>& all) {
    std::string text;
    if (!reader.read(key, text))
        reader.fail(key, "is missing");
    std::string known;
    for (const Choice value : all) {
        if (toString(value) == text)
            return value;
        known += (known.empty() ? "\"" : ", \"") + toString(value) + '"';
    }
    reader.fail(key, fmt::format("is \"{}\"; one of {} was expected", text, known));
}

/// A missing field leaves the value as it is, which must be within the bounds all the same.
template <class Number>
void readWithin(JsonReader& reader, const char* key, Number& value,
                std::type_identity_t<Number> low, std::type_identity_t<Number> high) {
    reader.read(key, value);
    if (!(value >= low && value <= high))
        reader.fail(key, fmt::format("is {}; {} to {} was expected", value, low, high));
}

struct FieldWriter {
    nlohmann::ordered_json& json;

    template <class Value>
    void operator()(const char* key, const Value& value) const {
        json[key] = value;
    }
    template <class Number>
    void operator()(const char* key, const Number& value, std::type_identity_t<Number>,
                    std::type_identity_t<Number>) const {
        json[key] = value;
    }
    template <class Choice, std::size_t n>
    void operator()(const char* key, const Choice& value, const std::array<Choice, n>&) const {
        json[key] = toString(value);
    }
};

struct FieldReader {
    JsonReader& reader;

    template <class Value>
    void operator()(const char* key, Value& value) const {
        reader.read(key, value);
    }
    template <class Number>
    void operator()(const char* key, Number& value, std::type_identity_t<Number> low,
                    std::type_identity_t<Number> high) const {
        readWithin(reader, key, value, low, high);
    }
    template <class Choice, std::size_t n>
    void operator()(const char* key, Choice& value, const std::array<Choice, n>& all) const {
        if (reader.has(key))
            value = readChoice(reader, key, all);
    }
};

template <class Struct, class Fields>
nlohmann::ordered_json writeFields(const Struct& value, const Fields& fields) {
    nlohmann::ordered_json json;
    fields(value, FieldWriter{json});
    return json;
}

/// Leaves finish() to the caller.
template <class Struct, class Fields>
void readFields(JsonReader& reader, Struct& value, const Fields& fields) {
    fields(value, FieldReader{reader});
}

}  // namespace shearbench

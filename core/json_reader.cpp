// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace shearbench {
namespace {

using nlohmann::json;

/// What a value is, short enough for a message.
std::string shown(const json& value) {
    if (value.is_object())
        return "an object";
    if (value.is_array())
        return "a list";
    std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    if (text.size() > 60)
        text = text.substr(0, 57) + "...";
    return text;
}

/// Remembers the keys of every open object, to find those that stand twice.
class DuplicateFinder {
  public:
    bool operator()(int, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::object_start)
            open_.emplace_back();
        else if (event == json::parse_event_t::object_end)
            open_.pop_back();
        else if (event == json::parse_event_t::key &&
                 !open_.back().insert(parsed.get<std::string>()).second)
            duplicate_ = parsed.get<std::string>();
        return true;
    }
    const std::string& duplicate() const { return duplicate_; }

  private:
    std::vector<std::set<std::string>> open_;
    std::string duplicate_;
};

}  // namespace

json parseJson(const std::string& text, const std::string& source, ErrorKind kind) {
    DuplicateFinder duplicates;
    json parsed;
    try {
        parsed =
            json::parse(text, [&duplicates](int depth, json::parse_event_t event, json& value) {
                return duplicates(depth, event, value);
            });
    } catch (const json::exception& problem) {
        std::string what = problem.what();
        // The library's text begins with its own error number in brackets.
        if (const std::size_t end = what.find("] "); end != std::string::npos)
            what = what.substr(end + 2);
        throw Error(kind, fmt::format("{} is not valid JSON: {}.", source, what),
                    "Correct the text at that place.");
    }
    if (!duplicates.duplicate().empty())
        throw Error(kind,
                    fmt::format("{}: the field \"{}\" stands twice in one object.", source,
                                duplicates.duplicate()),
                    "Remove one of the two.");
    return parsed;
}

JsonReader::JsonReader(const json& value, std::string source, ErrorKind kind, std::string path)
    : value_(&value), source_(std::move(source)), kind_(kind), path_(std::move(path)) {
    if (!value.is_object())
        throw Error(kind_, fmt::format("{}: {} is {}; an object in braces was expected.", source_,
                                       path_.empty() ? "the document" : path_, shown(value)));
}

bool JsonReader::has(const std::string& key) const {
    return value_->contains(key);
}

const json* JsonReader::find(const std::string& key) {
    asked_.insert(key);
    const auto found = value_->find(key);
    return found == value_->end() ? nullptr : &*found;
}

void JsonReader::fail(const std::string& key, const std::string& problem) const {
    const std::string path = path_.empty() ? key : path_ + "." + key;
    throw Error(kind_, fmt::format("{}: {} {}.", source_, path, problem));
}

bool JsonReader::read(const std::string& key, bool& value) {
    const json* found = find(key);
    if (!found)
        return false;
    if (!found->is_boolean())
        fail(key, fmt::format("is {}; true or false was expected", shown(*found)));
    value = found->get<bool>();
    return true;
}

bool JsonReader::read(const std::string& key, int& value) {
    std::int64_t wide = value;
    if (!read(key, wide))
        return false;
    if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max())
        fail(key, fmt::format("is {}, out of range", wide));
    value = static_cast<int>(wide);
    return true;
}

bool JsonReader::read(const std::string& key, std::int64_t& value) {
    const json* found = find(key);
    if (!found)
        return false;
    if (!found->is_number_integer())
        fail(key, fmt::format("is {}; a whole number was expected", shown(*found)));
    if (found->is_number_unsigned() &&
        found->get<std::uint64_t>() >
            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        fail(key, fmt::format("is {}, out of range", shown(*found)));
    value = found->get<std::int64_t>();
    return true;
}

bool JsonReader::read(const std::string& key, std::uint64_t& value) {
    const json* found = find(key);
    if (!found)
        return false;
    if (!found->is_number_integer() ||
        (!found->is_number_unsigned() && found->get<std::int64_t>() < 0))
        fail(key, fmt::format("is {}; a whole number from 0 to 18446744073709551615 was expected",
                              shown(*found)));
    value = found->get<std::uint64_t>();
    return true;
}

bool JsonReader::read(const std::string& key, double& value) {
    const json* found = find(key);
    if (!found)
        return false;
    if (!found->is_number() || !std::isfinite(found->get<double>()))
        fail(key, fmt::format("is {}; a number was expected", shown(*found)));
    value = found->get<double>();
    return true;
}

bool JsonReader::read(const std::string& key, std::string& value) {
    const json* found = find(key);
    if (!found)
        return false;
    if (!found->is_string())
        fail(key, fmt::format("is {}; a text in quotes was expected", shown(*found)));
    value = found->get<std::string>();
    return true;
}

bool JsonReader::read(const std::string& key, std::vector<double>& value) {
    const json* found = find(key);
    if (!found)
        return false;
    if (!found->is_array())
        fail(key, fmt::format("is {}; a list of numbers was expected", shown(*found)));
    std::vector<double> list;
    for (const json& item : *found) {
        if (!item.is_number() || !std::isfinite(item.get<double>()))
            fail(key, fmt::format("holds {}; a number was expected", shown(item)));
        list.push_back(item.get<double>());
    }
    value = std::move(list);
    return true;
}

bool JsonReader::read(const std::string& key, std::vector<int>& value) {
    const json* found = find(key);
    if (!found)
        return false;
    if (!found->is_array())
        fail(key, fmt::format("is {}; a list of whole numbers was expected", shown(*found)));
    std::vector<int> list;
    for (const json& item : *found) {
        const bool fits = item.is_number_integer() &&
                          item.get<double>() >= std::numeric_limits<int>::min() &&
                          item.get<double>() <= std::numeric_limits<int>::max();
        if (!fits)
            fail(key, fmt::format("holds {}; a whole number was expected", shown(item)));
        list.push_back(item.get<int>());
    }
    value = std::move(list);
    return true;
}

bool JsonReader::read(const std::string& key, std::vector<std::string>& value) {
    const json* found = find(key);
    if (!found)
        return false;
    if (!found->is_array())
        fail(key, fmt::format("is {}; a list of texts was expected", shown(*found)));
    std::vector<std::string> list;
    for (const json& item : *found) {
        if (!item.is_string())
            fail(key, fmt::format("holds {}; a text in quotes was expected", shown(item)));
        list.push_back(item.get<std::string>());
    }
    value = std::move(list);
    return true;
}

bool JsonReader::read(const std::string& key, std::array<std::string, 3>& value) {
    std::vector<std::string> texts;
    if (!read(key, texts))
        return false;
    if (texts.size() != value.size())
        fail(key, fmt::format("is a list of {}; {} were expected", texts.size(), value.size()));
    std::copy(texts.begin(), texts.end(), value.begin());
    return true;
}

JsonReader JsonReader::object(const std::string& key) {
    static const json kNone = json::object();
    const json* found = find(key);
    return JsonReader(found ? *found : kNone, source_, kind_,
                      path_.empty() ? key : path_ + "." + key);
}

std::vector<JsonReader> JsonReader::objects(const std::string& key) {
    std::vector<JsonReader> list;
    const json* found = find(key);
    if (!found)
        return list;
    if (!found->is_array())
        fail(key, fmt::format("is {}; a list of objects was expected", shown(*found)));
    const std::string path = path_.empty() ? key : path_ + "." + key;
    for (std::size_t i = 0; i < found->size(); ++i)
        list.emplace_back((*found)[i], source_, kind_, fmt::format("{}[{}]", path, i));
    return list;
}

void JsonReader::finish() const {
    for (const auto& [key, value] : value_->items())
        if (!asked_.contains(key))
            throw Error(kind_,
                        fmt::format("{}: there is no field {}{}{}; known here: {}.", source_, path_,
                                    path_.empty() ? "" : ".", key, fmt::join(asked_, ", ")),
                        "Check its spelling, or remove it.");
}

}  // namespace shearbench

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

// Names in files, ASCII rules whatever the locale.

namespace shearbench::data {

inline std::string lowerCase(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return text;
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace shearbench::data

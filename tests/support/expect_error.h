// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "core/error.h"

namespace shearbench::test {

/// Expects `act` to throw an Error of that kind whose sentence and remedy together hold
/// every one of `parts`.
inline void expectError(ErrorKind kind, const std::vector<std::string>& parts,
                        const std::function<void()>& act) {
    try {
        act();
        ADD_FAILURE() << "no Error was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), kind) << error.what();
        const std::string text = std::string(error.what()) + " " + error.remedy();
        for (const std::string& part : parts)
            EXPECT_NE(text.find(part), std::string::npos)
                << "\"" << part << "\" is missing in: " << text;
    }
}

}  // namespace shearbench::test

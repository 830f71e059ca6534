// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/help_account.h"

#include <gtest/gtest.h>

namespace shearbench::device {
namespace {

using std::chrono::milliseconds;

/// Half of the tasks done by others, then a wait of so many milliseconds, again and again for a
/// tenth of a second or until help is refused. Returns when that was.
HelpAccount::Time share(HelpAccount& account, HelpAccount::Time now, int wait) {
    const HelpAccount::Time end = now + milliseconds(100);
    while (now < end && account.accepts(now)) {
        const auto outOfTasks = now + milliseconds(2);
        account.record(now, outOfTasks, outOfTasks + milliseconds(wait), 5, 10);
        now = outOfTasks + milliseconds(wait);
    }
    return now;
}

/// Until help is accepted again.
milliseconds pauseAfter(const HelpAccount& account, HelpAccount::Time now) {
    milliseconds pause{0};
    while (!account.accepts(now + pause))
        ++pause;
    return pause;
}

constexpr HelpAccount::Time kStart{std::chrono::hours(1)};

TEST(HelpAccount, AcceptsHelpThatSavesTime) {
    HelpAccount account;
    EXPECT_TRUE(account.accepts(kStart));
    EXPECT_EQ(share(account, kStart, 0), kStart + milliseconds(100));
    EXPECT_TRUE(account.accepts(share(account, kStart, 1)));
}

TEST(HelpAccount, RefusesHelpThatCostsTimeLongerEachTime) {
    HelpAccount account;
    HelpAccount::Time now = kStart;
    for (const int expected : {20, 40, 80, 160, 320, 320}) {
        now = share(account, now, 4);
        EXPECT_EQ(pauseAfter(account, now), milliseconds(expected));
        now += milliseconds(expected);
    }
    // Once it helps again, the next refusal is short.
    now = share(account, now, 0);
    EXPECT_TRUE(account.accepts(now));
    EXPECT_EQ(pauseAfter(account, share(account, now, 4)), milliseconds(20));
}

TEST(HelpAccount, DoesNotJudgeWorkTheCallerHadNoPartIn) {
    HelpAccount account;
    account.record(kStart, kStart, kStart + milliseconds(50), 0, 10);
    EXPECT_TRUE(account.accepts(kStart + milliseconds(50)));
}

}  // namespace
}  // namespace shearbench::device

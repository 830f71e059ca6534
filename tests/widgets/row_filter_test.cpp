// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/row_filter.h"

#include <gtest/gtest.h>

#include <cmath>

namespace shearbench::widgets {
namespace {

RowTable table() {
    RowTable table;
    table.rows = 5;
    table.columns = {{QStringLiteral("snr"), {10, 20, 30, 40, std::nan("")}},
                     {QStringLiteral("hlr"), {2.0, 1.0, 0.5, 1.5, 1.0}},
                     {QStringLiteral("flux [2]"), {-1, -2, -3, 4, 5}},
                     {QStringLiteral("catalog/E1"), {0.1, -0.1, 0, 0.2, 0.3}}};
    table.split = {0, 0, 1, 2, 2};
    return table;
}

/// The rows that pass, as a text of 0 and 1; what is wrong where the text cannot be read.
QString passing(const QString& text, const RowTable& rows = table()) {
    RowFilter::Problem problem;
    const RowFilter filter = RowFilter::parse(text, rows, &problem);
    if (!problem.text.isEmpty()) {
        return QStringLiteral("%1@%2").arg(problem.text).arg(problem.position);
    }
    QString result;
    for (std::uint8_t pass : filter.apply(rows)) {
        result += pass != 0 ? '1' : '0';
    }
    return result;
}

std::string shown(const QString& text) {
    return passing(text).toStdString();
}

TEST(RowFilter, Comparisons) {
    EXPECT_EQ(shown(""), "11111");
    EXPECT_EQ(shown("   "), "11111");
    EXPECT_EQ(shown("snr > 20"), "00110");
    EXPECT_EQ(shown("snr >= 20"), "01110");
    EXPECT_EQ(shown("snr<20"), "10000");
    EXPECT_EQ(shown("snr <= 2e1"), "11000");
    EXPECT_EQ(shown("hlr = 1"), "01001");
    EXPECT_EQ(shown("hlr == 1.0"), "01001");
    EXPECT_EQ(shown("20 < snr"), "00110");
    EXPECT_EQ(shown("snr > hlr"), "11110");
    EXPECT_EQ(shown("0.5 < hlr < 2"), "01011");
    EXPECT_EQ(shown("catalog/E1 < -.05"), "01000");
    EXPECT_EQ(shown(QStringLiteral("catalog/E1 < \u22120.05")), "01000");
}

TEST(RowFilter, ComparisonsWithNaNAreFalse) {
    EXPECT_EQ(shown("snr != 10"), "01110");
    EXPECT_EQ(shown("not snr = 10"), "01111");
}

TEST(RowFilter, AndBindsTighterThanOr) {
    EXPECT_EQ(shown("snr > 25 and hlr < 1.5"), "00100");
    EXPECT_EQ(shown("snr = 10 or snr > 25 and hlr < 1.5"), "10100");
    EXPECT_EQ(shown("(snr = 10 or snr > 25) and hlr < 1.5"), "00100");
    EXPECT_EQ(shown("snr = 10 || snr > 25 && !(hlr < 1)"), "10010");
    EXPECT_EQ(shown("NOT snr > 25 AND hlr < 1.5"), "01001");
    EXPECT_EQ(shown("not (snr > 25 or hlr > 1)"), "01001");
}

TEST(RowFilter, WordsOfTexts) {
    RowTable galaxies = table();
    galaxies.columns.push_back(
        {QStringLiteral("class"), {0, 2, 1, 2, 0}, {}, {"disk", "edge on", "spiral"}});
    EXPECT_EQ(passing("class = spiral", galaxies), "01010");
    EXPECT_EQ(passing("class != Disk and snr > 20", galaxies), "00110");
    EXPECT_EQ(passing("class = \"edge on\"", galaxies), "00100");
    EXPECT_EQ(passing("class < spiral", galaxies), "10101");
    EXPECT_EQ(passing("class = bar", galaxies),
              QStringLiteral("class holds no “bar”, but disk, edge on, spiral.@8"));
    EXPECT_EQ(passing("class = ", galaxies),
              QStringLiteral("A word is expected after “class =”.@8"));
}

TEST(RowFilter, WholeNumbersAreExact) {
    constexpr std::int64_t kLarge = std::int64_t{1} << 60;
    RowTable galaxies = table();
    galaxies.columns.push_back({QStringLiteral("id"),
                                std::vector<double>(5, double(kLarge)),
                                {kLarge, kLarge + 1, kLarge + 2, kLarge, kLarge + 1}});
    EXPECT_EQ(passing("id = 1152921504606846977", galaxies), "01001");
    EXPECT_EQ(passing("id > 1152921504606846976", galaxies), "01101");
    EXPECT_EQ(passing("id > 1e18", galaxies), "11111");
    EXPECT_EQ(passing("1152921504606846976 < id <= 1152921504606846977", galaxies), "01001");
}

TEST(RowFilter, NamesInAnyCaseAndQuoted) {
    EXPECT_EQ(shown("SNR > 25"), "00110");
    EXPECT_EQ(shown("\"flux [2]\" > 0"), "00011");
    EXPECT_EQ(shown("'flux [2]' > 0"), "00011");
}

TEST(RowFilter, PartsOfTheSplit) {
    EXPECT_EQ(shown("split = test"), "00011");
    EXPECT_EQ(shown("split = train and snr > 10"), "01000");
    EXPECT_EQ(shown("validation = split"), "00100");
    EXPECT_EQ(shown("split != test"), "11100");
    RowTable unsplit = table();
    unsplit.split.clear();
    EXPECT_EQ(passing("split = test", unsplit), "These cutouts are not split yet.@0");
    EXPECT_TRUE(passing("split > test").startsWith("The split is compared like this"));
    EXPECT_TRUE(passing("snr = test").startsWith("The split is compared like this"));
    // A column of that name comes first.
    unsplit.columns[0].name = QStringLiteral("split");
    EXPECT_EQ(passing("split > 25", unsplit), "00110");
}

TEST(RowFilter, SaysWhatIsWrongAndWhere) {
    EXPECT_EQ(shown("snrr > 25"), "There is no column “snrr”. Did you mean “snr”?@0");
    EXPECT_EQ(shown("snr > 25 and radius < 1"), "There is no column “radius”.@13");
    EXPECT_EQ(shown("snr >"), "A column or a number is expected after “snr >”.@5");
    EXPECT_EQ(shown("snr > 25 and"), "A column or a number is expected after “snr > 25 and”.@12");
    EXPECT_EQ(shown("> 3"), "A column or a number is expected first.@0");
    EXPECT_EQ(shown("snr"), "A comparison is expected after “snr”, such as “snr > 0”.@3");
    EXPECT_EQ(shown("(snr > 1"), "The closing bracket is missing.@0");
    EXPECT_EQ(shown("snr > 1)"), "This bracket was never opened.@7");
    EXPECT_EQ(shown("snr > 1 hlr < 2"), "“and” or “or” is expected before “hlr”.@8");
    EXPECT_EQ(shown("snr > 1, hlr < 2"), "Conditions are joined by “and” or “or”.@7");
    EXPECT_EQ(shown("snr > 1.2.3"), "“1.2.3” is not a number.@6");
    EXPECT_EQ(shown("snr > 1 & hlr"), "“&” is not understood here.@8");
    EXPECT_EQ(shown("\"snr > 1"), "The closing \" is missing.@0");
}

TEST(RowFilter, SurvivesHostileText) {
    EXPECT_TRUE(passing(QString(100000, '(')).startsWith("There are too many brackets"));
    EXPECT_TRUE(passing(QStringLiteral("not ").repeated(1000)).startsWith("There are too many"));
    EXPECT_NE(passing("snr > 1e999"), "");
    EXPECT_EQ(passing(QString(QChar(0))).isEmpty(), false);
    QString chain = QStringLiteral("snr > 1");
    for (int i = 0; i < 2000; ++i) {
        chain += QStringLiteral(" or snr > 1");
    }
    EXPECT_EQ(passing(chain), "11110");
}

TEST(RowFilter, WorksWithoutRows) {
    RowTable empty;
    empty.columns = {{QStringLiteral("snr"), {}}};
    EXPECT_EQ(passing("snr > 1", empty), "");
}

}  // namespace
}  // namespace shearbench::widgets

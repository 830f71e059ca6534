// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/turned_source.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "tests/support/expect_error.h"

namespace shearbench::data {
namespace {

/// Three images of two bands whose pixels count up.
class Counting final : public CutoutSource {
  public:
    explicit Counting(int width) {
        schema_.channels = 2;
        schema_.height = 4;
        schema_.width = width;
        schema_.count = 3;
    }
    const Schema& schema() const override { return schema_; }
    void readImages(std::span<const std::int64_t> rows, std::span<float> out) const override {
        requireRows(schema_, rows, out.size());
        const std::size_t size = imageSize(schema_);
        for (std::size_t i = 0; i < rows.size(); ++i)
            std::iota(out.begin() + static_cast<std::ptrdiff_t>(i * size),
                      out.begin() + static_cast<std::ptrdiff_t>((i + 1) * size),
                      static_cast<float>(100 * rows[i]));
    }
    std::vector<double> readColumn(const std::string&) const override { return {}; }
    std::vector<std::int64_t> readIntegerColumn(const std::string&) const override { return {}; }

  private:
    Schema schema_;
};

TEST(TurnedSource, HasEachImageInEverySymmetry) {
    const auto source = std::make_shared<Counting>(4);
    const TurnedSource turned(source, 8);
    EXPECT_EQ(turned.schema().count, 24);
    const std::size_t size = imageSize(source->schema());
    const std::vector<std::int64_t> rows = {8, 9, 10, 11, 12, 13, 14, 15, 3, 23};
    std::vector<float> images(rows.size() * size), plain(size), scratch(size);
    turned.readImages(rows, images);
    std::set<std::vector<float>> different;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::int64_t row = rows[i] / 8;
        source->readImages({&row, 1}, plain);
        turnImage(symmetryOfIndex(static_cast<int>(rows[i] % 8)), 2, 4, plain, scratch);
        const auto first = images.begin() + static_cast<std::ptrdiff_t>(i * size);
        const std::vector<float> found(first, first + static_cast<std::ptrdiff_t>(size));
        EXPECT_EQ(found, plain) << rows[i];
        different.insert(found);
    }
    EXPECT_EQ(different.size(), rows.size());
    std::int64_t row = 1;
    source->readImages({&row, 1}, plain);
    EXPECT_TRUE(std::equal(plain.begin(), plain.end(), images.begin()));
    const std::int64_t beyond = 24;
    EXPECT_THROW(turned.readImages({&beyond, 1}, plain), Error);
}

TEST(TurnedSource, TurnsSquareImagesOnly) {
    EXPECT_NO_THROW(TurnedSource(std::make_shared<Counting>(5), 1));
    test::expectError(ErrorKind::usage, {"square"},
                      [] { TurnedSource(std::make_shared<Counting>(5), 8); });
}

}  // namespace
}  // namespace shearbench::data

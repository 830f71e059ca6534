// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chart_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "widgets/number_text.h"

namespace shearbench::widgets {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double alongAxis(double value, Scale scale) {
    if (!hasPosition(value, scale)) {
        return kNaN;
    }
    return scale == Scale::log ? std::log10(value) : value;
}

double valueAt(double along, Scale scale) {
    return scale == Scale::log ? std::pow(10.0, along) : along;
}

double niceStep(double span, int most) {
    if (!(span > 0) || !std::isfinite(span)) {
        return 1;
    }
    const double raw = span / std::max(1, most);
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        if (factor * power >= raw * (1 - 1e-9)) {
            return factor * power;
        }
    }
    return 10 * power;
}

std::vector<Tick> linearTicks(double low, double high, int most, double leastStep) {
    std::vector<Tick> ticks;
    const double span = high - low;
    if (!(span > 0) || !std::isfinite(span)) {
        return ticks;
    }
    const double nice = niceStep(span, most);
    const double step = span >= leastStep ? std::max(nice, leastStep) : nice;
    const double size = std::max(std::abs(low), std::abs(high));
    const int decimals = std::max(0, int(-std::floor(std::log10(step) + 1e-9)));
    const int digits = int(std::floor(std::log10(size)) - std::floor(std::log10(step) + 1e-9)) + 1;
    const bool powers = size >= 1e7 || decimals > 5;
    const double first = std::ceil(low / step - 1e-9), last = std::floor(high / step + 1e-9);
    for (double i = first; i <= last && ticks.size() < 100; ++i) {
        const double value = i * step;
        ticks.push_back({value, i == 0   ? QStringLiteral("0")
                                : powers ? shortText(value, digits)
                                         : fixedText(value, decimals)});
    }
    return ticks;
}

std::vector<Tick> logTicks(double low, double high, int most) {
    if (!(low > 0) || !(high > low) || !std::isfinite(high)) {
        return {};
    }
    most = std::max(2, most);
    const double decades = std::log10(high) - std::log10(low);
    if (decades < 0.5) {
        return linearTicks(low, high, std::min(most, 5));
    }
    const int first = int(std::floor(std::log10(low) - 1e-9));
    const int last = int(std::floor(std::log10(high) + 1e-9));
    std::vector<Tick> ticks;
    const auto add = [&](double value) {
        if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) {
            ticks.push_back({value, shortText(value, 3)});
        }
    };
    if (decades * 3 + 1 <= most + 0.5) {
        for (int e = first; e <= last; ++e) {
            for (const double factor : {1.0, 2.0, 5.0}) {
                add(factor * std::pow(10.0, e));
            }
        }
        return ticks;
    }
    const int stride = std::max(1, int(std::ceil((decades + 1) / most)));
    for (int e = first; e <= last; ++e) {
        if (e % stride == 0) {
            add(std::pow(10.0, e));
        }
    }
    return ticks;
}

std::pair<double, double> niceRange(double low, double high, Scale scale, int most) {
    low = alongAxis(low, scale);
    high = alongAxis(high, scale);
    if (std::isnan(low) || std::isnan(high)) {
        low = high = std::isnan(low) ? (std::isnan(high) ? 0 : high) : low;
    }
    if (high < low) {
        std::swap(low, high);
    }
    if (scale == Scale::log) {
        if (high - low < 0.1) {
            const double middle = (high + low) / 2;
            low = middle - 0.3;
            high = middle + 0.3;
        }
        const double span = high - low;
        const double bottom = low - 0.06 * span;
        const double power = std::pow(10.0, std::floor(high + 1e-9));
        double top = 10 * power;
        for (const double factor : {1.0, 2.0, 5.0}) {
            if (1.2 * span * 3 + 1 <= most + 0.5 &&
                factor * power >= std::pow(10.0, high) * (1 - 1e-9)) {
                top = factor * power;
                break;
            }
        }
        if (std::abs(high - std::round(high)) < 1e-9) {
            top = std::min(top, std::pow(10.0, std::round(high)));
        }
        return {std::pow(10.0, bottom), top};
    }
    if (high - low < 1e-12 * std::max(std::abs(low), std::abs(high)) || high == low) {
        const double half = low == 0 ? 1 : std::abs(low) * 0.5;
        low -= half;
        high += half;
    }
    const double span = high - low;
    double bottom = low - 0.06 * span;
    if (low >= 0 && bottom < 0) {
        bottom = 0;
    }
    const double step = niceStep(high - bottom, most);
    double top = std::ceil(high / step - 1e-6) * step;
    if (top < high) {
        top = high;
    }
    return {bottom, top};
}

std::vector<double> spreadLabels(const std::vector<double>& wanted,
                                 const std::vector<double>& heights, double top, double bottom) {
    const std::size_t count = wanted.size();
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
    // Labels that touch form a group, which stands where its members want to be on average.
    struct Group {
        double top, height, want;  // want: sum over members of the top of the group they would like
        int members;
    };
    std::vector<Group> groups;
    const auto settle = [&](Group& g) {
        g.top = g.want / g.members;
        g.top = std::max(top, std::min(g.top, bottom - g.height));
    };
    for (const std::size_t i : order) {
        Group next{0, heights[i], wanted[i] - heights[i] / 2, 1};
        settle(next);
        groups.push_back(next);
        while (groups.size() > 1) {
            const Group& below = groups.back();
            Group& above = groups[groups.size() - 2];
            if (above.top + above.height <= below.top + 1e-9) {
                break;
            }
            above.want += below.want - below.members * above.height;
            above.members += below.members;
            above.height += below.height;
            groups.pop_back();
            settle(groups.back());
        }
    }
    std::vector<double> tops(count);
    std::size_t next = 0;
    for (const Group& group : groups) {
        double y = group.top;
        for (int member = 0; member < group.members; ++member, ++next) {
            tops[order[next]] = y;
            y += heights[order[next]];
        }
    }
    return tops;
}

}  // namespace shearbench::widgets

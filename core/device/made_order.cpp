// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/made_order.h"

#include <algorithm>
#include <numeric>

namespace shearbench::device {

using network::madeHiddenDegree;
using network::madeInputDegree;

MadeOrder::MadeOrder(const network::Layer& layer)
    : dimensions(layer.dimensions()),
      hidden(layer.hidden),
      units(static_cast<std::size_t>(hidden)),
      end(static_cast<std::size_t>(dimensions)) {
    std::iota(units.begin(), units.end(), 0);
    std::stable_sort(units.begin(), units.end(), [this](int a, int b) {
        return madeHiddenDegree(a, dimensions) < madeHiddenDegree(b, dimensions);
    });
    for (int unit : units)
        for (int k = madeHiddenDegree(unit, dimensions); k < dimensions; ++k)
            ++end[static_cast<std::size_t>(k)];
}

std::vector<float> madeMask(const network::Layer& layer) {
    const int d = layer.dimensions(), h = layer.hidden;
    std::vector<float> mask;
    const auto add = [&mask](int outputs, int inputs, const auto& sees) {
        for (int o = 0; o < outputs; ++o)
            for (int i = 0; i < inputs; ++i)
                mask.push_back(sees(o, i) ? 1.0f : 0.0f);
    };
    add(h, d, [=](int o, int i) { return madeHiddenDegree(o, d) >= madeInputDegree(i); });
    add(h, h, [=](int o, int i) { return madeHiddenDegree(o, d) >= madeHiddenDegree(i, d); });
    add(2 * d, h, [=](int o, int i) { return madeInputDegree(o / 2) > madeHiddenDegree(i, d); });
    return mask;
}

}  // namespace shearbench::device

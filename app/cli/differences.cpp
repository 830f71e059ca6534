// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/differences.h"

#include <fmt/format.h>

#include "app/cli/terminal.h"

namespace shearbench::cli {

std::string differencesTable(const device::StepComparison& found) {
    std::vector<std::vector<std::string>> rows = {{"Tensor", "gradient", "largest difference",
                                                   "typical", "by size", "numbers: largest",
                                                   "typical"}};
    const auto number = [](double value) { return fmt::format("{:.2e}", value); };
    for (const device::TensorComparison& tensor : found.tensors) {
        const device::Difference &gradient = tensor.gradient, &values = tensor.parameter;
        std::vector<std::string> row = {tensor.name, "", "", "", ""};
        if (tensor.trainable)
            row = {tensor.name, number(gradient.size), number(gradient.largest),
                   number(gradient.typical), number(gradient.relative())};
        row.push_back(number(values.largest));
        row.push_back(number(values.typical));
        rows.push_back(std::move(row));
    }
    return differencesLine(found) + '\n' + table(rows);
}

std::string differencesLine(const device::StepComparison& found) {
    std::string text = fmt::format("step {}: losses {:.6g} and {:.6g}", found.step, found.firstLoss,
                                   found.secondLoss);
    if (const device::TensorComparison* worst = found.worst()) {
        const device::Difference& difference = worst->judged();
        text += fmt::format("; most apart: {}, {} by {:.1e} of their size, at most {:.1e}",
                            worst->name, worst->trainable ? "gradients" : "averages",
                            difference.relative(), difference.largest);
    }
    return text + '.';
}

}  // namespace shearbench::cli

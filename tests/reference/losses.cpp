// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/reference/losses.h"

#include <array>
#include <cmath>
#include <numbers>

namespace shearbench::reference {

namespace {

constexpr int kSize = 3;
using Vector = std::array<double, kSize>;
using Matrix = std::array<Vector, kSize>;

double softplus(double x) {
    return x > 30 ? x : std::log(1 + std::exp(x));
}
double softplusDerivative(double x) {
    return 1 / (1 + std::exp(-x));
}

/// Feature that holds entry (row, column <= row) of the triangle.
int featureOf(int row, int column) {
    return kSize + row * (row + 1) / 2 + column;
}

Matrix inverseOfLowerTriangle(const Matrix& lower) {
    Matrix inverse{};
    for (int column = 0; column < kSize; ++column)
        for (int row = column; row < kSize; ++row) {
            double sum = row == column ? 1 : 0;
            for (int k = column; k < row; ++k)
                sum -= lower[row][k] * inverse[k][column];
            inverse[row][column] = sum / lower[row][row];
        }
    return inverse;
}

/// -log N(target; mean, L L^T) of one image; adds its derivative by the features to `gradient`.
/// By L it is L^-T (1 - z z^T), with z = L^-1 (target - mean), of which the lower triangle counts.
double gaussianNll(const double* features, const double* target, double weight, double* gradient) {
    Matrix lower{};
    for (int i = 0; i < kSize; ++i)
        for (int j = 0; j <= i; ++j) {
            const double x = features[featureOf(i, j)];
            lower[i][j] = i == j ? softplus(x) + network::kScaleFloor : x;
        }
    const Matrix inverse = inverseOfLowerTriangle(lower);
    Vector z{};
    for (int i = 0; i < kSize; ++i)
        for (int j = 0; j < kSize; ++j)
            z[i] += inverse[i][j] * (target[j] - features[j]);

    double value = 0.5 * kSize * std::log(2 * std::numbers::pi);
    for (int i = 0; i < kSize; ++i)
        value += 0.5 * z[i] * z[i] + std::log(lower[i][i]);
    if (!gradient)
        return value;

    for (int i = 0; i < kSize; ++i) {
        for (int k = 0; k < kSize; ++k)
            gradient[i] -= weight * inverse[k][i] * z[k];
        for (int j = 0; j <= i; ++j) {
            double byEntry = 0;
            for (int k = 0; k < kSize; ++k)
                byEntry += inverse[k][i] * ((k == j ? 1 : 0) - z[k] * z[j]);
            const int feature = featureOf(i, j);
            gradient[feature] +=
                weight * byEntry * (i == j ? softplusDerivative(features[feature]) : 1);
        }
    }
    return value;
}

/// Mean over images of -log density under a flow, from D features and the log determinant.
double flowNll(const Maps& outputs, Maps* gradient) {
    const int d = outputs.shape.channels - 1;
    const double weight = 1.0 / outputs.images;
    double sum = 0;
    for (int n = 0; n < outputs.images; ++n) {
        const double* u = &outputs.values[static_cast<std::size_t>(n) * (d + 1)];
        double squares = 0;
        for (int i = 0; i < d; ++i)
            squares += u[i] * u[i];
        sum += squares / 2 + d / 2.0 * std::log(2 * std::numbers::pi) - u[d];
        if (!gradient)
            continue;
        double* g = &gradient->values[static_cast<std::size_t>(n) * (d + 1)];
        for (int i = 0; i < d; ++i)
            g[i] = weight * u[i];
        g[d] = -weight;
    }
    return weight * sum;
}

struct ElementLoss {
    double value, derivative;
};

ElementLoss elementLoss(network::LossKind kind, double output, double target) {
    const double difference = output - target;
    if (kind == network::LossKind::binaryCrossEntropy) {
        const double p = std::min(std::max(output, network::kProbabilityMargin),
                                  1 - network::kProbabilityMargin);
        return {-target * std::log(p) - (1 - target) * std::log(1 - p),
                (p - target) / (p * (1 - p))};
    }
    if (kind == network::LossKind::squaredError)
        return {difference * difference, 2 * difference};
    return {difference * difference / 2, difference};
}

}  // namespace

double loss(network::LossKind kind, const Maps& outputs, std::span<const double> targets,
            Maps* gradient) {
    const double weight = 1.0 / outputs.images;
    double sum = 0;
    if (kind == network::LossKind::gaussianNll) {
        for (int n = 0; n < outputs.images; ++n)
            sum += gaussianNll(&outputs.values[n * 9], &targets[n * kSize], weight,
                               gradient ? &gradient->values[n * 9] : nullptr);
        return weight * sum;
    }
    if (kind == network::LossKind::flowNll)
        return flowNll(outputs, gradient);
    for (std::size_t i = 0; i < outputs.values.size(); ++i) {
        const ElementLoss element = elementLoss(kind, outputs.values[i], targets[i]);
        sum += element.value;
        if (gradient)
            gradient->values[i] = weight * element.derivative;
    }
    return weight * sum;
}

}  // namespace shearbench::reference

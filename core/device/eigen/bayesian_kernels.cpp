// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/bayesian_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace shearbench::device::eigen {

namespace {

double softplus(double x) {
    return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x)));
}

}  // namespace

BayesianKernels::BayesianKernels(const network::Network& network, ThreadPool& pool)
    : kernels_(network::bayesianKernels(network)),
      sums_(static_cast<std::size_t>(pool.threads())),
      pool_(pool) {
    std::size_t weights = 0;
    for (const network::BayesianKernel& kernel : kernels_) {
        first_.push_back(weights);
        weights += kernel.count;
    }
    for (std::vector<float>* array : {&drawn_, &drawnGradients_, &noise_, &deviation_})
        array->resize(weights);
}

Tensor BayesianKernels::tensor(std::size_t index) {
    const std::size_t first = first_.at(index), count = kernels_[index].count;
    return {std::span(drawn_).subspan(first, count),
            std::span(drawnGradients_).subspan(first, count)};
}

double BayesianKernels::draw(std::span<const float> parameters, StreamPurpose purpose,
                             const StepNoise& noise) {
    double sum = 0;
    for (std::size_t k = 0; k < kernels_.size(); ++k) {
        const network::BayesianKernel& kernel = kernels_[k];
        const NormalStream stream{noise.seed, purpose, static_cast<std::uint32_t>(k),
                                  static_cast<std::uint64_t>(noise.step)};
        std::fill(sums_.begin(), sums_.end(), 0.0);
        pool_.run([&](int worker) {
            // Whole blocks of four numbers to each worker.
            const std::size_t blocks = (kernel.count + 3) / 4;
            const std::size_t end =
                std::min(kernel.count, 4 * pool_.shareBegin(blocks, worker + 1));
            double& kl = sums_[static_cast<std::size_t>(worker)];
            std::array<double, 4> numbers{};
            for (std::size_t i = 4 * pool_.shareBegin(blocks, worker); i < end; ++i) {
                const std::size_t at = first_[k] + i;
                if (i % 4 == 0 && noise.given.empty())
                    numbers = normalBlock(stream, static_cast<std::uint32_t>(i / 4));
                const double mean = parameters[kernel.mean + i];
                const double deviation = softplus(parameters[kernel.rho + i]);
                noise_[at] =
                    noise.given.empty() ? static_cast<float>(numbers[i % 4]) : noise.given[at];
                deviation_[at] = static_cast<float>(deviation);
                drawn_[at] = static_cast<float>(mean + deviation * noise_[at]);
                kl += (mean * mean + deviation * deviation - 1) / 2 - std::log(deviation);
            }
        });
        for (double part : sums_)
            sum += part;
    }
    return sum;
}

void BayesianKernels::setToMeans(std::span<const float> parameters) {
    for (std::size_t k = 0; k < kernels_.size(); ++k)
        std::copy_n(&parameters[kernels_[k].mean], kernels_[k].count, &drawn_[first_[k]]);
}

void BayesianKernels::spreadGradients(std::span<const float> parameters, double weightKl,
                                      std::span<float> gradients) {
    for (std::size_t k = 0; k < kernels_.size(); ++k) {
        const network::BayesianKernel& kernel = kernels_[k];
        pool_.forShares(kernel.count, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) {
                const std::size_t at = first_[k] + i;
                const double byKernel = drawnGradients_[at], deviation = deviation_[at];
                const double byDeviation =
                    byKernel * noise_[at] + weightKl * (deviation - 1 / deviation);
                gradients[kernel.mean + i] =
                    static_cast<float>(byKernel + weightKl * parameters[kernel.mean + i]);
                // The slope of softplus, 1 / (1 + exp(-rho)), is 1 - exp(-softplus).
                gradients[kernel.rho + i] =
                    static_cast<float>(byDeviation * -std::expm1(-deviation));
            }
        });
    }
}

}  // namespace shearbench::device::eigen

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/dense.h"

#include <algorithm>

#include "core/device/eigen/gemm.h"

namespace shearbench::device::eigen {

Dense::Dense(OperationContext context)
    : inFeatures_(context.layer.input.count()),
      outFeatures_(context.layer.output.count()),
      kernel_(context.tensors.at(0)),
      bias_(context.tensors.at(1)),
      pool_(context.pool) {}

void Dense::forward(const float* in, float* out, std::size_t images, Mode) {
    pool_.forShares(images, [=, this](std::size_t begin, std::size_t end) {
        for (std::size_t image = begin; image < end; ++image)
            std::copy(bias_.values.begin(), bias_.values.end(), out + image * outFeatures_);
        gemm(end - begin, outFeatures_, inFeatures_, {in + begin * inFeatures_, inFeatures_},
             {kernel_.values.data(), inFeatures_, true}, Write::add, out + begin * outFeatures_,
             outFeatures_);
    });
}

void Dense::backward(const float* in, const float* outGradient, float* inGradient,
                     std::size_t images) {
    for (std::size_t feature = 0; feature < outFeatures_; ++feature) {
        double sum = 0;
        for (std::size_t image = 0; image < images; ++image)
            sum += outGradient[image * outFeatures_ + feature];
        bias_.gradients[feature] = static_cast<float>(sum);
    }
    pool_.forShares(inFeatures_, [=, this](std::size_t begin, std::size_t end) {
        gemm(outFeatures_, end - begin, images, {outGradient, outFeatures_, true},
             {in + begin, inFeatures_}, Write::replace, kernel_.gradients.data() + begin,
             inFeatures_);
    });
    if (!inGradient)
        return;
    pool_.forShares(images, [=, this](std::size_t begin, std::size_t end) {
        gemm(end - begin, inFeatures_, outFeatures_,
             {outGradient + begin * outFeatures_, outFeatures_},
             {kernel_.values.data(), inFeatures_}, Write::replace, inGradient + begin * inFeatures_,
             inFeatures_);
    });
}

}  // namespace shearbench::device::eigen

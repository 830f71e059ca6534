// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/psf.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace shearbench::data::simulator {

namespace {

constexpr double kPi = std::numbers::pi;

// fwhm = 0.9758634299 lambda/r0, and the transform falls to 1/e at 2.992939911888651 r0/lambda.
double kolmogorovScale(double fwhm) {
    return 2.992939911888651 * 0.9758634299 / fwhm;
}

double moffatRadius(double fwhm, double beta) {
    return fwhm / (2 * std::sqrt(std::exp2(1 / beta) - 1));
}

double gaussianSigma(double fwhm) {
    return fwhm / (2 * std::sqrt(2 * std::numbers::ln2));
}

}  // namespace

double Psf::transform(double k) const {
    switch (kind) {
        case Kind::kolmogorov:
            return std::exp(-std::pow(k / kolmogorovScale(fwhm), 5.0 / 3));
        case Kind::moffat: {
            const double x = k * moffatRadius(fwhm, beta), order = beta - 1;
            if (x < 1e-6)
                return 1;
            if (x > 600)  // below 1e-260; the Bessel function would underflow
                return 0;
            return std::exp2(1 - order) / std::tgamma(order) * std::pow(x, order) *
                   std::cyl_bessel_k(order, x);
        }
        case Kind::gaussian: {
            const double x = k * gaussianSigma(fwhm);
            return std::exp(-x * x / 2);
        }
        case Kind::none:
            return 1;
    }
    return 0;
}

double Psf::wing(double r) const {
    switch (kind) {
        case Kind::kolmogorov: {
            // -(k/k0)^a has the transform a 2^(a-1) Gamma(a/2) / (pi Gamma(-a/2)) k0^-a r^-(2+a)
            // in two dimensions, with the opposite sign; here a = 5/3.
            constexpr double a = 5.0 / 3;
            const double factor =
                -std::exp2(a) * std::tgamma(1 + a / 2) / (kPi * std::tgamma(-a / 2));
            return factor * std::pow(kolmogorovScale(fwhm), -a) * std::pow(r, -2 - a);
        }
        case Kind::moffat: {
            const double radius = moffatRadius(fwhm, beta), x = r / radius;
            return (beta - 1) / (kPi * radius * radius) * std::pow(1 + x * x, -beta);
        }
        case Kind::gaussian: {
            const double sigma = gaussianSigma(fwhm), x = r / sigma;
            return std::exp(-x * x / 2) / (2 * kPi * sigma * sigma);
        }
        case Kind::none:
            return 0;
    }
    return 0;
}

double Psf::wingGrowth() const {
    return kind == Kind::kolmogorov ? 5.0 / 3 : kind == Kind::moffat ? 2 * beta - 2 : 0;
}

std::string Psf::description() const {
    switch (kind) {
        case Kind::kolmogorov:
            return fmt::format("Kolmogorov fwhm={} arcsec (all bands)", fwhm);
        case Kind::moffat:
            return fmt::format("Moffat beta={} fwhm={} arcsec (all bands)", beta, fwhm);
        case Kind::gaussian:
            return fmt::format("Gaussian fwhm={} arcsec (all bands)", fwhm);
        case Kind::none:
            return "none";
    }
    return {};
}

}  // namespace shearbench::data::simulator

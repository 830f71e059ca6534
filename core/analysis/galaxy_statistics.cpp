// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/galaxy_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "core/analysis/distances.h"

namespace shearbench::analysis {

namespace {

constexpr int kPixelStep = 37;  // of an image's pixels, every so many goes into the histogram
constexpr double kReach = 5;    // of a Gaussian weight, in its own standard deviations

struct Sums {
    double flux = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
};

/// Sums of the plane under a Gaussian weight of second moments (mxx, mxy, myy) around (x0, y0).
Sums weightedSums(std::span<const float> plane, int size, double x0, double y0, double mxx,
                  double mxy, double myy) {
    const double determinant = mxx * myy - mxy * mxy, middle = (size - 1) / 2.0;
    const auto from = [&](double centre, double variance) {
        return std::max(0, static_cast<int>(middle + centre - kReach * std::sqrt(variance)));
    };
    const auto to = [&](double centre, double variance) {
        const double last = middle + centre + kReach * std::sqrt(variance);
        return std::min(size - 1, static_cast<int>(std::max(-1.0, last)));
    };
    const int lastRow = to(y0, myy), lastColumn = to(x0, mxx);
    Sums sums;
    for (int row = from(y0, myy); row <= lastRow; ++row)
        for (int column = from(x0, mxx); column <= lastColumn; ++column) {
            const double x = column - middle - x0, y = row - middle - y0;
            const double r2 = (myy * x * x - 2 * mxy * x * y + mxx * y * y) / determinant;
            if (r2 > kReach * kReach)
                continue;
            const double w =
                std::exp(-0.5 * r2) * plane[static_cast<std::size_t>(row * size + column)];
            sums.flux += w;
            sums.x += w * x;
            sums.y += w * y;
            sums.xx += w * x * x;
            sums.xy += w * x * y;
            sums.yy += w * y * y;
        }
    return sums;
}

/// Radii within which growing shares of the light out to size / 3 lie.
struct GrowthCurve {
    GrowthCurve(std::span<const float> plane, int size, double x0, double y0) {
        const double middle = (size - 1) / 2.0, most = size / 3.0;
        for (int row = 0; row < size; ++row)
            for (int column = 0; column < size; ++column) {
                const double x = column - middle - x0, y = row - middle - y0;
                if (const double radius = std::sqrt(x * x + y * y); radius <= most)
                    light.push_back({radius, plane[static_cast<std::size_t>(row * size + column)]});
            }
        std::sort(light.begin(), light.end());
        // A radius is that of the disc with the area of the pixels so far: their centres alone
        // would make small radii too small.
        double area = 0;
        for (auto& [radius, value] : light) {
            value = total += value;
            radius = std::sqrt(++area / std::numbers::pi);
        }
    }
    /// NaN where there is no light.
    double radiusOf(double share) const {
        if (!(total > 0))
            return std::numeric_limits<double>::quiet_NaN();
        const auto found = std::find_if(light.begin(), light.end(), [&](const auto& point) {
            return point.second >= share * total;
        });
        if (found == light.end())
            return std::numeric_limits<double>::quiet_NaN();
        const auto [radius, inside] = found == light.begin() ? std::pair(0.0, 0.0) : found[-1];
        const double step = found->second - inside;
        const double part = step > 0 ? (share * total - inside) / step : 0;
        return radius + part * (found->first - radius);
    }
    std::vector<std::pair<double, double>> light;
    double total = 0;
};

/// Adds |transform|^2 of planes up by wavenumber, as azimuthal means.
class PowerSpectrum {
  public:
    explicit PowerSpectrum(int size)
        : size_(static_cast<std::size_t>(size)),
          waves_(size_ / 2 + 1),
          cosines_(size_ * waves_),
          sines_(size_ * waves_),
          rows_(2 * cosines_.size()),
          sums_(waves_) {
        for (std::size_t x = 0; x < size_; ++x)
            for (std::size_t k = 0; k < waves_; ++k) {
                const double phase = 2 * std::numbers::pi * static_cast<double>(x * k % size_) /
                                     static_cast<double>(size_);
                cosines_[x * waves_ + k] = std::cos(phase);
                sines_[x * waves_ + k] = std::sin(phase);
            }
    }

    void add(std::span<const float> plane) {
        transformRows(plane);
        std::vector<double> power(waves_), modes(waves_), real(waves_), imaginary(waves_);
        for (std::size_t l = 0; l < size_; ++l) {
            transformColumns(l, real, imaginary);
            const double across = static_cast<double>(std::min(l, size_ - l));
            for (std::size_t k = 0; k < waves_; ++k) {
                const auto bin = static_cast<std::size_t>(
                    std::lround(std::hypot(static_cast<double>(k), across)));
                if (bin >= waves_)
                    break;
                power[bin] += real[k] * real[k] + imaginary[k] * imaginary[k];
                modes[bin] += 1;
            }
        }
        for (std::size_t bin = 0; bin < waves_; ++bin)
            sums_[bin] += power[bin] / std::max(modes[bin], 1.0);
    }

    const std::vector<double>& sums() const { return sums_; }

  private:
    // Real parts of all wavenumbers, then imaginary ones, row behind row.
    double* rowOf(std::size_t y) { return &rows_[2 * y * waves_]; }

    void transformRows(std::span<const float> plane) {
        std::fill(rows_.begin(), rows_.end(), 0.0);
        for (std::size_t y = 0; y < size_; ++y) {
            double *real = rowOf(y), *imaginary = real + waves_;
            for (std::size_t x = 0; x < size_; ++x) {
                const double value = plane[y * size_ + x];
                const double *c = &cosines_[x * waves_], *s = &sines_[x * waves_];
                for (std::size_t k = 0; k < waves_; ++k) {
                    real[k] += value * c[k];
                    imaginary[k] -= value * s[k];
                }
            }
        }
    }

    void transformColumns(std::size_t l, std::vector<double>& real,
                          std::vector<double>& imaginary) {
        std::fill(real.begin(), real.end(), 0.0);
        std::fill(imaginary.begin(), imaginary.end(), 0.0);
        // The tables go up to half of all wavenumbers; those beyond turn the other way.
        const std::size_t wave = std::min(l, size_ - l);
        for (std::size_t y = 0; y < size_; ++y) {
            const double c = cosines_[y * waves_ + wave];
            const double s = (l == wave ? 1 : -1) * sines_[y * waves_ + wave];
            const double *re = rowOf(y), *im = re + waves_;
            for (std::size_t k = 0; k < waves_; ++k) {
                real[k] += re[k] * c + im[k] * s;
                imaginary[k] += im[k] * c - re[k] * s;
            }
        }
    }

    std::size_t size_, waves_;  ///< wavenumbers from 0 to half the size
    std::vector<double> cosines_, sines_;
    std::vector<double> rows_;
    std::vector<double> sums_;
};

template <class List>
void addTo(List& list, const List& more) {
    list.insert(list.end(), more.begin(), more.end());
}

void addFinite(std::vector<double>& list, double value) {
    if (std::isfinite(value))
        list.push_back(value);
}

}  // namespace

double apertureFlux(std::span<const float> plane, int size) {
    const double middle = (size - 1) / 2.0, most = size / 5.0;
    double sum = 0;
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column)
            if (const double x = column - middle, y = row - middle; x * x + y * y <= most * most)
                sum += plane[static_cast<std::size_t>(row * size + column)];
    return sum;
}

AdaptiveMoments adaptiveMoments(std::span<const float> plane, int size) {
    constexpr int kMostIterations = 200;
    constexpr double kSettled = 1e-6;
    AdaptiveMoments found;
    double x = 0, y = 0, mxx = size / 4.0, mxy = 0, myy = size / 4.0;
    for (int i = 0; i < kMostIterations; ++i) {
        const Sums sums = weightedSums(plane, size, x, y, mxx, mxy, myy);
        if (!(sums.flux > 0))
            return found;
        const double dx = sums.x / sums.flux, dy = sums.y / sums.flux;
        // The product of a Gaussian and a weight equal to it has half the moments of either.
        const double nextXx = 2 * (sums.xx / sums.flux - dx * dx);
        const double nextXy = 2 * (sums.xy / sums.flux - dx * dy);
        const double nextYy = 2 * (sums.yy / sums.flux - dy * dy);
        const double determinant = nextXx * nextYy - nextXy * nextXy;
        const double largest = size * size / 4.0;
        x += 2 * dx;
        y += 2 * dy;
        if (!(nextXx > 0.1) || !(nextYy > 0.1) || !(determinant > 0.01) || nextXx > largest ||
            nextYy > largest || std::hypot(x, y) > size / 4.0)
            return found;
        const double change = std::fabs(nextXx - mxx) + std::fabs(nextXy - mxy) +
                              std::fabs(nextYy - myy) + std::fabs(dx) + std::fabs(dy);
        mxx = nextXx;
        mxy = nextXy;
        myy = nextYy;
        if (change < kSettled * (mxx + myy)) {
            found.found = true;
            found.x = x;
            found.y = y;
            found.e1 = (mxx - myy) / (mxx + myy);
            found.e2 = 2 * mxy / (mxx + myy);
            found.sigma = std::pow(determinant, 0.25);
            return found;
        }
    }
    return found;
}

GalaxyStatistics galaxyStatistics(const GalaxyImages& images) {
    GalaxyStatistics found;
    found.flux.resize(static_cast<std::size_t>(images.channels));
    const std::size_t pixels = static_cast<std::size_t>(images.size) * images.size;
    PowerSpectrum spectrum(images.size);
    const auto magnitudeBetween = [&](int a, int b, std::span<const double> flux) {
        const auto i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
        const double offset =
            images.zeroPoints.empty() ? 0 : images.zeroPoints[i] - images.zeroPoints[j];
        return -2.5 * std::log10(flux[i] / flux[j]) + offset;
    };
    for (std::size_t n = 0; n < images.count(); ++n) {
        const auto image = images.values.subspan(n * images.imageCount(), images.imageCount());
        std::vector<double> flux;
        for (std::size_t band = 0; band < found.flux.size(); ++band) {
            flux.push_back(apertureFlux(image.subspan(band * pixels, pixels), images.size));
            found.flux[band].push_back(flux.back());
        }
        if (images.channels > std::max({images.green, images.red, images.infrared})) {
            addFinite(found.greenRed, magnitudeBetween(images.green, images.red, flux));
            addFinite(found.redInfrared, magnitudeBetween(images.red, images.infrared, flux));
        }
        const auto band = static_cast<std::size_t>(std::min(images.red, images.channels - 1));
        const auto red = image.subspan(band * pixels, pixels);
        spectrum.add(red);
        for (std::size_t i = n % kPixelStep; i < pixels; i += kPixelStep)
            found.pixels.push_back(red[i]);
        const AdaptiveMoments moments = adaptiveMoments(red, images.size);
        if (!moments.found)
            continue;
        found.ellipticity.push_back(std::hypot(moments.e1, moments.e2));
        const GrowthCurve growth(red, images.size, moments.x, moments.y);
        addFinite(found.halfLightRadius, growth.radiusOf(0.5));
        addFinite(found.concentration, 5 * std::log10(growth.radiusOf(0.8) / growth.radiusOf(0.2)));
    }
    found.powerSpectrum = spectrum.sums();
    return found;
}

void GalaxyStatistics::append(const GalaxyStatistics& more) {
    flux.resize(std::max(flux.size(), more.flux.size()));
    for (std::size_t band = 0; band < more.flux.size(); ++band)
        addTo(flux[band], more.flux[band]);
    addTo(greenRed, more.greenRed);
    addTo(redInfrared, more.redInfrared);
    addTo(halfLightRadius, more.halfLightRadius);
    addTo(concentration, more.concentration);
    addTo(ellipticity, more.ellipticity);
    addTo(pixels, more.pixels);
    powerSpectrum.resize(std::max(powerSpectrum.size(), more.powerSpectrum.size()));
    for (std::size_t k = 0; k < more.powerSpectrum.size(); ++k)
        powerSpectrum[k] += more.powerSpectrum[k];
}

std::vector<double> GalaxyStatistics::powerShares() const {
    const double total = std::accumulate(powerSpectrum.begin(), powerSpectrum.end(), 0.0);
    std::vector<double> shares = powerSpectrum;
    for (double& share : shares)
        share = total > 0 ? share / total : 0;
    return shares;
}

std::vector<StatisticDistance> statisticDistances(const GalaxyStatistics& a,
                                                  const GalaxyStatistics& b,
                                                  std::span<const std::string> bands) {
    std::vector<StatisticDistance> distances;
    for (std::size_t band = 0; band < std::min(a.flux.size(), b.flux.size()); ++band)
        distances.push_back(
            {"flux " + (band < bands.size() ? bands[band] : std::to_string(band + 1)),
             wasserstein(a.flux[band], b.flux[band])});
    distances.push_back({"g - r", wasserstein(a.greenRed, b.greenRed)});
    distances.push_back({"r - i", wasserstein(a.redInfrared, b.redInfrared)});
    distances.push_back({"half-light radius", wasserstein(a.halfLightRadius, b.halfLightRadius)});
    distances.push_back({"|e|", wasserstein(a.ellipticity, b.ellipticity)});
    distances.push_back({"concentration", wasserstein(a.concentration, b.concentration)});
    distances.push_back({"power spectrum", wassersteinOfShares(a.powerShares(), b.powerShares())});
    distances.push_back({"pixel values", wasserstein(a.pixels, b.pixels)});
    return distances;
}

}  // namespace shearbench::analysis

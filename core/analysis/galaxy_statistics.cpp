// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/galaxy_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

#include "core/analysis/distances.h"

namespace shearbench::analysis {

namespace {

constexpr int kPixelStep = 37;  // of an image's pixels, every so many goes into the histogram

struct Sums {
    double flux = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
};

/// Sums of the plane under a Gaussian weight of second moments (mxx, mxy, myy) around (x0, y0).
Sums weightedSums(std::span<const float> plane, int size, double x0, double y0, double mxx,
                  double mxy, double myy) {
    const double determinant = mxx * myy - mxy * mxy, middle = (size - 1) / 2.0;
    Sums sums;
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column) {
            const double x = column - middle - x0, y = row - middle - y0;
            const double r2 = (myy * x * x - 2 * mxy * x * y + mxx * y * y) / determinant;
            if (r2 > 25)
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
                const double radius = std::hypot(column - middle - x0, row - middle - y0);
                if (radius <= most)
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

/// Adds |transform|^2 of the plane to the sums by wavenumber, as azimuthal means.
class PowerSpectrum {
  public:
    explicit PowerSpectrum(int size) : size_(static_cast<std::size_t>(size)), sums_(size_ / 2 + 1) {
        for (std::size_t i = 0; i < size_; ++i)
            waves_.push_back(std::polar(
                1.0, -2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(size_)));
    }

    void add(std::span<const float> plane) {
        std::vector<std::complex<double>> rows(size_ * size_);
        const std::size_t half = size_ / 2;
        for (std::size_t row = 0; row < size_; ++row)
            for (std::size_t k = 0; k <= half; ++k)
                for (std::size_t x = 0; x < size_; ++x)
                    rows[row * size_ + k] +=
                        static_cast<double>(plane[row * size_ + x]) * waves_[k * x % size_];
        std::vector<double> power(half + 1), modes(half + 1);
        for (std::size_t k = 0; k <= half; ++k)
            for (std::size_t l = 0; l < size_; ++l) {
                const double signedL = l <= half
                                           ? static_cast<double>(l)
                                           : static_cast<double>(l) - static_cast<double>(size_);
                const auto bin = static_cast<std::size_t>(
                    std::lround(std::hypot(static_cast<double>(k), signedL)));
                if (bin > half)
                    continue;
                std::complex<double> value;
                for (std::size_t y = 0; y < size_; ++y)
                    value += rows[y * size_ + k] * waves_[l * y % size_];
                power[bin] += std::norm(value);
                modes[bin] += 1;
            }
        for (std::size_t bin = 0; bin <= half; ++bin)
            sums_[bin] += power[bin] / std::max(modes[bin], 1.0);
    }

    std::vector<double> shares() const {
        double total = 0;
        for (double value : sums_)
            total += value;
        std::vector<double> result;
        for (double value : sums_)
            result.push_back(total > 0 ? value / total : 0);
        return result;
    }

  private:
    std::size_t size_;
    std::vector<double> sums_;
    std::vector<std::complex<double>> waves_;
};

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
            if (std::hypot(column - middle, row - middle) <= most)
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
    found.powerSpectrum = spectrum.shares();
    return found;
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
    distances.push_back({"power spectrum", wassersteinOfShares(a.powerSpectrum, b.powerSpectrum)});
    distances.push_back({"pixel values", wasserstein(a.pixels, b.pixels)});
    return distances;
}

}  // namespace shearbench::analysis

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/welcome_sky.h"

#include <vector>

#include "core/data/simulator/cutout_simulator.h"
#include "core/data/simulator/survey.h"
#include "widgets/cutout_image.h"

namespace shearbench::app {

namespace {

namespace simulator = data::simulator;

constexpr std::uint64_t kSeed = 64;
constexpr int kPictureSize = 128;
constexpr double kLeastSignalToNoise = 60;  // faint galaxies are specks on the band
constexpr std::int64_t kMostTries = 2000;

widgets::CutoutFormat format() {
    widgets::CutoutFormat format;
    format.channels = static_cast<int>(simulator::kBands);
    format.height = format.width = simulator::kStampSize;
    std::vector<std::string> names;
    for (char band : simulator::kBandNames) {
        names.emplace_back(1, band);
        format.bands << QString(QLatin1Char(band));
    }
    format.colour = analysis::colourChannels(names, format.channels, simulator::kZeropointAb, {});
    return format;
}

}  // namespace

QVector<QImage> drawWelcomeSky(int galaxies) {
    const widgets::CutoutFormat sky = format();
    simulator::CutoutSimulator draw(kSeed);
    std::vector<float> noisy(sky.pixels()), noiseless(sky.pixels());
    widgets::CutoutDisplay display;
    display.crop = simulator::kStampSize;
    QVector<QImage> pictures;
    for (std::int64_t id = 0; id < kMostTries && pictures.size() < galaxies; ++id)
        if (draw.draw(id, noisy, noiseless).central().snr >= kLeastSignalToNoise)
            pictures << widgets::cutoutImage(sky, noiseless, display, kPictureSize);
    return pictures;
}

}  // namespace shearbench::app

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "core/network/network.h"

namespace shearbench::reference {

/// Feature maps of some images, in double precision: (image, channel, row, column).
struct Maps {
    Maps(int imageCount, network::Shape mapShape)
        : images(imageCount),
          shape(mapShape),
          values(static_cast<std::size_t>(imageCount) * mapShape.count()) {}

    double& at(int image, int channel, int row, int column) {
        return values[index(image, channel, row, column)];
    }
    double at(int image, int channel, int row, int column) const {
        return values[index(image, channel, row, column)];
    }

    int images;
    network::Shape shape;
    std::vector<double> values;

  private:
    std::size_t index(int image, int channel, int row, int column) const {
        std::size_t i = static_cast<std::size_t>(image);
        i = i * shape.channels + channel;
        i = i * shape.height + row;
        return i * shape.width + column;
    }
};

}  // namespace shearbench::reference

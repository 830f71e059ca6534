// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

// Files of cutouts as they are met, small, for pictures of what the window makes of them.

namespace shearbench::test {

/// Makes them all in `folder`:
///   survey, crowded         simulated, six bands, one and several galaxies an image
///   three_bands, one_band, twenty_bands, large_stamps
///   nan_pixels              holes in one band, whole images without a number, a few labels missing
///   no_labels               pixels alone, bands not named
///   stack                   five axes, several variants, ten bands, labels without known names
///   wrong_axes              oblong images
void makeGalleryFiles(const QString& folder);

}  // namespace shearbench::test

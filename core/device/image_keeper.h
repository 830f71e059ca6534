// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/device/session.h"

namespace shearbench::device {

/// One of the images that a device keeps, as a step takes it: turned by quarters (0..3)
/// counter-clockwise with y up, after a left-right flip if `flip`.
struct KeptImage {
    std::int64_t number = 0;
    int quarterTurns = 0;
    bool flip = false;
};

/// What a Session is as well (dynamic_cast tells) where its device has memory of its own that may
/// hold a training's images: they go there once, and steps name them by their numbers. Rules of
/// threads and errors as in Session.
class ImageKeeper {
  public:
    virtual ~ImageKeeper() = default;

    /// Finds room for `count` >= 1 images of the network's input, which then counts in the
    /// session's memoryPlan(); those kept before are gone. Where they do not fit beside the session
    /// (the device's memory or the cap on it, the largest piece it gives, for a device in the
    /// host's memory half of what is free there) or the device refuses, says why in words that
    /// follow "because", and the session goes on without. Empty where there is room.
    virtual std::string makeRoom(std::int64_t count) = 0;

    /// `images` (n, C, H, W) as number `first` and following; may be reused when the call returns.
    virtual void keep(std::int64_t first, std::span<const float> images) = 0;

    /// As Session::step() with copies of the images named, bit for bit; each is one that keep() was
    /// given, only square ones are turned. No targets: the images themselves, of a network that is
    /// to give as many numbers.
    virtual void stepWithKept(std::span<const KeptImage> images, std::span<const float> targets,
                              const StepSettings& settings) = 0;
};

}  // namespace shearbench::device

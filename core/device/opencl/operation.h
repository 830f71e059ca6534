// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/device/opencl/arena.h"
#include "core/device/opencl/map.h"
#include "core/device/opencl/parameters.h"
#include "core/device/opencl/tile_table.h"
#include "core/device/session.h"

namespace shearbench::device::opencl {

enum class Mode { training, trainingWithoutUpdate, prediction };

/// Kernels that are compiled together: a compiler takes longer to read what every program includes
/// than to compile what is in one.
enum class ProgramPart {
    layers,   ///< of every network
    drawing,  ///< Bayesian kernels and latent layers
    flow,
};

/// How kernels other than convolutions run on a device: LANES and GROUP of kernels/types.cl.
struct LaunchShape {
    explicit LaunchShape(const Hardware& hardware);

    int lanes, group;
    int pixelItems() const { return kBlock / lanes; }  ///< items of a group that share a pixel
    int pixelsAtOnce() const { return group / pixelItems(); }
    std::string options() const;
    ProgramSource program(ProgramPart part = ProgramPart::layers) const;
    /// Floats of parameters that one group updates: enough for every item of it, few enough for
    /// every unit to have some.
    std::size_t runLength() const {
        return lanes == kBlock ? 8192 : static_cast<std::size_t>(group) * 4;
    }

    /// So many groups side by side, in rows of them.
    Range groups(int count, int rows = 1) const;
    /// Items that stride over `count` pieces of work.
    Range striding(std::size_t count) const;

  private:
    std::size_t mostGroups_;
};

/// What operations are planned with; all of it outlives them.
struct Planning {
    const Hardware& hardware;
    LaunchShape shape;
    int batch;
    Arena& arena;
    Parameters& parameters;
    const TileTable& tiles;
};

/// A feature map, or its gradient, in a buffer.
struct Place {
    Map map;
    Arena::Index buffer = 0;
};

/// The maps an operation reads and writes. `dx` is used only where `wantsInputGradient`.
struct Wiring {
    Place x, y, dy, dx;
    bool wantsInputGradient = true;
};

/// Bytes of a batch of such maps, without what fills up blocks and halo.
inline double bytesOf(const Place& place, int batch) {
    return sizeof(float) * static_cast<double>(place.map.shape.count()) * batch;
}

/// One layer's part of a step. Constructing one asks for memory; build() makes its kernels once the
/// memory is there; forward() and backward() only queue launches.
class Operation {
  public:
    virtual ~Operation() = default;

    virtual void build(Context& context) = 0;
    /// Before the forward() of a training step.
    virtual void begin(Queue&, const StepSettings&) {}
    /// `images` <= the batch planned for.
    virtual void forward(Queue& queue, int images, Mode mode) = 0;
    /// Of a whole batch, after forward() in a training mode.
    virtual void backward(Queue& queue) = 0;
};

}  // namespace shearbench::device::opencl

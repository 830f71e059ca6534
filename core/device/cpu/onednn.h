// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <dnnl.hpp>
#include <utility>
#include <vector>

#include "core/device/cpu/arena.h"
#include "core/device/cpu/blocked.h"
#include "core/device/cpu/parameters.h"

// What this room asks of oneDNN. Channel counts are always given with the zeros that fill up a
// block: oneDNN has no fast convolution for a blocked map of fewer channels than one block, and
// products with zeros stay zero in every direction.

namespace shearbench::device::cpu {

const dnnl::engine& engine();

dnnl::memory::desc blockedMap(const Blocked& map, int batch);
dnnl::memory::desc plainMap(const network::Shape& shape, int batch);
/// (out channels, in channels, 3, 3) in blocks of `width` x `width`, the inputs' lanes outermost.
dnnl::memory::desc blockedKernel(const Blocked& in, const Blocked& out);

/// Stride and padding of a convolution as oneDNN takes them.
struct Geometry {
    dnnl::memory::dims stride, before, after;
};
Geometry geometry(const network::Layer& layer);

/// Of a kernel stored as `own`, whose channel counts may be larger than the layer's.
ParameterFormat kernelFormat(const network::Layer& layer, const dnnl::memory::desc& own);

/// Scratch memory lies in the session's arena, one piece for all primitives.
dnnl::primitive_attr scratchpadInArena();
Arena::Buffer requestScratchpad(Arena& arena, const dnnl::memory::desc& scratchpad);

/// A primitive together with the memory it works on; running it allocates nothing but oneDNN's own
/// argument table.
class BoundPrimitive {
  public:
    using Argument = std::pair<int, dnnl::memory>;

    BoundPrimitive() = default;
    BoundPrimitive(dnnl::primitive primitive, std::vector<Argument> arguments);

    explicit operator bool() const { return static_cast<bool>(primitive_); }
    void run() const;

  private:
    dnnl::primitive primitive_;
    std::vector<Argument> arguments_;
    std::vector<dnnl_exec_arg_t> handles_;
};

}  // namespace shearbench::device::cpu

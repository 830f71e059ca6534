// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "core/device/cpu/arena.h"
#include "core/device/cpu/blocked.h"
#include "core/device/session.h"

namespace shearbench::device::cpu {

/// Where an operation finds its feature maps: `batch` images each, blocked. Gradients share two
/// buffers that swap roles from layer to layer; inputGradient is null where nobody needs it and
/// equals outputGradient for an operation that works in place.
struct Wiring {
    const float* input = nullptr;
    float* output = nullptr;
    float* outputGradient = nullptr;
    float* inputGradient = nullptr;
    // Of the PReLU behind, where the operation computes that too: its slopes and its output.
    const float* slope = nullptr;
    float* activated = nullptr;

    /// Where the output goes where nobody but the PReLU behind needs it, as in predictions: to the
    /// PReLU's, which then takes its place. Saves writing both to memory.
    float* outputToActivate() const { return slope ? activated : output; }
};

enum class Mode { training, prediction };  ///< which statistics batch norm uses

/// One layer, or a few computed together, compiled for a batch size. Constructing one decides how
/// it is computed and asks the arena and the parameters for memory; bind() prepares to run in it.
/// forward() and backward() allocate no buffers and run on the caller's ThreadScope.
class Operation {
  public:
    virtual ~Operation() = default;
    Operation() = default;
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;

    virtual const Blocked& output() const = 0;
    /// Whether the gradient by the input replaces the one by the output.
    virtual bool gradientInPlace() const { return false; }

    /// Whether forward() also computes the PReLU behind it, if one is wired.
    virtual bool activates() const { return false; }

    virtual void bind(const Arena& arena, const Wiring& wiring) = 0;
    /// Before the forward() of a step in training mode.
    virtual void begin(const StepSettings&) {}
    virtual void forward(Mode mode) = 0;
    /// Weights are others than at the last forward() in prediction mode.
    virtual void weightsChanged() {}
    /// Gradients of own parameters, and of the input where wired, from outputGradient.
    virtual void backward() = 0;

    /// Of the last forward() in training mode: what StepSettings::latentKl multiplies.
    virtual double divergence() const { return 0; }

    /// How it is computed, for people: "Winograd by tiles". Empty where there is only one way.
    virtual std::string method() const { return {}; }
};

/// The first operation: reads row-major images instead of an input buffer.
class Entry : public Operation {
  public:
    /// `images` (count, C, H, W), count <= batch; the batch's other images are filled with zeros.
    /// To be called before forward() of the same mode.
    virtual void load(const float* images, int count, Mode mode) = 0;
};

}  // namespace shearbench::device::cpu

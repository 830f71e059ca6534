// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <memory>
#include <type_traits>

#include "core/device/opencl/api.h"

namespace shearbench::device::opencl {

/// Gives an OpenCL object back through the function that is for its kind; to a driver that hangs
/// nothing is given back, because that could wait for ever too.
template <class Object, auto Function>
struct Releaser {
    const Api* api = nullptr;
    const std::atomic<bool>* hung = nullptr;  ///< null: never
    void operator()(Object object) const {
        if (!hung || !*hung)
            (api->*Function)(object);
    }
};

/// Owns one reference to an OpenCL object.
template <class Object, auto Function>
using Handle = std::unique_ptr<std::remove_pointer_t<Object>, Releaser<Object, Function>>;

using ContextHandle = Handle<cl_context, &Api::clReleaseContext>;
using QueueHandle = Handle<cl_command_queue, &Api::clReleaseCommandQueue>;
using MemoryHandle = Handle<cl_mem, &Api::clReleaseMemObject>;
using ProgramHandle = Handle<cl_program, &Api::clReleaseProgram>;
using KernelHandle = Handle<cl_kernel, &Api::clReleaseKernel>;
using EventHandle = Handle<cl_event, &Api::clReleaseEvent>;

}  // namespace shearbench::device::opencl

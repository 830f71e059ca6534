// SPDX-License-Identifier: GPL-3.0-or-later
// An ICD loader that breaks on demand, for whole programs: started with SHEARBENCH_OPENCL naming
// this library, it forwards to the machine's own, until the file BROKEN_OPENCL names is there. From
// then on the device is lost: launches and everything that is waited for fail. Where that file
// says "platforms", no platform is found either, and where it says "crash", asking for devices ends
// the program.
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>

#include <fstream>
#include <string>

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

namespace {

/// What BROKEN_OPENCL's file says; "-" while it is not there.
std::string fault() {
    const char* path = getenv("BROKEN_OPENCL");
    std::ifstream file(path ? path : "");
    std::string word = "-";
    if (file)
        word = "lost";
    file >> word;
    return word;
}

template <class Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

cl_int clGetPlatformIDs(cl_uint capacity, cl_platform_id* platforms, cl_uint* count) {
    if (fault() == "platforms")
        return CL_OUT_OF_HOST_MEMORY;
    return next<decltype(clGetPlatformIDs)>("clGetPlatformIDs")(capacity, platforms, count);
}

cl_context clCreateContext(const cl_context_properties* properties, cl_uint count,
                           const cl_device_id* devices,
                           void (*notify)(const char*, const void*, size_t, void*), void* data,
                           cl_int* status) {
    if (fault() == "crash")
        raise(SIGKILL);
    return next<decltype(clCreateContext)>("clCreateContext")(properties, count, devices, notify,
                                                              data, status);
}

cl_int clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                              const size_t* offset, const size_t* items, const size_t* group,
                              cl_uint waits, const cl_event* waitFor, cl_event* event) {
    if (fault() != "-")
        return CL_DEVICE_NOT_AVAILABLE;
    return next<decltype(clEnqueueNDRangeKernel)>("clEnqueueNDRangeKernel")(
        queue, kernel, dimensions, offset, items, group, waits, waitFor, event);
}

cl_int clFinish(cl_command_queue queue) {
    if (fault() != "-")
        return CL_OUT_OF_RESOURCES;
    return next<decltype(clFinish)>("clFinish")(queue);
}

}  // extern "C"

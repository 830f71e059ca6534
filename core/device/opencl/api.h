// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

namespace shearbench::device::opencl {

/// The functions of OpenCL 1.2 that the program calls, as pointers: found at run time, so that it
/// starts on machines without OpenCL, and replaceable, so that tests can let each of them fail.
struct Api {
#define SHEARBENCH_OPENCL_FUNCTIONS(X) \
    X(clGetPlatformIDs)                \
    X(clGetPlatformInfo)               \
    X(clGetDeviceIDs)                  \
    X(clGetDeviceInfo)                 \
    X(clCreateContext)                 \
    X(clReleaseContext)                \
    X(clCreateCommandQueue)            \
    X(clReleaseCommandQueue)           \
    X(clCreateBuffer)                  \
    X(clReleaseMemObject)              \
    X(clCreateProgramWithSource)       \
    X(clCreateProgramWithBinary)       \
    X(clBuildProgram)                  \
    X(clGetProgramBuildInfo)           \
    X(clGetProgramInfo)                \
    X(clReleaseProgram)                \
    X(clCreateKernel)                  \
    X(clReleaseKernel)                 \
    X(clSetKernelArg)                  \
    X(clEnqueueNDRangeKernel)          \
    X(clEnqueueWriteBuffer)            \
    X(clEnqueueReadBuffer)             \
    X(clEnqueueFillBuffer)             \
    X(clFlush)                         \
    X(clFinish)                        \
    X(clWaitForEvents)                 \
    X(clGetEventInfo)                  \
    X(clGetEventProfilingInfo)         \
    X(clReleaseEvent)

#define SHEARBENCH_OPENCL_POINTER(function) decltype(&::function) function = nullptr;
    SHEARBENCH_OPENCL_FUNCTIONS(SHEARBENCH_OPENCL_POINTER)
#undef SHEARBENCH_OPENCL_POINTER
};

/// Of the machine's ICD loader, libOpenCL.so.1, or of the library whose absolute path is in the
/// environment as SHEARBENCH_OPENCL; null where there is none, where it lacks a function, or where
/// that says "off" (a way past a driver that ends the program).
/// Opened once, on first use, and never closed: drivers keep threads. Thread-safe.
const Api* systemApi();

}  // namespace shearbench::device::opencl

// SPDX-License-Identifier: GPL-3.0-or-later
// An OpenCL driver, as the ICD loader opens them, that does as BAD_DRIVER says when it is asked for
// its platforms: "abort" ends the process, "hang" never comes back, "garbage" counts two thousand
// million of them.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

extern "C" {

cl_int clIcdGetPlatformIDsKHR(cl_uint, cl_platform_id*, cl_uint* count);

cl_int clIcdGetPlatformIDsKHR(cl_uint, cl_platform_id*, cl_uint* count) {
    if (strcmp(BAD_DRIVER, "abort") == 0)
        abort();
    while (strcmp(BAD_DRIVER, "hang") == 0)
        pause();
    if (count)
        *count = 2000000000;
    return CL_SUCCESS;
}

cl_int clGetPlatformInfo(cl_platform_id, cl_platform_info, size_t, void*, size_t*) {
    return CL_INVALID_PLATFORM;
}

void* clGetExtensionFunctionAddress(const char* name) {
    if (strcmp(name, "clIcdGetPlatformIDsKHR") == 0)
        return reinterpret_cast<void*>(clIcdGetPlatformIDsKHR);
    if (strcmp(name, "clGetPlatformInfo") == 0)
        return reinterpret_cast<void*>(clGetPlatformInfo);
    return nullptr;
}

}  // extern "C"

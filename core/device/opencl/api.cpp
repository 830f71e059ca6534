// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/api.h"

#include <dlfcn.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace shearbench::device::opencl {

namespace {

std::optional<Api> load() {
    const char* set = std::getenv("SHEARBENCH_OPENCL");
    const std::string wish = set ? set : "";
    if (wish == "off")
        return std::nullopt;
    std::vector<std::string> names = {"libOpenCL.so.1", "libOpenCL.so"};
    if (wish.starts_with('/'))
        names = {wish};
    void* library = nullptr;
    for (const std::string& name : names)
        if (!library)
            library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return std::nullopt;
    Api api;
    bool whole = true;
#define SHEARBENCH_OPENCL_LOAD(function)                                               \
    api.function = reinterpret_cast<decltype(&::function)>(dlsym(library, #function)); \
    whole = whole && api.function;
    SHEARBENCH_OPENCL_FUNCTIONS(SHEARBENCH_OPENCL_LOAD)
#undef SHEARBENCH_OPENCL_LOAD
    return whole ? std::optional(api) : std::nullopt;
}

}  // namespace

const Api* systemApi() {
    static const std::optional<Api> api = load();
    return api ? &*api : nullptr;
}

}  // namespace shearbench::device::opencl

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/device_making.h"
#include "tests/core/device/device_testing.h"

namespace shearbench::device {

/// Every OpenCL device with the kernels meant for it, and the first processor among them with those
/// for graphics cards as well, so that they are tested where there is no such card.
std::vector<std::shared_ptr<const Device>> devicesUnderTest() {
    static const std::vector<std::shared_ptr<const Device>> devices = [] {
        std::vector<std::shared_ptr<const Device>> made;
        const opencl::Api* api = opencl::systemApi();
        if (!api)
            return made;
        bool tiled = false;
        for (opencl::Hardware hardware : opencl::findHardware(*api)) {
            made.push_back(opencl::makeDevice(*api, hardware));
            if (hardware.kernels == opencl::KernelKind::tiled || tiled)
                continue;
            hardware.kernels = opencl::KernelKind::tiled;
            hardware.info.id += ":tiled";
            made.push_back(opencl::makeDevice(*api, hardware));
            tiled = true;
        }
        return made;
    }();
    return devices;
}

}  // namespace shearbench::device

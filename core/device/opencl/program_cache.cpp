// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/program_cache.h"

#include <fmt/format.h>

#include <utility>

#include "core/cache_folder.h"

namespace shearbench::device::opencl {

namespace fs = std::filesystem;

namespace {

constexpr char kHeader[] = "shearbench OpenCL binary 1\n";
constexpr std::uint64_t kLargest = std::uint64_t{256} << 20;

std::string checksum(std::string_view text) {
    return fmt::format("{:016x}\n", hashOf(text));
}

/// The rest of `text` behind `prefix`; nothing if it begins differently.
std::string_view behind(std::string_view text, std::string_view prefix) {
    return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string_view();
}

}  // namespace

ProgramCache::ProgramCache(const Api& api, const Hardware& hardware, const std::string& text,
                           std::string options)
    : api_(api), device_(hardware.device), options_(std::move(options)) {
    key_ = fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n", hardware.platformName, hardware.driver,
                       hardware.info.backend, hardware.info.name, options_, text);
    const fs::path folder = cacheFolder();
    if (!folder.empty() && !hardware.driverKeepsBinaries)
        file_ = folder / "opencl" / fmt::format("program_{:016x}.bin", hashOf(key_));
}

ProgramHandle ProgramCache::load(cl_context context) const {
    if (file_.empty())
        return {};
    const std::string content = kept(file_, kLargest);
    const std::string_view rest = behind(content, kHeader + key_);
    constexpr std::size_t kChecksum = 17;
    if (rest.size() <= kChecksum || checksum(rest.substr(kChecksum)) != rest.substr(0, kChecksum))
        return {};
    const std::string_view code = rest.substr(kChecksum);
    const auto* bytes = reinterpret_cast<const unsigned char*>(code.data());
    const std::size_t length = code.size();
    cl_int accepted = CL_SUCCESS, status = CL_SUCCESS;
    ProgramHandle program(
        api_.clCreateProgramWithBinary(context, 1, &device_, &length, &bytes, &accepted, &status),
        {&api_});
    if (status != CL_SUCCESS || accepted != CL_SUCCESS ||
        api_.clBuildProgram(program.get(), 1, &device_, options_.c_str(), nullptr, nullptr) !=
            CL_SUCCESS)
        return {};
    return program;
}

void ProgramCache::store(cl_program program) const {
    if (file_.empty())
        return;
    std::size_t length = 0;
    if (api_.clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof length, &length, nullptr) !=
            CL_SUCCESS ||
        length == 0 || length > kLargest)
        return;
    std::string code(length, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(code.data());
    if (api_.clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof bytes, &bytes, nullptr) !=
        CL_SUCCESS)
        return;
    keep(file_, kHeader + key_ + checksum(code) + code);
}

}  // namespace shearbench::device::opencl

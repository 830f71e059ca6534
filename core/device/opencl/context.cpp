// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/context.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/device/opencl/kernel_sources.h"
#include "core/device/opencl/program_cache.h"
#include "core/device/opencl/status.h"
#include "core/error.h"

namespace shearbench::device::opencl {

namespace {

/// Numbers that are not finite must stay what they are, so that a step that went wrong shows.
constexpr char kOptions[] = "-cl-std=CL1.2 -cl-mad-enable -cl-no-signed-zeros ";

std::string compilerMessages(const Api& api, cl_program program, cl_device_id device) {
    constexpr std::size_t kMost = 1 << 20, kShown = 1500;
    std::size_t bytes = 0;
    if (api.clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, 0, nullptr, &bytes) !=
            CL_SUCCESS ||
        bytes < 2 || bytes > kMost)
        return "The compiler gave no reason.";
    std::string text(bytes, '\0');
    if (api.clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, bytes, text.data(),
                                  nullptr) != CL_SUCCESS)
        return "The compiler gave no reason.";
    text.resize(std::min({text.find('\0'), text.size(), kShown}));
    return "The compiler says: " + text;
}

}  // namespace

Context::Context(const Api& api, const Hardware& hardware) : api_(api), hardware_(hardware) {
    const cl_context_properties properties[] = {
        CL_CONTEXT_PLATFORM, reinterpret_cast<cl_context_properties>(hardware.platform), 0};
    cl_int status = CL_SUCCESS;
    context_ = ContextHandle(
        api.clCreateContext(properties, 1, &hardware_.device, nullptr, nullptr, &status), {&api});
    check(status, "be set to work");
}

void Context::check(cl_int status, const std::string& doing) {
    if (status != CL_SUCCESS)
        broken_ = true;
    opencl::check(status, hardware_.info.name, doing);
}

cl_program Context::program(const ProgramSource& source) {
    std::string text = kernelSource("types");
    for (std::size_t at = 0; at < source.families.size();) {
        const std::size_t end = std::min(source.families.find(' ', at), source.families.size());
        text += kernelSource(source.families.substr(at, end - at));
        at = end + 1;
    }
    const std::string options = kOptions + hardware_.buildOptions + ' ' + source.options;
    const std::lock_guard lock(mutex_);
    ProgramHandle& program = programs_[options + '\n' + text];
    if (!program)
        program = build(source, text, options);
    return program.get();
}

ProgramHandle Context::build(const ProgramSource& source, const std::string& text,
                             const std::string& options) {
    const ProgramCache cache(api_, hardware_, text, options);
    if (ProgramHandle cached = cache.load(context_.get()))
        return cached;
    const char* begin = text.c_str();
    const std::size_t length = text.size();
    cl_int status = CL_SUCCESS;
    ProgramHandle program(
        api_.clCreateProgramWithSource(context_.get(), 1, &begin, &length, &status), {&api_});
    check(status, fmt::format("take the source of {}", source.name));
    status =
        api_.clBuildProgram(program.get(), 1, &hardware_.device, options.c_str(), nullptr, nullptr);
    if (status != CL_SUCCESS)
        throw Error(ErrorKind::device,
                    fmt::format("{} could not compile {}: OpenCL answered {}. {}",
                                hardware_.info.name, source.name, statusName(status),
                                compilerMessages(api_, program.get(), hardware_.device)),
                    "Update the device's driver, or choose another device.");
    cache.store(program.get());
    return program;
}

Buffer::Buffer(Context& context, std::string name, std::size_t bytes)
    : name_(std::move(name)), bytes_(bytes) {
    cl_int status = CL_SUCCESS;
    memory_ = MemoryHandle(
        context.api().clCreateBuffer(context.get(), CL_MEM_READ_WRITE, bytes, nullptr, &status),
        {&context.api()});
    context.check(status, fmt::format("give {:.1f} MB for {}", bytes / 1e6, name_));
}

Kernel::Kernel(Context& context, const ProgramSource& source, const char* name)
    : context_(&context), name_(name) {
    cl_int status = CL_SUCCESS;
    kernel_ = KernelHandle(context.api().clCreateKernel(context.program(source), name, &status),
                           {&context.api()});
    context.check(status, fmt::format("make kernel {} of {}", name, source.name));
}

void Kernel::setBytes(cl_uint index, std::size_t bytes, const void* value) {
    context_->check(context_->api().clSetKernelArg(kernel_.get(), index, bytes, value),
                    fmt::format("take argument {} of kernel {}", index, name_));
}

Queue::Queue(Context& context) : context_(context) {
    cl_int status = CL_SUCCESS;
    queue_ = QueueHandle(
        context.api().clCreateCommandQueue(context.get(), context.hardware().device, 0, &status),
        {&context.api()});
    context.check(status, "make a queue of commands");
}

Queue::~Queue() {
    if (queue_)
        context_.api().clFinish(queue_.get());
}

void Queue::launch(Kernel& kernel, const Range& range) {
    const std::size_t items[2] = {range.items, range.rows}, group[2] = {range.group, 1};
    const cl_int status = context_.api().clEnqueueNDRangeKernel(
        queue_.get(), kernel.get(), 2, nullptr, items, group, 0, nullptr, nullptr);
    if (status != CL_SUCCESS)
        context_.check(status, fmt::format("run kernel {}", kernel.name()));
    ++launches_;
}

void Queue::fill(const Buffer& buffer) {
    const cl_uint zero = 0;
    context_.check(
        context_.api().clEnqueueFillBuffer(queue_.get(), buffer.get(), &zero, sizeof zero, 0,
                                           buffer.bytes(), 0, nullptr, nullptr),
        fmt::format("fill {:.1f} MB for {}", buffer.bytes() / 1e6, buffer.name()));
}

EventHandle Queue::write(const Buffer& buffer, const void* from, std::size_t bytes) {
    cl_event event = nullptr;
    const cl_int status = context_.api().clEnqueueWriteBuffer(queue_.get(), buffer.get(), CL_FALSE,
                                                              0, bytes, from, 0, nullptr, &event);
    EventHandle handle(event, {&context_.api()});
    context_.check(status, "take " + buffer.name());
    return handle;
}

EventHandle Queue::startReading(const Buffer& buffer, void* to, std::size_t bytes,
                                std::size_t offset) {
    cl_event event = nullptr;
    const cl_int status = context_.api().clEnqueueReadBuffer(queue_.get(), buffer.get(), CL_FALSE,
                                                             offset, bytes, to, 0, nullptr, &event);
    EventHandle handle(event, {&context_.api()});
    context_.check(status, "give back " + buffer.name());
    return handle;
}

void Queue::read(const Buffer& buffer, void* to, std::size_t bytes) {
    context_.check(context_.api().clEnqueueReadBuffer(queue_.get(), buffer.get(), CL_TRUE, 0, bytes,
                                                      to, 0, nullptr, nullptr),
                   "give back " + buffer.name());
}

void Queue::wait(EventHandle& event) {
    if (!event)
        return;
    const cl_event awaited = event.get();
    const cl_int status = context_.api().clWaitForEvents(1, &awaited);
    event.reset();
    context_.check(status, "finish a transfer");
}

void Queue::flush() {
    context_.check(context_.api().clFlush(queue_.get()), "begin its work");
}

void Queue::finish() {
    context_.check(context_.api().clFinish(queue_.get()), "finish its work");
}

}  // namespace shearbench::device::opencl

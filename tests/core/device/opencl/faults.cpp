// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/device/opencl/faults.h"

#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace shearbench::device::opencl::faults {

namespace {

struct Plan {
    int calls = 0, failing = 0;  ///< failing: 0 for none
    cl_int answer = CL_SUCCESS;
    bool lasting = false, hangs = false;
};

std::mutex mutex;
std::condition_variable released;
std::map<std::string, Plan, std::less<>> plans;
int resets = 0, readsUntilCorrupt = 0, corruptLeft = 0;

Plan& planOf(std::string_view function) {
    return plans.try_emplace(std::string(function)).first->second;
}

/// What this call of `function` is to answer instead of being forwarded.
std::optional<cl_int> fault(std::string_view function) {
    std::unique_lock lock(mutex);
    Plan& plan = planOf(function);
    const int call = ++plan.calls;
    if (plan.hangs) {
        plan.hangs = false;
        released.wait(lock, [before = resets] { return resets != before; });
        return CL_OUT_OF_RESOURCES;
    }
    if (plan.failing > 0 && (call == plan.failing || (plan.lasting && call > plan.failing)))
        return plan.answer;
    return std::nullopt;
}

/// Spoils what was read, if this is a call that is to.
template <class... Arguments>
void spoil(Arguments...) {}

void spoil(cl_command_queue, cl_mem, cl_bool blocking, std::size_t, std::size_t bytes, void* to,
           cl_uint, const cl_event*, cl_event*) {
    const std::lock_guard lock(mutex);
    if (!blocking || corruptLeft == 0 || --readsUntilCorrupt > 0)
        return;
    --corruptLeft;
    std::memset(static_cast<char*>(to) + bytes / 2 / sizeof(float) * sizeof(float), 0x44,
                bytes - bytes / 2 / sizeof(float) * sizeof(float));
}

template <std::size_t Function, class Signature>
struct Forward;

constexpr const char* kNames[] = {
#define SHEARBENCH_NAME(function) #function,
    SHEARBENCH_OPENCL_FUNCTIONS(SHEARBENCH_NAME)
#undef SHEARBENCH_NAME
};

/// Of the program's table, function by function in the order of kNames.
template <std::size_t Function>
auto& entry(Api& table) {
    return std::get<Function>(std::tie(
#define SHEARBENCH_ENTRY(function) table.function,
        SHEARBENCH_OPENCL_FUNCTIONS(SHEARBENCH_ENTRY)
#undef SHEARBENCH_ENTRY
            std::ignore));
}

template <std::size_t Function, class Result, class... Arguments>
struct Forward<Function, Result (*)(Arguments...)> {
    static Result call(Arguments... arguments) {
        if (const std::optional<cl_int> answer = fault(kNames[Function])) {
            if constexpr (std::is_same_v<Result, cl_int>) {
                return *answer;
            } else {
                // What makes an object says how it went through its last argument.
                cl_int* status = std::get<sizeof...(Arguments) - 1>(std::tie(arguments...));
                if (status)
                    *status = *answer;
                return nullptr;
            }
        }
        static Api real = *systemApi();
        const Result result = entry<Function>(real)(arguments...);
        if constexpr (std::is_same_v<Result, cl_int>)
            spoil(arguments...);
        return result;
    }
};

template <std::size_t... Functions>
Api wrapped(std::index_sequence<Functions...>) {
    Api table;
    ((entry<Functions>(table) =
          &Forward<Functions, std::remove_reference_t<decltype(entry<Functions>(table))>>::call),
     ...);
    return table;
}

}  // namespace

const Api& api() {
    static const Api table = wrapped(std::make_index_sequence<std::size(kNames)>());
    return table;
}

void reset() {
    const std::lock_guard lock(mutex);
    plans.clear();
    readsUntilCorrupt = corruptLeft = 0;
    ++resets;
    released.notify_all();
}

void fail(std::string_view function, int call, cl_int answer, bool lasting) {
    const std::lock_guard lock(mutex);
    planOf(function) = {0, call, answer, lasting, false};
}

void hang(std::string_view function) {
    const std::lock_guard lock(mutex);
    planOf(function) = {.hangs = true};
}

void corruptReads(int call, int count) {
    const std::lock_guard lock(mutex);
    readsUntilCorrupt = call;
    corruptLeft = count;
}

int calls(std::string_view function) {
    const std::lock_guard lock(mutex);
    return planOf(function).calls;
}

}  // namespace shearbench::device::opencl::faults

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/benchmark/fake_nvml.h"

#include <cstring>

namespace {

// As nvml.h numbers them.
constexpr int kSuccess = 0, kUninitialized = 1, kInvalidArgument = 2, kNotSupported = 3,
              kInsufficientSize = 7;

FakeCards cards;
bool started = false;

}  // namespace

FakeCards* fakeCards() {
    return &cards;
}

int nvmlInit_v2() {
    started = true;
    return kSuccess;
}

int nvmlDeviceGetCount_v2(unsigned* count) {
    *count = cards.count;
    return started ? kSuccess : kUninitialized;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
    if (index >= cards.count)
        return kInvalidArgument;
    *device = &cards.cards[index];
    return kSuccess;
}

int nvmlDeviceGetName(void* device, char* name, unsigned length) {
    const char* const own = static_cast<FakeCard*>(device)->name;
    if (std::strlen(own) + 1 > length)
        return kInsufficientSize;
    std::strcpy(name, own);
    return kSuccess;
}

int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* energy) {
    const FakeCard& card = *static_cast<FakeCard*>(device);
    *energy = card.millijoules;
    return card.counts ? kSuccess : kNotSupported;
}

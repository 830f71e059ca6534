// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A library with the functions of Nvidia's management library that the program uses, built under
// its name and found at run time as the true one is. What it says of which cards is set by the
// test.

struct FakeCard {
    char name[96];
    unsigned long long millijoules;
    bool counts;  ///< whether it has a counter of energy; older cards have none
};

struct FakeCards {
    unsigned count;
    FakeCard cards[4];
};

extern "C" {
/// The cards; any of these functions may be called from one thread at a time.
FakeCards* fakeCards();

int nvmlInit_v2();
int nvmlDeviceGetCount_v2(unsigned* count);
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device);
int nvmlDeviceGetName(void* device, char* name, unsigned length);
int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* energy);
}

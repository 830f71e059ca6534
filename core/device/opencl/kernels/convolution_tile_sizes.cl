// SPDX-License-Identifier: GPL-3.0-or-later
// The tiles of convolution_tiled.cl. Besides what convolution.cl asks for, the host defines TILE_M
// TILE_N ITEM_M ITEM_N SPLIT for the way there and back, and WEIGHT_N, WEIGHT_ITEM_N for the
// kernel's gradient, whose tiles are 48 (a row of taps x 16 input channels) x WEIGHT_N channels, 16
// pixels at a time.

#define THREADS (TILE_M / ITEM_M * (TILE_N / ITEM_N))
#define GROUP_ITEMS (THREADS * SPLIT)
#define DEPTH BLOCK
#define WEIGHT_M 48
#define WEIGHT_ITEM_M (WEIGHT_M * WEIGHT_N / WEIGHT_ITEM_N / GROUP_ITEMS)
#define MAX2(a, b) ((a) > (b) ? (a) : (b))

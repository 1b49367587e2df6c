// main: compute kernel, generated from TileLang.
//
// Work: 6 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 3 blocks, each 2 tile columns of the output
//   by: 2 blocks, each 2 tile rows of the output
// Compute: HiFi4, 16-bit DST, half-sync.

#include <cstdint>

#include "api/compute/common.h"

void kernel_main() {
}

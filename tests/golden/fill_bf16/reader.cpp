// main: reader kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output
//   by: 2 blocks, each 1 tile row of the output

#include <cstdint>

#include "api/dataflow/dataflow_api.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
}

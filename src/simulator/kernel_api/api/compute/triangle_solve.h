#pragma once

#include "api/compute/common.h"
#include "simulator_abi/not_modelled.h"

namespace ckernel {

TT_NOT_MODELLED(triangle_solve_tile)
TT_NOT_MODELLED(triangle_solve_tile_init)

}  // namespace ckernel

#pragma once

#include "api/compute/common.h"
#include "simulator_abi/not_modelled.h"

namespace ckernel {

TT_NOT_MODELLED(clamped_silu_glu_tile)
TT_NOT_MODELLED(clamped_silu_glu_tile_init)

}  // namespace ckernel

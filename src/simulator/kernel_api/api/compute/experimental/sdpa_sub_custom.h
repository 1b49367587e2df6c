#pragma once

#include "api/compute/common.h"
#include "simulator_abi/not_modelled.h"

namespace ckernel {

TT_NOT_MODELLED(sub_bcast_cols_init_short_custom)
TT_NOT_MODELLED(sub_tiles_bcast_cols_custom)

}  // namespace ckernel

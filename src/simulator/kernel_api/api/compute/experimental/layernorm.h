#pragma once

#include "api/compute/common.h"
#include "simulator_abi/not_modelled.h"

namespace ckernel {

TT_NOT_MODELLED(sub_bcast_cols_compensated_init)
TT_NOT_MODELLED(sub_bcast_cols_compensated)

}  // namespace ckernel

#pragma once

#include "api/compute/common.h"
#include "simulator_abi/not_modelled.h"

namespace ckernel {

TT_NOT_MODELLED(ema_init)
TT_NOT_MODELLED(ema_clear_previous_output)
TT_NOT_MODELLED(ema_tile)

}  // namespace ckernel

#pragma once

#include "api/compute/pack_untilize.h"
#include "simulator_abi/not_modelled.h"

namespace ckernel {

// The unpacker's way to untilize; pack_untilize_block computes the same on the packer's way.
TT_NOT_MODELLED(untilize_init)
TT_NOT_MODELLED(untilize_block)
TT_NOT_MODELLED(untilize_uninit)

}  // namespace ckernel

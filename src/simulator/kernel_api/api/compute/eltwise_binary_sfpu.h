#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// out = DST[idst0] op DST[idst1].
#define TT_SIMULATOR_SFPU_BINARY(name, op)                                                      \
  template <DstRoundingMode dst_rounding_mode = DstRoundingMode::Default,                       \
            bool is_fp32_dest_acc_en = DST_ACCUM_MODE>                                          \
  ALWI void name##_binary_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {        \
    tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::op, tt_simulator_abi::kAnyInit, idst0, \
                               idst1, odst, site,                                               \
                               dst_rounding_mode == DstRoundingMode::NearestEven);              \
  }                                                                                             \
  ALWI void name##_binary_tile_init(TT_SITE) {                                                  \
    tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::op), site); \
  }
TT_SIMULATOR_SFPU_BINARY(add, Add)
TT_SIMULATOR_SFPU_BINARY(sub, Sub)
TT_SIMULATOR_SFPU_BINARY(rsub, Rsub)
#undef TT_SIMULATOR_SFPU_BINARY

// As above, for calls without a rounding mode; these need their own init.
#define TT_SIMULATOR_SFPU_BINARY(name, op, family)                                              \
  template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>                                          \
  ALWI void name##_binary_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {        \
    tt_simulator_abi::SfpuCall(tt_simulator_abi::Binary::op, family, idst0, idst1, odst, site); \
  }                                                                                             \
  ALWI void name##_binary_tile_init(TT_SITE) {                                                  \
    tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::op), site); \
  }
TT_SIMULATOR_SFPU_BINARY(mul, Mul, tt_simulator_abi::kAnyInit)
TT_SIMULATOR_SFPU_BINARY(div, Div, tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::Div))
TT_SIMULATOR_SFPU_BINARY(power, Power, tt_simulator_abi::FamilyOf(tt_simulator_abi::Binary::Power))
TT_SIMULATOR_SFPU_BINARY(eq, Eq, tt_simulator_abi::kAnyInit)
TT_SIMULATOR_SFPU_BINARY(ne, Ne, tt_simulator_abi::kAnyInit)
TT_SIMULATOR_SFPU_BINARY(lt, Lt, tt_simulator_abi::kAnyInit)
TT_SIMULATOR_SFPU_BINARY(gt, Gt, tt_simulator_abi::kAnyInit)
TT_SIMULATOR_SFPU_BINARY(le, Le, tt_simulator_abi::kAnyInit)
TT_SIMULATOR_SFPU_BINARY(ge, Ge, tt_simulator_abi::kAnyInit)
#undef TT_SIMULATOR_SFPU_BINARY

}  // namespace ckernel

#pragma once

#include "api/compute/common.h"

namespace ckernel {

/// Also sets the packer's mask: all but the result row, column or element is packed as zero.
template <PoolType reduce_type, ReduceDim reduce_dim, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void reduce_init(std::uint32_t icb, std::uint32_t icb_scaler, std::uint32_t ocb,
                      std::uint32_t call_line = __builtin_LINE(), TT_SITE) {
  static_assert(reduce_type != PoolType::MIN, "the machine has no minimum reduction");
  (void)call_line;
  tt_simulator_abi::table->reduce_init(static_cast<uint32_t>(reduce_type),
                                       static_cast<uint32_t>(reduce_dim), icb, icb_scaler, ocb,
                                       site);
}
ALWI void reduce_uninit(std::uint32_t icb = 0, TT_SITE) {
  (void)icb;
  tt_simulator_abi::table->reduce_uninit(site);
}
template <PoolType reduce_type, ReduceDim reduce_dim, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void reduce_tile(std::uint32_t icb, std::uint32_t icb_scaler, std::uint32_t itile,
                      std::uint32_t itile_scaler, std::uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->reduce(static_cast<uint32_t>(reduce_type),
                                  static_cast<uint32_t>(reduce_dim), icb, icb_scaler, itile,
                                  itile_scaler, idst, site);
}
template <PoolType reduce_type, ReduceDim reduce_dim, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void reduce_block(std::uint32_t icb, std::uint32_t icb_scaler, std::uint32_t start_itile,
                       std::uint32_t itile_scaler, std::uint32_t start_idst, std::uint32_t ntiles,
                       TT_SITE) {
  for (std::uint32_t i = 0; i < ntiles; ++i) {
    reduce_tile<reduce_type, reduce_dim, is_fp32_dest_acc_en>(icb, icb_scaler, start_itile + i,
                                                              itile_scaler, start_idst + i, site);
  }
}

}  // namespace ckernel

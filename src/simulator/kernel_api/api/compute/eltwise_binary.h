#pragma once

#include "api/compute/common.h"

namespace ckernel {

template <bool full_init, EltwiseBinaryType eltwise_binary_type>
ALWI void binary_tiles_init(std::uint32_t icb0, std::uint32_t icb1, bool acc_to_dest = false,
                            std::uint32_t call_line = __builtin_LINE(), TT_SITE) {
  (void)call_line;
  tt_simulator_abi::table->eltwise_init(tt_simulator_abi::OpOf(eltwise_binary_type),
                                        tt_simulator_abi::kBroadcastNone, icb0, icb1, acc_to_dest,
                                        full_init, site);
}

// The three operators differ in their name only; mul accumulates into DST by default.
#define TT_SIMULATOR_ELTWISE(name, type, accumulate)                                               \
  ALWI void name##_init(std::uint32_t icb0, std::uint32_t icb1, bool acc_to_dest = accumulate,     \
                        std::uint32_t call_line = __builtin_LINE(), TT_SITE) {                     \
    binary_tiles_init<true, EltwiseBinaryType::type>(icb0, icb1, acc_to_dest, call_line, site);    \
  }                                                                                                \
  template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>                                             \
  ALWI void name##_tiles(std::uint32_t icb0, std::uint32_t icb1, std::uint32_t itile0,             \
                         std::uint32_t itile1, std::uint32_t idst, TT_SITE) {                      \
    tt_simulator_abi::table->eltwise(tt_simulator_abi::OpOf(EltwiseBinaryType::type),              \
                                     tt_simulator_abi::kBroadcastNone, icb0, icb1, itile0, itile1, \
                                     idst, 0, site);                                               \
  }                                                                                                \
  template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>                                             \
  ALWI void name##_block(std::uint32_t icb0, std::uint32_t icb1, std::uint32_t start_itile0,       \
                         std::uint32_t start_itile1, std::uint32_t start_idst,                     \
                         std::uint32_t ntiles, TT_SITE) {                                          \
    for (std::uint32_t i = 0; i < ntiles; ++i) {                                                   \
      name##_tiles<is_fp32_dest_acc_en>(icb0, icb1, start_itile0 + i, start_itile1 + i,            \
                                        start_idst + i, site);                                     \
    }                                                                                              \
  }                                                                                                \
  template <EltwiseBinaryReuseDestType reuse_dest>                                                 \
  ALWI void name##_reuse_dest_init(std::uint32_t icb, std::uint32_t call_line = __builtin_LINE(),  \
                                   TT_SITE) {                                                      \
    static_assert(reuse_dest != EltwiseBinaryReuseDestType::NONE,                                  \
                  "reuse_dest must be DEST_TO_SRCA or DEST_TO_SRCB");                              \
    (void)call_line;                                                                               \
    tt_simulator_abi::table->reuse_init(tt_simulator_abi::OpOf(EltwiseBinaryType::type),           \
                                        static_cast<uint32_t>(reuse_dest), icb, site);             \
  }                                                                                                \
  template <EltwiseBinaryReuseDestType reuse_dest, bool is_fp32_dest_acc_en = DST_ACCUM_MODE>      \
  ALWI void name##_reuse_dest_tiles(std::uint32_t in_cb_id, std::uint32_t in_tile_index,           \
                                    std::uint32_t dst_tile_index, TT_SITE) {                       \
    tt_simulator_abi::table->reuse(tt_simulator_abi::OpOf(EltwiseBinaryType::type),                \
                                   static_cast<uint32_t>(reuse_dest), in_cb_id, in_tile_index,     \
                                   dst_tile_index, site);                                          \
  }

TT_SIMULATOR_ELTWISE(add, ELWADD, false)
TT_SIMULATOR_ELTWISE(sub, ELWSUB, false)
TT_SIMULATOR_ELTWISE(mul, ELWMUL, true)
#undef TT_SIMULATOR_ELTWISE

}  // namespace ckernel

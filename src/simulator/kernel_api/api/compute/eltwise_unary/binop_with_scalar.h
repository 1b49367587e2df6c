#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

enum { ADD_UNARY = 0, SUB_UNARY = 1, MUL_UNARY = 2, DIV_UNARY = 3, RSUB_UNARY = 4 };

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void add_unary_tile(uint32_t idst, uint32_t param1, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::AddScalar, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param1);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void sub_unary_tile(uint32_t idst, uint32_t param1, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::SubScalar, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param1);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void mul_unary_tile(uint32_t idst, uint32_t param1, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::MulScalar, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param1);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void div_unary_tile(uint32_t idst, uint32_t param1, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::DivScalar, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param1);
}

template <bool is_fp32_dest_acc_en = DST_ACCUM_MODE>
ALWI void rsub_unary_tile(uint32_t idst, uint32_t param1, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::RsubScalar, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param1);
}

ALWI void add_unary_tile_int32(uint32_t idst, uint32_t param1, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::AddScalarInt32, tt_simulator_abi::kAnyInit,
                             idst, tt_simulator_abi::VectorMode::RC, site, param1);
}

ALWI void sub_unary_tile_int32(uint32_t idst, uint32_t param1, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::SubScalarInt32, tt_simulator_abi::kAnyInit,
                             idst, tt_simulator_abi::VectorMode::RC, site, param1);
}

ALWI void binop_with_scalar_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::AddScalarInt32),
                             site);
}

}  // namespace ckernel

#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void unary_ne_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::UnaryNe, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void unary_ne_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::UnaryNe), site);
}

ALWI void unary_eq_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::UnaryEq, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void unary_eq_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::UnaryEq), site);
}

ALWI void unary_gt_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::UnaryGt, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void unary_gt_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::UnaryGt), site);
}

ALWI void unary_ge_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::UnaryGe, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void unary_ge_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::UnaryGe), site);
}

ALWI void unary_lt_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::UnaryLt, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void unary_lt_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::UnaryLt), site);
}

ALWI void unary_le_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::UnaryLe, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void unary_le_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::UnaryLe), site);
}

ALWI void gtz_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Gtz, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void gtz_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Gtz), site);
}

ALWI void nez_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Nez, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void nez_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Nez), site);
}

ALWI void gez_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Gez, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void gez_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Gez), site);
}

ALWI void ltz_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Ltz, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void ltz_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Ltz), site);
}

ALWI void eqz_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Eqz, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void eqz_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Eqz), site);
}

ALWI void lez_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Lez, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void lez_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Lez), site);
}

ALWI void gtz_tile_int32(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::GtzInt32, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void nez_tile_int32(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::NezInt32, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void gez_tile_int32(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::GezInt32, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void ltz_tile_int32(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::LtzInt32, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void eqz_tile_int32(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::EqzInt32, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void eqz_tile_uint16(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::EqzInt32, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void eqz_tile_uint32(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::EqzInt32, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void lez_tile_int32(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::LezInt32, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void nez_tile_uint16(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::NezInt32, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void nez_tile_uint32(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::NezInt32, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void unary_ne_tile_int32(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_ne_tile_int32", site);
}

ALWI void unary_eq_tile_int32(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_eq_tile_int32", site);
}

ALWI void unary_gt_tile_int32(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_gt_tile_int32", site);
}

ALWI void unary_ge_tile_int32(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_ge_tile_int32", site);
}

ALWI void unary_lt_tile_int32(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_lt_tile_int32", site);
}

ALWI void unary_le_tile_int32(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("unary_le_tile_int32", site);
}

}  // namespace ckernel

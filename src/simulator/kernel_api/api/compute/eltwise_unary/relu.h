#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void relu_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::Relu), site);
}

ALWI void relu_tile(uint32_t idst, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::Relu, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site);
}

ALWI void relu_min_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::ReluMin, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void relu_min_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::ReluMin), site);
}

ALWI void relu_max_tile(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::ReluMax, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, param0);
}

ALWI void relu_max_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::ReluMax), site);
}

ALWI void leaky_relu_tile(uint32_t idst, uint32_t slope = 0, TT_SITE) {
  tt_simulator_abi::SfpuCall(tt_simulator_abi::Unary::LeakyRelu, tt_simulator_abi::kAnyInit, idst,
                             tt_simulator_abi::VectorMode::RC, site, slope);
}

ALWI void leaky_relu_tile_init(TT_SITE) {
  tt_simulator_abi::SfpuInit(tt_simulator_abi::FamilyOf(tt_simulator_abi::Unary::LeakyRelu), site);
}

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void relu_max_tile_pack(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("relu_max_tile_pack", site);
}

ALWI void relu_max_tile_int32(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("relu_max_tile_int32", site);
}

ALWI void relu_max_tile_uint32(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("relu_max_tile_uint32", site);
}

ALWI void relu_max_tile_uint16(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("relu_max_tile_uint16", site);
}

ALWI void relu_max_tile_init_pack(TT_SITE) {
  tt_simulator_abi::table->unsupported("relu_max_tile_init_pack", site);
}

ALWI void relu_min_tile_int32(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("relu_min_tile_int32", site);
}

ALWI void relu_min_tile_uint32(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("relu_min_tile_uint32", site);
}

ALWI void relu_min_tile_uint16(uint32_t idst, uint32_t param0, TT_SITE) {
  tt_simulator_abi::table->unsupported("relu_min_tile_uint16", site);
}

ALWI void relu_tile_int32(uint32_t idst, TT_SITE) {
  tt_simulator_abi::table->unsupported("relu_tile_int32", site);
}

}  // namespace ckernel

#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

// Not modelled: these raise UnsupportedOperation when they are called.
ALWI void quant_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::table->unsupported("quant_tile", site);
}

ALWI void quant_int8_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::table->unsupported("quant_int8_tile", site);
}

ALWI void requant_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::table->unsupported("requant_tile", site);
}

ALWI void requant_int8_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::table->unsupported("requant_int8_tile", site);
}

ALWI void requant_int8_in_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::table->unsupported("requant_int8_in_tile", site);
}

ALWI void requant_int8_in_int8_out_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::table->unsupported("requant_int8_in_int8_out_tile", site);
}

ALWI void dequant_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::table->unsupported("dequant_tile", site);
}

ALWI void dequant_int8_tile(uint32_t idst0, uint32_t idst1, uint32_t odst, TT_SITE) {
  tt_simulator_abi::table->unsupported("dequant_int8_tile", site);
}

ALWI void quant_tile_init(const uint32_t zero_point, TT_SITE) {
  tt_simulator_abi::table->unsupported("quant_tile_init", site);
}

ALWI void quant_uint8_tile_init(const uint32_t zero_point, TT_SITE) {
  tt_simulator_abi::table->unsupported("quant_uint8_tile_init", site);
}

ALWI void quant_int8_tile_init(const uint32_t zero_point, TT_SITE) {
  tt_simulator_abi::table->unsupported("quant_int8_tile_init", site);
}

ALWI void requant_tile_init(const uint32_t zero_point, TT_SITE) {
  tt_simulator_abi::table->unsupported("requant_tile_init", site);
}

ALWI void requant_uint8_tile_init(const uint32_t zero_point, TT_SITE) {
  tt_simulator_abi::table->unsupported("requant_uint8_tile_init", site);
}

ALWI void requant_int8_tile_init(const uint32_t zero_point, TT_SITE) {
  tt_simulator_abi::table->unsupported("requant_int8_tile_init", site);
}

ALWI void requant_int8_in_tile_init(const uint32_t zero_point, TT_SITE) {
  tt_simulator_abi::table->unsupported("requant_int8_in_tile_init", site);
}

ALWI void requant_int8_in_uint8_out_tile_init(const uint32_t zero_point, TT_SITE) {
  tt_simulator_abi::table->unsupported("requant_int8_in_uint8_out_tile_init", site);
}

ALWI void requant_int8_in_int8_out_tile_init(const uint32_t zero_point, TT_SITE) {
  tt_simulator_abi::table->unsupported("requant_int8_in_int8_out_tile_init", site);
}

ALWI void dequant_tile_init(const uint32_t zero_point, TT_SITE) {
  tt_simulator_abi::table->unsupported("dequant_tile_init", site);
}

ALWI void dequant_int8_tile_init(const uint32_t zero_point, TT_SITE) {
  tt_simulator_abi::table->unsupported("dequant_int8_tile_init", site);
}

}  // namespace ckernel

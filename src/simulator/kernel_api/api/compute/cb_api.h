#pragma once

#include "api/compute/common_globals.h"

namespace ckernel {

ALWI void cb_wait_front(uint32_t cbid, uint32_t ntiles, TT_SITE) {
  tt_simulator_abi::table->cb_wait_front(cbid, ntiles, site);
}
ALWI void cb_pop_front(uint32_t cbid, uint32_t ntiles, TT_SITE) {
  tt_simulator_abi::table->cb_pop_front(cbid, ntiles, site);
}
ALWI void cb_reserve_back(uint32_t cbid, uint32_t ntiles, TT_SITE) {
  tt_simulator_abi::table->cb_reserve_back(cbid, ntiles, site);
}
ALWI void cb_push_back(uint32_t cbid, uint32_t ntiles, TT_SITE) {
  tt_simulator_abi::table->cb_push_back(cbid, ntiles, site);
}
/// Address of a tile behind the front, on the unpacker's side.
ALWI uint32_t get_tile_l1_byte_address(uint32_t operand_id, uint32_t tile_index, TT_SITE) {
  const LocalCBInterface& cb = get_local_cb_interface(operand_id, site);
  return (cb.fifo_rd_ptr + cb.fifo_page_size * tile_index) << cb_addr_shift;
}
ALWI uint32_t get_tile_address(uint32_t cb_id, uint32_t tile_index) {
  return tt_simulator_abi::TileAddress(cb_id, tile_index);
}
ALWI uint32_t read_tile_value(uint32_t cb_id, uint32_t tile_index, uint32_t element_offset) {
  return tt_simulator_abi::TileValue(cb_id, tile_index, element_offset);
}

}  // namespace ckernel

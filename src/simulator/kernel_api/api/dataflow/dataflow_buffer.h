#pragma once

#include <cstdint>
#include <type_traits>

#include "api/core_local_mem.h"
#include "api/debug/assert.h"
#include "api/dataflow/dfb_binding_token.h"
#include "api/debug/waypoint.h"
#include "api/lock.h"
#include "simulator_abi/circular_buffer_interface.h"
#ifndef COMPILE_FOR_TRISC
#include "api/dataflow/noc.h"
#else
#include "simulator_abi/mailbox.h"
#endif

/// A dataflow buffer by its id; on Wormhole and Blackhole it is a circular buffer.
class DataflowBuffer {
 public:
  using DFBInterface = LocalCBInterface;

  DataflowBuffer(uint16_t logical_dfb_id) : id_(logical_dfb_id) {}
  template <dfb::AccessPattern kProducers, dfb::AccessPattern kConsumers>
  DataflowBuffer(DFBBindingToken<kProducers, kConsumers> token)
      : id_(static_cast<uint16_t>(static_cast<uint32_t>(token))) {}

  uint16_t get_id() const { return id_; }
  uint32_t get_entry_size(TT_SITE) const {
    return InBytes(tt_simulator_abi::table->cb_view(id_, site)->fifo_page_size);
  }
  uint32_t get_total_num_entries(TT_SITE) const {
    return tt_simulator_abi::table->cb_view(id_, site)->fifo_num_pages;
  }
  uint32_t get_local_num_entries(TT_SITE) const { return get_total_num_entries(site); }
  uint32_t get_total_size_bytes(TT_SITE) const {
    return InBytes(tt_simulator_abi::table->cb_view(id_, site)->fifo_size);
  }
  uint32_t get_local_size_bytes(TT_SITE) const { return get_total_size_bytes(site); }

  void reserve_back(uint16_t num_entries, TT_SITE) {
    tt_simulator_abi::table->cb_reserve_back(id_, num_entries, site);
  }
  void push_back(uint16_t num_entries, TT_SITE) {
    tt_simulator_abi::table->cb_push_back(id_, num_entries, site);
  }
  void wait_front(uint16_t num_entries, TT_SITE) {
    tt_simulator_abi::table->cb_wait_front(id_, num_entries, site);
  }
  void pop_front(uint16_t num_entries, TT_SITE) {
    tt_simulator_abi::table->cb_pop_front(id_, num_entries, site);
  }

  constexpr uint32_t get_tile_size() const { return ::get_tile_size(id_); }
  constexpr uint32_t get_tile_r_dim() const { return 32; }
  constexpr uint32_t get_tile_c_dim() const { return 32; }
  constexpr uint32_t get_tile_hw() const { return 1024; }
  constexpr uint32_t get_tile_num_faces() const { return 4; }
  constexpr uint32_t get_face_r_dim() const { return 16; }
  constexpr DataFormat get_dataformat() const { return ::get_dataformat(id_); }

#ifdef COMPILE_FOR_TRISC
  uint32_t get_tile_address(uint32_t tile_index) {
    return tt_simulator_abi::TileAddress(id_, tile_index);
  }
  template <typename T = uint32_t>
  T read_tile_value(uint32_t tile_index, uint32_t element_offset) {
    return static_cast<T>(tt_simulator_abi::TileValue(id_, tile_index, element_offset));
  }
#else
  bool pages_reservable_at_back(int32_t num_pages, TT_SITE) const {
    return tt_simulator_abi::table->cb_can_reserve(id_, num_pages, site);
  }
  bool pages_available_at_front(int32_t num_pages, TT_SITE) const {
    return tt_simulator_abi::table->cb_can_wait(id_, num_pages, site);
  }
  void write_barrier(const Noc& noc, TT_SITE) const { noc.async_write_barrier({}, site); }
#endif
  void finish() {}

  uint32_t get_write_ptr(TT_SITE) const {
    return tt_simulator_abi::table->cb_view(id_, site)->fifo_wr_ptr;
  }
  uint32_t get_read_ptr(TT_SITE) const {
    return tt_simulator_abi::table->cb_view(id_, site)->fifo_rd_ptr;
  }
  /// Moves this RISC's copy of a pointer to another page; the counters stay.
  void evil_set_write_ptr(uint32_t addr, TT_SITE) {
    tt_simulator_abi::table->cb_view(id_, site)->fifo_wr_ptr = addr;
  }
  void evil_set_read_ptr(uint32_t addr, TT_SITE) {
    tt_simulator_abi::table->cb_view(id_, site)->fifo_rd_ptr = addr;
  }
  uint32_t get_stride_size(TT_SITE) const { return get_entry_size(site); }
  uint32_t get_ring_span_bytes(TT_SITE) const { return get_total_size_bytes(site); }
  uint32_t get_ring_span_num_entries(TT_SITE) const { return get_total_num_entries(site); }
  constexpr uint32_t get_partial_face() const { return 0; }
  constexpr uint32_t get_narrow_tile() const { return 0; }
  constexpr uint32_t get_num_faces_r_dim() const { return 2; }
  constexpr uint32_t get_num_faces_c_dim() const { return 2; }

 private:
  static constexpr uint32_t InBytes(uint32_t units) {
#ifdef COMPILE_FOR_TRISC
    return units << 4;
#else
    return units;
#endif
  }
  uint16_t id_;
};

#ifndef COMPILE_FOR_TRISC
template <>
struct noc_traits_t<DataflowBuffer> {
  using src_args_type = DataflowBufferArgs;
  using dst_args_type = DataflowBufferArgs;
  struct dst_args_mcast_type {
    uint32_t noc_x_start{};
    uint32_t noc_y_start{};
    uint32_t noc_x_end{};
    uint32_t noc_y_end{};
    uint32_t offset_bytes{};
  };
  template <Noc::AddressType address_type>
  static uint32_t src_addr(const DataflowBuffer& src, const Noc&, const src_args_type& args) {
    static_assert(address_type == Noc::AddressType::LOCAL_L1,
                  "a DataflowBuffer without multicast range is a local address");
    return src.get_read_ptr(tt_simulator_abi::kHere) + args.offset_bytes;
  }
  template <Noc::AddressType address_type>
  static uint32_t dst_addr(const DataflowBuffer& dst, const Noc&, const dst_args_type& args) {
    static_assert(address_type == Noc::AddressType::LOCAL_L1,
                  "a DataflowBuffer without multicast range is a local address");
    return dst.get_write_ptr(tt_simulator_abi::kHere) + args.offset_bytes;
  }
  template <Noc::AddressType address_type>
  static uint64_t dst_addr_mcast(const DataflowBuffer& dst, const Noc& noc,
                                 const dst_args_mcast_type& args) {
    static_assert(address_type == Noc::AddressType::NOC, "a multicast range is a NoC address");
    return ::get_noc_multicast_addr(
        args.noc_x_start, args.noc_y_start, args.noc_x_end, args.noc_y_end,
        dst.get_write_ptr(tt_simulator_abi::kHere) + args.offset_bytes, noc.get_noc_id());
  }
};

template <>
inline constexpr bool noc_zero_l1_endpoint_v<DataflowBuffer> = true;
#endif

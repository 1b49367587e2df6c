#pragma once

#include <cstdint>

#include "api/lock.h"
#include "simulator_abi/circular_buffer_interface.h"
#ifndef COMPILE_FOR_TRISC
#include "api/dataflow/noc.h"
#else
#include "simulator_abi/mailbox.h"
#endif

/// A circular buffer by its id. In a compute kernel the packer produces and the unpacker consumes.
class CircularBuffer {
 public:
  enum class AddrSelector { WRITE_PTR, READ_PTR };

  explicit CircularBuffer(uint32_t cb_id) : cb_id_(cb_id) {}

  uint32_t get_cb_id() const { return cb_id_; }

  void reserve_back(int32_t num_pages, TT_SITE) {
    tt_simulator_abi::table->cb_reserve_back(cb_id_, num_pages, site);
  }
  void push_back(int32_t num_pages, TT_SITE) {
    tt_simulator_abi::table->cb_push_back(cb_id_, num_pages, site);
  }
  void wait_front(int32_t num_pages, TT_SITE) {
    tt_simulator_abi::table->cb_wait_front(cb_id_, num_pages, site);
  }
  void pop_front(int32_t num_pages, TT_SITE) {
    tt_simulator_abi::table->cb_pop_front(cb_id_, num_pages, site);
  }

#ifdef COMPILE_FOR_TRISC
  uint32_t get_tile_address(uint32_t tile_index) {
    return tt_simulator_abi::TileAddress(cb_id_, tile_index);
  }
  uint32_t read_tile_value(uint32_t tile_index, uint32_t element_offset) {
    return tt_simulator_abi::TileValue(cb_id_, tile_index, element_offset);
  }
#else
  constexpr uint32_t get_tile_size() const { return ::get_tile_size(cb_id_); }
  constexpr uint32_t get_tile_hw() const { return ::get_tile_hw(cb_id_); }
  constexpr DataFormat get_dataformat() const { return ::get_dataformat(cb_id_); }
  bool pages_reservable_at_back(int32_t num_pages, TT_SITE) const {
    return tt_simulator_abi::table->cb_can_reserve(cb_id_, num_pages, site);
  }
  bool pages_available_at_front(int32_t num_pages, TT_SITE) const {
    return tt_simulator_abi::table->cb_can_wait(cb_id_, num_pages, site);
  }
#endif

  uint32_t get_write_ptr(TT_SITE) const {
    return tt_simulator_abi::table->cb_view(cb_id_, site)->fifo_wr_ptr;
  }
  uint32_t get_read_ptr(TT_SITE) const {
    return tt_simulator_abi::table->cb_view(cb_id_, site)->fifo_rd_ptr;
  }

  [[nodiscard]] auto scoped_lock() {
    return Lock([]() {});
  }

 private:
  uint32_t cb_id_;
};

#ifndef COMPILE_FOR_TRISC

template <CircularBuffer::AddrSelector AddrSel>
struct CircularBufferView {
  const CircularBuffer& cb;
  explicit constexpr CircularBufferView(const CircularBuffer& c) : cb(c) {}
};

/// Chooses which pointer of a circular buffer a transfer uses.
template <CircularBuffer::AddrSelector AddrSel>
constexpr auto use(const CircularBuffer& cb) {
  return CircularBufferView<AddrSel>(cb);
}

namespace tt_simulator_abi {
/// Address arguments shared by circular buffers and their views.
struct CircularBufferTransfer {
  struct src_args_type {
    uint32_t offset_bytes{};
  };
  struct dst_args_type {
    uint32_t offset_bytes{};
  };
  struct dst_args_mcast_type {
    uint32_t noc_x_start{};
    uint32_t noc_y_start{};
    uint32_t noc_x_end{};
    uint32_t noc_y_end{};
    uint32_t offset_bytes{};
  };
  static uint64_t Multicast(uint32_t local, const dst_args_mcast_type& args, const Noc& noc) {
    return ::get_noc_multicast_addr(args.noc_x_start, args.noc_y_start, args.noc_x_end,
                                    args.noc_y_end, local + args.offset_bytes, noc.get_noc_id());
  }
};
}  // namespace tt_simulator_abi

template <>
struct noc_traits_t<CircularBuffer> : tt_simulator_abi::CircularBufferTransfer {
  template <Noc::AddressType address_type>
  static uint32_t src_addr(const CircularBuffer& src, const Noc&, const src_args_type& args) {
    static_assert(address_type == Noc::AddressType::LOCAL_L1,
                  "a CircularBuffer without multicast range is a local address");
    return src.get_read_ptr(tt_simulator_abi::kHere) + args.offset_bytes;
  }
  template <Noc::AddressType address_type>
  static uint32_t dst_addr(const CircularBuffer& dst, const Noc&, const dst_args_type& args) {
    static_assert(address_type == Noc::AddressType::LOCAL_L1,
                  "a CircularBuffer without multicast range is a local address");
    return dst.get_write_ptr(tt_simulator_abi::kHere) + args.offset_bytes;
  }
  template <Noc::AddressType address_type>
  static uint64_t dst_addr_mcast(const CircularBuffer& dst, const Noc& noc,
                                 const dst_args_mcast_type& args) {
    static_assert(address_type == Noc::AddressType::NOC, "a multicast range is a NoC address");
    return Multicast(dst.get_write_ptr(tt_simulator_abi::kHere), args, noc);
  }
};

template <CircularBuffer::AddrSelector AddrSel>
struct noc_traits_t<CircularBufferView<AddrSel>> : tt_simulator_abi::CircularBufferTransfer {
  using View = CircularBufferView<AddrSel>;
  static uint32_t Local(const View& view) {
    return AddrSel == CircularBuffer::AddrSelector::READ_PTR
               ? view.cb.get_read_ptr(tt_simulator_abi::kHere)
               : view.cb.get_write_ptr(tt_simulator_abi::kHere);
  }
  template <Noc::AddressType address_type>
  static uint32_t src_addr(const View& view, const Noc&, const src_args_type& args) {
    static_assert(address_type == Noc::AddressType::LOCAL_L1);
    return Local(view) + args.offset_bytes;
  }
  template <Noc::AddressType address_type>
  static uint32_t dst_addr(const View& view, const Noc&, const dst_args_type& args) {
    static_assert(address_type == Noc::AddressType::LOCAL_L1);
    return Local(view) + args.offset_bytes;
  }
  template <Noc::AddressType address_type>
  static uint64_t dst_addr_mcast(const View& view, const Noc& noc,
                                 const dst_args_mcast_type& args) {
    static_assert(address_type == Noc::AddressType::NOC);
    return Multicast(Local(view), args, noc);
  }
};

template <>
inline constexpr bool noc_zero_l1_endpoint_v<CircularBuffer> = true;

#endif  // COMPILE_FOR_TRISC

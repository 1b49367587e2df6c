// Data-movement API, free functions.
#pragma once

#include <cstdint>

#include "api/compile_time_args.h"
#include "api/debug/assert.h"
#include "api/debug/waypoint.h"
#include "simulator_abi/arguments.h"
#include "simulator_abi/circular_buffer_interface.h"
#include "simulator_abi/noc_constants.h"

#ifndef NOC_INDEX
#define NOC_INDEX 0
#endif

constexpr uint8_t noc_index = NOC_INDEX;
constexpr uint8_t noc_mode = 0;
constexpr uint8_t DM_DEDICATED_NOC = 0;
constexpr uint8_t DM_DYNAMIC_NOC = 1;

enum class ProgrammableCoreType { TENSIX = 0, ACTIVE_ETH = 1, IDLE_ETH = 2, COUNT = 3 };
enum class InlineWriteDst : uint8_t { DEFAULT = 0, L1 = 1, REG = 2 };

namespace tt_simulator_abi {
/// NoC coordinate of this core, indexed by NoC.
template <uint32_t kKind>
struct OwnCoordinate {
  uint8_t operator[](uint32_t noc) const { return table->coordinate(4 + 2 * (noc & 1) + kKind); }
};
}  // namespace tt_simulator_abi
inline constexpr tt_simulator_abi::OwnCoordinate<0> my_x;
inline constexpr tt_simulator_abi::OwnCoordinate<1> my_y;

// ---- circular buffers ----------------------------------------------------------------------

FORCE_INLINE void cb_reserve_back(int32_t operand, int32_t num_pages, TT_SITE) {
  tt_simulator_abi::table->cb_reserve_back(operand, num_pages, site);
}
FORCE_INLINE void cb_push_back(const int32_t operand, const int32_t num_pages, TT_SITE) {
  tt_simulator_abi::table->cb_push_back(operand, num_pages, site);
}
FORCE_INLINE void cb_wait_front(int32_t operand, int32_t num_pages, TT_SITE) {
  tt_simulator_abi::table->cb_wait_front(operand, num_pages, site);
}
FORCE_INLINE void cb_pop_front(int32_t operand, int32_t num_pages, TT_SITE) {
  tt_simulator_abi::table->cb_pop_front(operand, num_pages, site);
}
FORCE_INLINE bool cb_pages_reservable_at_back(int32_t operand, int32_t num_pages, TT_SITE) {
  return tt_simulator_abi::table->cb_can_reserve(operand, num_pages, site);
}
FORCE_INLINE bool cb_pages_available_at_front(int32_t operand, int32_t num_pages, TT_SITE) {
  return tt_simulator_abi::table->cb_can_wait(operand, num_pages, site);
}
FORCE_INLINE uint32_t get_write_ptr(uint32_t operand, TT_SITE) {
  return tt_simulator_abi::table->cb_view(operand, site)->fifo_wr_ptr;
}
FORCE_INLINE uint32_t get_read_ptr(uint32_t operand, TT_SITE) {
  return tt_simulator_abi::table->cb_view(operand, site)->fifo_rd_ptr;
}

// ---- addresses -----------------------------------------------------------------------------

FORCE_INLINE uint64_t get_noc_addr(uint32_t noc_x, uint32_t noc_y, uint32_t addr,
                                   uint8_t noc = noc_index) {
  (void)noc;
  return uint64_t{noc_y} << 42 | uint64_t{noc_x} << 36 | addr;
}
FORCE_INLINE uint64_t get_noc_addr(uint32_t addr, uint8_t noc = noc_index) {
  return get_noc_addr(my_x[noc], my_y[noc], addr, noc);
}
FORCE_INLINE uint64_t get_noc_addr_helper(uint32_t noc_xy, uint32_t addr) {
  return uint64_t{noc_xy} << 36 | addr;
}
FORCE_INLINE uint64_t get_noc_multicast_addr(uint32_t noc_x_start, uint32_t noc_y_start,
                                             uint32_t noc_x_end, uint32_t noc_y_end, uint32_t addr,
                                             uint8_t noc = noc_index) {
  (void)noc;
  return uint64_t{noc_y_start} << 54 | uint64_t{noc_x_start} << 48 | uint64_t{noc_y_end} << 42 |
         uint64_t{noc_x_end} << 36 | addr;
}
template <bool DRAM>
FORCE_INLINE uint64_t get_noc_addr_from_bank_id(uint32_t bank_id, uint32_t bank_address_offset,
                                                uint8_t noc = noc_index, TT_SITE) {
  (void)noc;
  return tt_simulator_abi::table->bank_address(DRAM, bank_id, bank_address_offset, site);
}
template <ProgrammableCoreType type = ProgrammableCoreType::TENSIX>
FORCE_INLINE uint32_t get_semaphore(uint32_t semaphore_id, TT_SITE) {
  return tt_simulator_abi::table->semaphore_address(semaphore_id, site);
}
FORCE_INLINE void invalidate_l1_cache(TT_SITE) { tt_simulator_abi::table->poll(site); }

/// What an address generator offers.
template <typename T>
inline constexpr bool has_get_aligned_page_size_v =
    requires(const T& generator) { generator.get_aligned_page_size(); };
template <typename T>
inline constexpr bool has_page_size_v = requires(const T& generator) { generator.page_size; };
template <typename T>
inline constexpr bool has_get_noc_addr_v = requires(const T& generator) {
  generator.get_noc_addr(0u, 0u, uint8_t{0});
};

/// Address generators of interleaved buffers, older form.
template <bool DRAM>
struct InterleavedAddrGen {
  uint32_t bank_base_address;
  uint32_t page_size;
  FORCE_INLINE uint64_t get_noc_addr(const uint32_t id, const uint32_t offset = 0,
                                     uint8_t noc = noc_index, TT_SITE) const {
    (void)noc;
    return tt_simulator_abi::table->page_address(DRAM, bank_base_address, page_size, id, offset,
                                                 site);
  }
};
template <bool DRAM, uint32_t tile_hw = 1024>
struct InterleavedAddrGenFast {
  uint32_t bank_base_address;
  uint32_t page_size;
  DataFormat data_format;
  FORCE_INLINE uint64_t get_noc_addr(const uint32_t id, const uint32_t offset = 0,
                                     uint8_t noc = noc_index, TT_SITE) const {
    (void)noc;
    return tt_simulator_abi::table->page_address(DRAM, bank_base_address, page_size, id, offset,
                                                 site);
  }
};
template <typename AddrGen>
requires(__is_class(AddrGen)) FORCE_INLINE uint64_t get_noc_addr(
    const uint32_t id, const AddrGen& s, uint32_t offset = 0, uint8_t noc = noc_index, TT_SITE) {
  tt_simulator_abi::table->note(site);
  return s.get_noc_addr(id, offset, noc);
}

// ---- reads ---------------------------------------------------------------------------------

template <uint32_t max_page_size = NOC_MAX_BURST_SIZE + 1, bool enable_noc_tracing = true>
inline void noc_async_read(uint64_t src_noc_addr, uint32_t dst_local_l1_addr, uint32_t size,
                           uint8_t noc = noc_index, uint32_t read_req_vc = NOC_UNICAST_WRITE_VC,
                           TT_SITE) {
  (void)read_req_vc;
  tt_simulator_abi::table->noc_read(src_noc_addr, dst_local_l1_addr, size, noc,
                                    tt_simulator_abi::kNoTransactionId, site);
}
template <bool enable_noc_tracing = true>
FORCE_INLINE void noc_async_read_one_packet(uint64_t src_noc_addr, uint32_t dst_local_l1_addr,
                                            uint32_t size, uint8_t noc = noc_index,
                                            uint32_t read_req_vc = NOC_UNICAST_WRITE_VC, TT_SITE) {
  (void)read_req_vc;
  tt_simulator_abi::table->noc_read(src_noc_addr, dst_local_l1_addr, size, noc,
                                    tt_simulator_abi::kNoTransactionId, site);
}
template <typename AddrGen, bool enable_noc_tracing = true>
FORCE_INLINE void noc_async_read_page(const uint32_t id, const AddrGen& addrgen,
                                      uint32_t dst_local_l1_addr, uint32_t offset = 0,
                                      uint8_t noc = noc_index, TT_SITE) {
  tt_simulator_abi::table->note(site);
  uint32_t size;
  if constexpr (requires { addrgen.page_size; }) {
    size = addrgen.page_size;
  } else {
    size = addrgen.get_aligned_page_size();
  }
  noc_async_read(addrgen.get_noc_addr(id, offset, noc), dst_local_l1_addr, size, noc,
                 NOC_UNICAST_WRITE_VC, site);
}
template <typename AddrGen>
FORCE_INLINE void noc_async_read_tile(const uint32_t id, const AddrGen& addrgen,
                                      uint32_t dst_local_l1_addr, uint32_t offset = 0,
                                      uint8_t noc = noc_index, TT_SITE) {
  noc_async_read_page(id, addrgen, dst_local_l1_addr, offset, noc, site);
}

// ---- writes --------------------------------------------------------------------------------

template <uint32_t max_page_size = NOC_MAX_BURST_SIZE + 1, bool enable_noc_tracing = true,
          bool posted = false>
inline void noc_async_write(uint32_t src_local_l1_addr, uint64_t dst_noc_addr, uint32_t size,
                            uint8_t noc = noc_index, uint32_t vc = NOC_UNICAST_WRITE_VC, TT_SITE) {
  (void)vc;
  tt_simulator_abi::table->noc_write(src_local_l1_addr, dst_noc_addr, size, noc,
                                     tt_simulator_abi::kNoTransactionId,
                                     posted ? tt_simulator_abi::kNocPosted : 0, site);
}
template <bool enable_noc_tracing = true, bool posted = false>
FORCE_INLINE void noc_async_write_one_packet(uint32_t src_local_l1_addr, uint64_t dst_noc_addr,
                                             uint32_t size, uint8_t noc = noc_index,
                                             uint32_t vc = NOC_UNICAST_WRITE_VC, TT_SITE) {
  noc_async_write<NOC_MAX_BURST_SIZE, enable_noc_tracing, posted>(src_local_l1_addr, dst_noc_addr,
                                                                  size, noc, vc, site);
}
template <typename AddrGen, bool enable_noc_tracing = true, bool posted = false>
FORCE_INLINE void noc_async_write_page(const uint32_t id, const AddrGen& addrgen,
                                       uint32_t src_local_l1_addr, const uint32_t size = 0,
                                       const uint32_t offset = 0, uint8_t noc = noc_index,
                                       TT_SITE) {
  tt_simulator_abi::table->note(site);
  uint32_t bytes = size;
  if (bytes == 0) {
    if constexpr (requires { addrgen.page_size; }) {
      bytes = addrgen.page_size;
    } else {
      bytes = addrgen.get_aligned_page_size();
    }
  }
  noc_async_write<NOC_MAX_BURST_SIZE + 1, true, posted>(src_local_l1_addr,
                                                        addrgen.get_noc_addr(id, offset, noc),
                                                        bytes, noc, NOC_UNICAST_WRITE_VC, site);
}
template <typename AddrGen>
FORCE_INLINE void noc_async_write_tile(const uint32_t id, const AddrGen& addrgen,
                                       uint32_t src_local_l1_addr, uint8_t noc = noc_index,
                                       TT_SITE) {
  noc_async_write_page(id, addrgen, src_local_l1_addr, 0, 0, noc, site);
}
template <uint32_t max_page_size = NOC_MAX_BURST_SIZE + 1>
inline void noc_async_write_multicast(uint32_t src_local_l1_addr, uint64_t dst_noc_addr_multicast,
                                      uint32_t size, uint32_t num_dests, bool linked = false,
                                      uint8_t noc = noc_index, uint8_t vc = NOC_MULTICAST_WRITE_VC,
                                      TT_SITE) {
  (void)vc;
  tt_simulator_abi::table->noc_write_multicast(src_local_l1_addr, dst_noc_addr_multicast, size,
                                               num_dests, noc,
                                               linked ? tt_simulator_abi::kNocLinked : 0, site);
}
inline void noc_async_write_multicast_loopback_src(uint32_t src_local_l1_addr,
                                                   uint64_t dst_noc_addr_multicast, uint32_t size,
                                                   uint32_t num_dests, bool linked = false,
                                                   uint8_t noc = noc_index, TT_SITE) {
  tt_simulator_abi::table->noc_write_multicast(
      src_local_l1_addr, dst_noc_addr_multicast, size, num_dests, noc,
      tt_simulator_abi::kNocLoopback | (linked ? tt_simulator_abi::kNocLinked : 0), site);
}
template <InlineWriteDst dst_type = InlineWriteDst::DEFAULT, bool posted = false, bool flush = true>
FORCE_INLINE void noc_inline_dw_write(uint64_t addr, uint32_t val, uint8_t be = 0xF,
                                      uint8_t noc = noc_index, uint8_t vc = NOC_UNICAST_WRITE_VC,
                                      uint32_t customized_src_addr = 0, TT_SITE) {
  (void)vc;
  (void)customized_src_addr;
  tt_simulator_abi::table->noc_write_inline(addr, val, be, 0, noc, site);
}

// ---- transfers with kept state -------------------------------------------------------------

namespace tt_simulator_abi {
struct TransferState {
  uint64_t address = 0;
  uint32_t size = 0;
  uint32_t trid = kNoTransactionId;
};
inline TransferState read_state[NUM_NOCS];
inline TransferState write_state[NUM_NOCS];
inline constexpr uint64_t kLocalAddressMask = 0xffffffff;
}  // namespace tt_simulator_abi

FORCE_INLINE void noc_async_read_set_state(uint64_t src_noc_addr, uint8_t noc = noc_index) {
  tt_simulator_abi::read_state[noc].address = src_noc_addr;
}
template <bool inc_num_issued = true, bool skip_cmdbuf_chk = false>
FORCE_INLINE void noc_async_read_with_state(uint32_t src_local_l1_addr, uint32_t dst_local_l1_addr,
                                            uint32_t size, uint8_t noc = noc_index, TT_SITE) {
  const auto& state = tt_simulator_abi::read_state[noc];
  tt_simulator_abi::table->noc_read(
      (state.address & ~tt_simulator_abi::kLocalAddressMask) | src_local_l1_addr, dst_local_l1_addr,
      size, noc, state.trid, site);
}
template <bool use_vc = false>
FORCE_INLINE void noc_async_read_one_packet_set_state(uint64_t src_noc_addr, uint32_t size,
                                                      const uint32_t vc = 0,
                                                      uint8_t noc = noc_index) {
  (void)vc;
  tt_simulator_abi::read_state[noc].address = src_noc_addr;
  tt_simulator_abi::read_state[noc].size = size;
}
template <bool inc_num_issued = true, bool use_vc = false>
FORCE_INLINE void noc_async_read_one_packet_with_state(uint32_t src_local_l1_addr,
                                                       uint32_t dst_local_l1_addr,
                                                       const uint32_t vc = 0,
                                                       uint8_t noc = noc_index, TT_SITE) {
  (void)vc;
  noc_async_read_with_state(src_local_l1_addr, dst_local_l1_addr,
                            tt_simulator_abi::read_state[noc].size, noc, site);
}
template <bool posted = false>
FORCE_INLINE void noc_async_write_one_packet_set_state(uint64_t dst_noc_addr, uint32_t size,
                                                       uint8_t noc = noc_index,
                                                       uint8_t vc = NOC_UNICAST_WRITE_VC) {
  (void)vc;
  tt_simulator_abi::write_state[noc] = {dst_noc_addr, size};
}
template <bool posted = false>
FORCE_INLINE void noc_async_write_one_packet_with_state(uint32_t src_local_l1_addr,
                                                        uint32_t dst_local_l1_addr,
                                                        uint8_t noc = noc_index, TT_SITE) {
  const auto& state = tt_simulator_abi::write_state[noc];
  tt_simulator_abi::table->noc_write(
      src_local_l1_addr, (state.address & ~tt_simulator_abi::kLocalAddressMask) | dst_local_l1_addr,
      state.size, noc, tt_simulator_abi::kNoTransactionId,
      posted ? tt_simulator_abi::kNocPosted : 0, site);
}
template <bool posted = false>
FORCE_INLINE void noc_async_write_set_state(uint64_t dst_noc_addr, uint8_t noc = noc_index,
                                            uint8_t vc = NOC_UNICAST_WRITE_VC) {
  (void)vc;
  tt_simulator_abi::write_state[noc].address = dst_noc_addr;
}
template <bool posted = false, bool update_counter = true, bool skip_cmdbuf_chk = false>
FORCE_INLINE void noc_async_write_with_state(uint32_t src_local_l1_addr, uint32_t dst_local_l1_addr,
                                             uint32_t size, uint8_t noc = noc_index, TT_SITE) {
  const auto& state = tt_simulator_abi::write_state[noc];
  tt_simulator_abi::table->noc_write(
      src_local_l1_addr, (state.address & ~tt_simulator_abi::kLocalAddressMask) | dst_local_l1_addr,
      size, noc, tt_simulator_abi::kNoTransactionId, posted ? tt_simulator_abi::kNocPosted : 0,
      site);
}
FORCE_INLINE void noc_async_read_set_trid(uint32_t trid = 0, uint8_t noc = noc_index) {
  tt_simulator_abi::read_state[noc].trid = trid;
}
FORCE_INLINE void noc_async_write_set_trid(uint32_t trid = 0, uint8_t noc = noc_index) {
  tt_simulator_abi::write_state[noc].trid = trid;
}

// ---- barriers ------------------------------------------------------------------------------

inline void noc_async_read_barrier(uint8_t noc = noc_index, TT_SITE) {
  tt_simulator_abi::table->noc_barrier(tt_simulator_abi::kReadBarrier, noc,
                                       tt_simulator_abi::kNoTransactionId, site);
}
inline void noc_async_write_barrier(uint8_t noc = noc_index, TT_SITE) {
  tt_simulator_abi::table->noc_barrier(tt_simulator_abi::kWriteBarrier, noc,
                                       tt_simulator_abi::kNoTransactionId, site);
}
inline void noc_async_writes_flushed(uint8_t noc = noc_index, TT_SITE) {
  tt_simulator_abi::table->noc_barrier(tt_simulator_abi::kWriteFlush, noc,
                                       tt_simulator_abi::kNoTransactionId, site);
}
inline void noc_async_posted_writes_flushed(uint8_t noc = noc_index, TT_SITE) {
  tt_simulator_abi::table->noc_barrier(tt_simulator_abi::kPostedFlush, noc,
                                       tt_simulator_abi::kNoTransactionId, site);
}
inline void noc_async_atomic_barrier(uint8_t noc_idx = noc_index, TT_SITE) {
  tt_simulator_abi::table->noc_barrier(tt_simulator_abi::kAtomicBarrier, noc_idx,
                                       tt_simulator_abi::kNoTransactionId, site);
}
inline void noc_async_full_barrier(uint8_t noc_idx = noc_index, TT_SITE) {
  tt_simulator_abi::table->noc_barrier(tt_simulator_abi::kFullBarrier, noc_idx,
                                       tt_simulator_abi::kNoTransactionId, site);
}
inline void noc_async_read_barrier_with_trid(uint32_t trid, uint8_t noc = noc_index, TT_SITE) {
  tt_simulator_abi::table->noc_barrier(tt_simulator_abi::kReadBarrier, noc, trid, site);
}
inline void noc_async_write_barrier_with_trid(uint32_t trid, uint8_t noc = noc_index, TT_SITE) {
  tt_simulator_abi::table->noc_barrier(tt_simulator_abi::kWriteBarrier, noc, trid, site);
}
inline void noc_async_write_flushed_with_trid(uint32_t trid, uint8_t noc = noc_index, TT_SITE) {
  tt_simulator_abi::table->noc_barrier(tt_simulator_abi::kWriteFlush, noc, trid, site);
}

template <bool skip_ptr_update = false, bool skip_cmdbuf_chk = false>
FORCE_INLINE void noc_async_read_one_packet_with_state_with_trid(uint32_t src_base_addr,
                                                                 uint32_t src_addr,
                                                                 uint32_t dest_addr,
                                                                 uint32_t trid = 0,
                                                                 uint8_t noc = noc_index, TT_SITE) {
  const auto& state = tt_simulator_abi::read_state[noc];
  tt_simulator_abi::table->noc_read(
      (state.address & ~tt_simulator_abi::kLocalAddressMask) | (src_base_addr + src_addr),
      dest_addr, state.size, noc, trid, site);
}
template <bool update_counter = true, bool posted = false>
FORCE_INLINE void noc_async_write_one_packet_with_trid(uint32_t src_local_l1_addr,
                                                       uint64_t dst_noc_addr, uint32_t size,
                                                       uint32_t trid, uint8_t cmd_buf = 0,
                                                       uint8_t noc = noc_index,
                                                       uint8_t vc = NOC_UNICAST_WRITE_VC, TT_SITE) {
  (void)cmd_buf;
  (void)vc;
  tt_simulator_abi::table->noc_write(src_local_l1_addr, dst_noc_addr, size, noc, trid,
                                     posted ? tt_simulator_abi::kNocPosted : 0, site);
}

// ---- semaphores ----------------------------------------------------------------------------

namespace tt_simulator_abi {
FORCE_INLINE uint32_t AddressOf(volatile uint32_t* pointer) {
  return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(pointer));
}
}  // namespace tt_simulator_abi

FORCE_INLINE void noc_semaphore_wait(volatile tt_l1_ptr uint32_t* sem_addr, uint32_t val, TT_SITE) {
  tt_simulator_abi::table->semaphore_wait(tt_simulator_abi::AddressOf(sem_addr), val, 0, site);
}
FORCE_INLINE void noc_semaphore_wait_min(volatile tt_l1_ptr uint32_t* sem_addr, uint32_t val,
                                         TT_SITE) {
  tt_simulator_abi::table->semaphore_wait(tt_simulator_abi::AddressOf(sem_addr), val, 1, site);
}
FORCE_INLINE void noc_semaphore_set(volatile tt_l1_ptr uint32_t* sem_addr, uint32_t val, TT_SITE) {
  tt_simulator_abi::table->semaphore_set(tt_simulator_abi::AddressOf(sem_addr), val, site);
}
template <bool posted = false>
FORCE_INLINE void noc_semaphore_inc(uint64_t addr, uint32_t incr, uint8_t noc_id = noc_index,
                                    uint8_t vc = NOC_UNICAST_WRITE_VC, TT_SITE) {
  (void)vc;
  tt_simulator_abi::table->semaphore_increment(addr, incr, 0, noc_id, posted, site);
}
template <bool posted = false>
FORCE_INLINE void noc_semaphore_inc_multicast(uint64_t addr, uint32_t incr, uint32_t num_dests,
                                              uint8_t noc_id = noc_index,
                                              uint8_t vc = NOC_MULTICAST_WRITE_VC, TT_SITE) {
  (void)vc;
  tt_simulator_abi::table->semaphore_increment(addr, incr, num_dests, noc_id, posted, site);
}
inline void noc_semaphore_set_remote(uint32_t src_local_l1_addr, uint64_t dst_noc_addr,
                                     uint8_t noc = noc_index, TT_SITE) {
  tt_simulator_abi::table->noc_write(src_local_l1_addr, dst_noc_addr, 4, noc,
                                     tt_simulator_abi::kNoTransactionId,
                                     tt_simulator_abi::kNocSemaphore, site);
}
inline void noc_semaphore_set_multicast(uint32_t src_local_l1_addr, uint64_t dst_noc_addr_multicast,
                                        uint32_t num_dests, bool linked = false,
                                        uint8_t noc = noc_index,
                                        uint8_t vc = NOC_MULTICAST_WRITE_VC, TT_SITE) {
  (void)linked;
  (void)vc;
  tt_simulator_abi::table->noc_write_multicast(src_local_l1_addr, dst_noc_addr_multicast, 4,
                                               num_dests, noc, tt_simulator_abi::kNocSemaphore,
                                               site);
}
inline void noc_semaphore_set_multicast_loopback_src(uint32_t src_local_l1_addr,
                                                     uint64_t dst_noc_addr_multicast,
                                                     uint32_t num_dests, bool linked = false,
                                                     uint8_t noc = noc_index, TT_SITE) {
  (void)linked;
  tt_simulator_abi::table->noc_write_multicast(
      src_local_l1_addr, dst_noc_addr_multicast, 4, num_dests, noc,
      tt_simulator_abi::kNocSemaphore | tt_simulator_abi::kNocLoopback, site);
}

#include "api/tensor/tensor_accessor.h"

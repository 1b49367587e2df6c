#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "hardware_model.h"

namespace tt_target {

/// How long things take on one architecture. All times are AICLK cycles, all rates bytes per AICLK
/// cycle unless the name says otherwise; each value's source is named in timing_model.cc. There are
/// no values per kernel or per published row: a time is always a sum of these over what happened.
struct TimingModel {
  std::string_view name;
  double clock_ghz;

  // --- NoC: two tori in opposite directions; a packet is one header flit and up to 256 data flits
  uint32_t noc_columns;
  uint32_t noc_rows;
  std::array<uint8_t, 16> worker_x;  ///< Physical NoC 0 column of logical worker column i.
  std::array<uint8_t, 16> worker_y;  ///< Physical NoC 0 row of logical worker row i.
  std::array<std::array<NocCoordinate, 2>, 16> dram;  ///< Physical endpoint of bank i for NoC 0, 1.
  uint32_t flit_bytes;
  uint32_t packet_bytes;   ///< Data of the longest packet.
  uint32_t hop;            ///< Router to neighbouring router.
  uint32_t niu;            ///< NIU to router, or router to NIU.
  double link_flit;        ///< Cycles a flit occupies a link.
  double write_flit;       ///< Cycles per flit that an NIU sends out of L1 as writes.
  double read_flit;        ///< Cycles per flit that an NIU sends out of L1 as read responses.
  double absorb_flit;      ///< Cycles per flit that an NIU takes in.
  double acknowledgement;  ///< Cycles of the sender's NIU per acknowledgement of a multicast.
  uint32_t
      l1_request_interval;    ///< Between two read requests that one NIU starts to answer from L1.
  uint32_t l1_read_latency;   ///< Request at an L1's NIU to first flit of the response.
  uint32_t l1_write_latency;  ///< From the command to the packet, and from L1 to the answer.
  uint32_t reserve_round_trip;  ///< Path reservation of a multicast, besides hops both ways.
  uint32_t issue_read;          ///< RISC cycles to issue a read.
  uint32_t issue_write;         ///< RISC cycles to issue a write.
  uint32_t issue_multicast;
  uint32_t page_address;  ///< RISC cycles to find the address of a page.
  uint32_t barrier;       ///< RISC cycles from the last answer to the next instruction.

  // --- DRAM: banks with one channel each
  double dram_read_rate;
  double dram_write_rate;
  uint32_t dram_read_latency;   ///< Request at the DRAM's NIU to first flit of the response.
  uint32_t dram_write_latency;  ///< Last flit at the DRAM's NIU to the acknowledgement.
  uint32_t dram_turnaround;     ///< Bank time per request that is not data transfer.
  uint32_t dram_partial_bytes;  ///< Shorter writes are read-modify-writes.
  uint32_t dram_partial_write;  ///< Bank time of such a write.

  // --- RISCs
  uint32_t l1_load;     ///< Load from L1 by a kernel.
  uint32_t l1_store;    ///< Store to L1 by a kernel.
  uint32_t cb_poll;     ///< cb_wait_front or cb_reserve_back that need not wait.
  uint32_t cb_update;   ///< cb_push_back or cb_pop_front.
  uint32_t cb_latency;  ///< From the update of a counter until the other RISC has seen it.
  uint32_t semaphore_poll;
  uint32_t semaphore_set;
  uint32_t semaphore_latency;  ///< From the word in L1 until the polling RISC goes on.
  uint32_t tile_call;          ///< TRISC cycles to issue one tile operation.
  uint32_t sync_call;          ///< TRISC cycles of one tile_regs_* call.
  uint32_t init_call;          ///< TRISC cycles of an *_init or reconfiguration, engine idle.
  uint32_t startup_call;       ///< TRISC cycles of compute_kernel_hw_startup.

  // --- Tensix engines
  double unpack_rate;          ///< Both unpackers together.
  double unpack_tile;          ///< Further cycles per tile.
  uint32_t unpack_call;        ///< Further cycles per call.
  uint32_t unpack_tilize_row;  ///< Cycles per 16-element row of a tilized tile.
  uint32_t matmul_phase;       ///< 32x32x32 product, per fidelity phase.
  double matmul_tile;          ///< Further cycles per tile product.
  uint32_t matmul_call;        ///< Further cycles per call.
  uint32_t fpu_tile;           ///< Add, subtract or copy of a tile; multiply takes it per phase.
  uint32_t reduce_tile;        ///< Reduction of a tile, per phase.
  uint32_t transpose_tile;     ///< Transposition inside DST.
  uint32_t fpu_call;
  uint32_t sfpu_vectors;  ///< Vector iterations per tile (one instruction a cycle each).
  double pack_rate;
  uint32_t pack_call;           ///< Further cycles per packed tile.
  uint32_t pack_accumulate;     ///< Further cycles per 16 bytes with L1 accumulation.
  uint32_t pack_untilize_tile;  ///< Cycles per tile of pack_untilize of 16-bit data.
  uint32_t pack_untilize_row;   ///< Further cycles per row of tiles.
  uint32_t dst_release;         ///< Clearing the half.

  // --- Launch (fast dispatch from a trace)
  uint32_t launch_go;         ///< From the go signal to the first instruction, and from the last
                              ///< instruction to the completion that the dispatcher sees.
  uint32_t launch_cb_setup;   ///< Firmware's cycles to set up one circular buffer.
  uint32_t launch_core_skew;  ///< First to last core start on the whole grid.
  double launch_base_ns;      ///< Dispatcher's time per program with one RISC, nothing configured.
  double launch_risc_ns;      ///< Per further RISC used.
  double launch_config_ns;    ///< If circular buffers, semaphores or arguments are configured.
  double launch_multicast_rate;   ///< Binaries and configuration, bytes per ns.
  double launch_unicast_rate;     ///< Run-time arguments, bytes per ns.
  double launch_core_ns;          ///< Per core with run-time arguments of its own.
  double launch_kernel_group_ns;  ///< Per further group of cores with other kernels.
  double launch_cb_group_ns;      ///< Per further group of cores with other circular buffers.
  uint32_t launch_ring_bytes;     ///< Kernel-configuration ring of a core.
  uint32_t launch_binary_bytes;   ///< Binary of one RISC where the descriptor does not say.
};

/// The model named `name`, or nullptr if there is none.
const TimingModel* FindTimingModel(std::string_view name);

}  // namespace tt_target

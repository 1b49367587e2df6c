#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tt_target {

/// One (x, y) pair on the NoC, in the coordinates kernels use.
struct NocCoordinate {
  uint32_t x;
  uint32_t y;
};

/// Numbers of one Tenstorrent architecture. Sizes and addresses are bytes; each value's source is
/// named where the tables are filled (hardware_model.cc).
struct HardwareModel {
  std::string_view name;    ///< "wormhole_b0" or "blackhole".
  uint32_t grid_x;          ///< Largest worker grid a program can use, columns.
  uint32_t grid_y;          ///< Largest worker grid a program can use, rows.
  uint32_t l1_bytes;        ///< L1 of one worker core.
  uint32_t l1_usable_base;  ///< First byte that circular buffers and L1 tensors may use.
  uint32_t num_circular_buffers;
  uint32_t num_semaphores;             ///< Program semaphores per core.
  uint32_t dst_tiles_full_sync_16bit;  ///< DST capacity in 32x32 tiles, 16-bit, full-sync.
  uint32_t num_dram_banks;
  uint64_t dram_bank_bytes;
  uint32_t l1_alignment;          ///< NoC alignment of L1 addresses.
  uint32_t dram_read_alignment;   ///< NoC alignment of reads from DRAM.
  uint32_t dram_write_alignment;  ///< NoC alignment of writes to DRAM.
  uint32_t noc_word_bytes;
  uint32_t noc_max_burst_bytes;  ///< Largest single packet.
  uint32_t max_runtime_args;     ///< 32-bit words of runtime arguments of one kernel on one core.
  std::array<uint8_t, 16> worker_noc_x;    ///< NoC x of logical column i, i < grid_x.
  std::array<uint8_t, 16> worker_noc_y;    ///< NoC y of logical row i, i < grid_y.
  std::array<NocCoordinate, 16> dram_noc;  ///< NoC coordinate of DRAM bank i.

  /// DST tiles one half (half-sync) or the whole register (full-sync) holds.
  uint32_t DstTiles(bool fp32_accumulate, bool full_sync) const {
    uint32_t tiles = dst_tiles_full_sync_16bit;
    if (fp32_accumulate) tiles /= 2;
    if (!full_sync) tiles /= 2;
    return tiles;
  }
};

/// The model named `name`, or nullptr if there is none.
const HardwareModel* FindHardwareModel(std::string_view name);

}  // namespace tt_target

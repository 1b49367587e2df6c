#include "hardware_model.h"

namespace tt_target {
namespace {

// Sources: "wheel" is the ttnn 0.81.1 wheel (its tt_metal folder), "isa" is
// tenstorrent/tt-isa-documentation.
constexpr HardwareModel kWormhole = {
    .name = "wormhole_b0",
    // wheel core_descriptors: one harvested row and one dispatch row leave 8x8 on an n150.
    .grid_x = 8,
    .grid_y = 8,
    // wheel hw/inc/internal/tt-1xx/wormhole/dev_mem_map.h MEM_L1_SIZE.
    .l1_bytes = 1464 * 1024,
    // Firmware map (32 KiB) plus the kernel-configuration ring (69 KiB); ttnn reports it at run
    // time, so this is an estimate.
    .l1_usable_base = 101 * 1024,
    // wheel api/tt-metalium/circular_buffer_constants.h.
    .num_circular_buffers = 32,
    // wheel api/tt-metalium: NUM_SEMAPHORES.
    .num_semaphores = 16,
    // isa WormholeB0/TensixTile/TensixCoprocessor/Dst.md: 1024 rows of 16 x 16 bit.
    .dst_tiles_full_sync_16bit = 16,
    // wheel soc_descriptors/wormhole_b0_80_arch.yaml: 6 controllers x 2 channels of 1 GiB.
    .num_dram_banks = 12,
    .dram_bank_bytes = uint64_t{1} << 30,
    // wheel hw/inc/internal/tt-1xx/wormhole/{noc/noc_parameters.h,core_config.h}.
    .l1_alignment = 16,
    .dram_read_alignment = 32,
    .dram_write_alignment = 16,
    .noc_word_bytes = 32,
    .noc_max_burst_bytes = 8192,
    // wheel api/tt-metalium: max_runtime_args.
    .max_runtime_args = 341,
    // Translated worker coordinates start at (18, 18) (isa WormholeB0/NoC/Coordinates.md).
    .worker_noc_x = {18, 19, 20, 21, 22, 23, 24, 25},
    .worker_noc_y = {18, 19, 20, 21, 22, 23, 24, 25},
    // wheel soc_descriptors/wormhole_b0_80_arch.yaml dram_views, NoC 0 endpoint of each view.
    .dram_noc = {{{0, 11},
                  {0, 1},
                  {0, 5},
                  {0, 7},
                  {5, 1},
                  {5, 11},
                  {5, 2},
                  {5, 9},
                  {5, 8},
                  {5, 3},
                  {5, 5},
                  {5, 7}}},
};

constexpr HardwareModel kBlackhole = {
    .name = "blackhole",
    // wheel core_descriptors: p150 without harvesting, last column dispatches.
    .grid_x = 13,
    .grid_y = 10,
    // wheel hw/inc/internal/tt-1xx/blackhole/dev_mem_map.h MEM_L1_SIZE.
    .l1_bytes = 1536 * 1024,
    // As on Wormhole: an estimate.
    .l1_usable_base = 105 * 1024,
    // wheel api/tt-metalium/circular_buffer_constants.h.
    .num_circular_buffers = 64,
    .num_semaphores = 16,
    .dst_tiles_full_sync_16bit = 16,
    // wheel soc_descriptors/blackhole_140_arch.yaml: 8 controllers of 4 GiB; a bank offset is 32
    // bits wide in a kernel, so the last byte of a bank is not addressable.
    .num_dram_banks = 8,
    .dram_bank_bytes = (uint64_t{1} << 32) - 64,
    // wheel hw/inc/internal/tt-1xx/blackhole/{noc/noc_parameters.h,core_config.h}.
    .l1_alignment = 16,
    .dram_read_alignment = 64,
    .dram_write_alignment = 16,
    .noc_word_bytes = 64,
    .noc_max_burst_bytes = 16384,
    .max_runtime_args = 341,
    // wheel soc_descriptors/blackhole_140_arch.yaml functional_workers.
    .worker_noc_x = {1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15},
    .worker_noc_y = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
    // Translated DRAM coordinates: columns 17 and 18, three rows to a controller.
    .dram_noc = {{{17, 12}, {17, 15}, {17, 18}, {17, 21}, {18, 12}, {18, 15}, {18, 18}, {18, 21}}},
};

}  // namespace

const HardwareModel* FindHardwareModel(std::string_view name) {
  if (name == kWormhole.name) return &kWormhole;
  if (name == kBlackhole.name) return &kBlackhole;
  return nullptr;
}

}  // namespace tt_target

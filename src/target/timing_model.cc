#include "timing_model.h"

namespace tt_target {
namespace {

// Sources. "isa": tenstorrent/tt-isa-documentation. "npe": tenstorrent/tt-npe, device_models.
// "dm": tenstorrent/tt-metal tests/tt_metal/tt_metal/data_movement, its noc_latencies.yaml and
// perf_plots: where a value is a slope or an intercept of a measured table, it says which.
constexpr TimingModel kWormhole = {
    .name = "wormhole_b0",
    .clock_ghz = 1.0,  // isa WormholeB0/README.md.

    // wheel soc_descriptors/wormhole_b0_80_arch.yaml: 10 x 12 torus, the functional workers of its
    // first eight rows (which rows are harvested differs from card to card), dram_views endpoints.
    .noc_columns = 10,
    .noc_rows = 12,
    .worker_x = {1, 2, 3, 4, 6, 7, 8, 9},
    .worker_y = {1, 2, 3, 4, 5, 7, 8, 9},
    .dram = {{{{{0, 11}, {0, 11}}},
              {{{0, 1}, {0, 1}}},
              {{{0, 5}, {0, 5}}},
              {{{0, 7}, {0, 7}}},
              {{{5, 1}, {5, 1}}},
              {{{5, 11}, {5, 11}}},
              {{{5, 2}, {5, 2}}},
              {{{5, 9}, {5, 9}}},
              {{{5, 8}, {5, 8}}},
              {{{5, 3}, {5, 3}}},
              {{{5, 5}, {5, 5}}},
              {{{5, 7}, {5, 7}}}}},
    // isa WormholeB0/NoC/README.md: flit, packet, latencies, one flit per cycle and link.
    .flit_bytes = 32,
    .packet_bytes = 8192,
    .hop = 9,
    .niu = 5,
    .link_flit = 1.0,
    // dm one-to-one, one-from-one, one-from-all: slope over the number of 8 KiB packets.
    .write_flit = 1.022,
    .read_flit = 1.115,
    .absorb_flit = 1.022,
    // dm multicast, linked: the slope grows by 0.6 to 0.95 cycles per destination.
    .acknowledgement = 0.75,
    // dm: single 64 B read 293 and write 296 cycles over a whole turn of the torus (22 hops of 9),
    // of which issue, NIUs and barrier are counted on their own.
    .l1_request_interval = 25,  // dm one-from-one: slope from 64 to 256 reads of 64 B.
    .l1_read_latency = 31,
    .l1_write_latency = 35,
    // dm multicast: first transaction and slope, 2x2, 5x5 and full grid, against farthest hops.
    .reserve_round_trip = 14,
    // dm: slope over the number of 64 B transactions; for reads the tables say 20 to 27.
    .issue_read = 23,
    .issue_write = 22,
    .issue_multicast = 24,
    .page_address = 14,  // dm DRAM one-from-all against one-from-one.
    .barrier = 15,       // isa BabyRISCV: two loads of an NIU counter.

    // dm DRAM: slope over 4 KiB and 8 KiB reads and writes; isa DRAMTile/README.md has the same 92 %.
    .dram_read_rate = 22.4,
    .dram_write_rate = 22.0,
    .dram_read_latency = 119,   // dm: 381 to 384 cycles for a single read.
    .dram_write_latency = 110,  // dm: 406 to 426 cycles for a single write of 128 B.
    .dram_turnaround = 0,
    .dram_partial_bytes = 128,  // dm: writes of 32 and 64 B, slope of 64.7 cycles.
    .dram_partial_write = 64,

    // isa TensixTile/L1.md and BabyRISCV/README.md: load and store intervals.
    .l1_load = 8,
    .l1_store = 5,
    // Derived: two stream-register loads of 7 cycles and the comparison; a load and a store.
    .cb_poll = 16,
    .cb_update = 10,
    .cb_latency = 14,
    .semaphore_poll = 12,
    .semaphore_set = 6,
    .semaphore_latency = 14,
    .tile_call = 12,
    .sync_call = 6,
    .init_call = 40,
    .startup_call = 300,

    // isa TensixCoprocessor/UNPACR_Regular.md: 64 B a cycle for one unpacker, 32 B each for two.
    .unpack_rate = 64,
    .unpack_tile = 2.5,  // Published GEMM utilisation, LoFi and HiFi2 on block formats.
    .unpack_call = 4,    // tt-llk issue 131: 38 cycles for a bf16 tile.
    .unpack_tilize_row = 2,
    // tt-metal tech_reports/GEMM_FLOPS, matrix_engine.md: 16 cycles per phase.
    .matmul_phase = 16,
    .matmul_tile = 1.6,  // tt-metal issue 55760: 4.9 % over HiFi2's 32 cycles.
    .matmul_call = 8,
    // isa ELWADD.md: 8 rows a cycle; 64 rows of 16 make a tile.
    .fpu_tile = 8,
    .reduce_tile = 16,
    .transpose_tile = 64,
    .fpu_call = 6,
    .sfpu_vectors = 32,  // isa: 32 lanes.
    // isa Packers/README.md: four packers of 16 B; tt-llk issue 131: 47 cycles for a bf16 tile.
    .pack_rate = 64,
    .pack_call = 15,
    .pack_accumulate = 1,  // isa L1.md: a 16 B accumulating beat takes 2 cycles.
    // tt-llk issue 916: 16 (PACR + 1) + 17 / block_ct, PACR = 2 for bf16.
    .pack_untilize_tile = 48,
    .pack_untilize_row = 17,
    .dst_release = 8,

    // tt-metal perf_microbenchmark/dispatch, pgm_dispatch_golden.json. Go: period less kernel time
    // and skew of slow kernels, without and with 32 circular buffers; skew: first to last core start in device
    // profiles; base and RISCs: 256 B binaries on one, two, three and five RISCs; rates: slopes over
    // binary size and over the number of arguments; groups: cases with eight of them.
    .launch_go = 500,
    .launch_cb_setup = 22,
    .launch_core_skew = 350,
    .launch_base_ns = 2395,
    .launch_risc_ns = 108,
    .launch_config_ns = 245,
    .launch_multicast_rate = 16.0,
    .launch_unicast_rate = 25.0,
    .launch_core_ns = 11,
    .launch_kernel_group_ns = 1050,
    .launch_cb_group_ns = 393,
    .launch_ring_bytes = 69 * 1024,  // wheel dev_mem_map.h, kernel config ring.
    .launch_binary_bytes = 2048,     // An assumption: a kernel of a page of text.
};

constexpr TimingModel kBlackhole = {
    .name = "blackhole",
    .clock_ghz = 1.35,  // hardware facts of p150: AICLK 1.35 GHz.

    // wheel soc_descriptors/blackhole_140_arch.yaml.
    .noc_columns = 17,
    .noc_rows = 12,
    .worker_x = {1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15},
    .worker_y = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
    .dram = {{{{{0, 11}, {0, 1}}},
              {{{0, 2}, {0, 10}}},
              {{{0, 9}, {0, 4}}},
              {{{0, 5}, {0, 7}}},
              {{{9, 11}, {9, 1}}},
              {{{9, 3}, {9, 10}}},
              {{{9, 8}, {9, 4}}},
              {{{9, 6}, {9, 7}}}}},
    // wheel noc_parameters.h: 64 B words, 16 KiB packets; the rest as on Wormhole, checked with dm.
    .flit_bytes = 64,
    .packet_bytes = 16384,
    .hop = 9,
    .niu = 5,
    .link_flit = 1.0,
    .write_flit = 1.04,
    .read_flit = 1.045,
    .absorb_flit = 1.03,
    .acknowledgement = 0.75,
    .l1_request_interval = 35,  // dm one-from-one: slope over the number of 64 B reads.
    .l1_read_latency = 38,      // dm: single 64 B read 373 and write 360 cycles over 29 hops.
    .l1_write_latency = 40,
    .reserve_round_trip = 14,
    .issue_read = 22,  // dm DRAM reads: slope over the number of 64 B reads.
    .issue_write = 23,
    .issue_multicast = 24,
    .page_address = 14,
    .barrier = 15,

    .dram_read_rate = 23.4,  // dm DRAM interleaved, 8 KiB and 16 KiB pages of one bank.
    .dram_write_rate = 23.7,
    .dram_read_latency = 140,
    .dram_write_latency = 70,
    .dram_turnaround = 0,
    .dram_partial_bytes = 0,
    .dram_partial_write = 0,

    .l1_load = 8,
    .l1_store = 5,
    .cb_poll = 16,
    .cb_update = 10,
    .cb_latency = 14,
    .semaphore_poll = 12,
    .semaphore_set = 6,
    .semaphore_latency = 14,
    .tile_call = 12,
    .sync_call = 6,
    .init_call = 40,
    .startup_call = 300,

    .unpack_rate = 128,  // tt-llk issue 131: 28 cycles for a bf16 tile at 58 % of the rate.
    .unpack_tile = 2.5,
    .unpack_call = 9,
    .unpack_tilize_row = 2,
    .matmul_phase = 16,
    .matmul_tile = 1.6,
    .matmul_call = 8,
    .fpu_tile = 8,
    .reduce_tile = 16,
    .transpose_tile = 64,
    .fpu_call = 6,
    .sfpu_vectors = 32,
    .pack_rate = 128,  // tt-llk issue 131: 25 cycles for a bf16 tile at 64 % of the rate.
    .pack_call = 9,
    .pack_accumulate = 1,
    // tt-llk issue 916: 32 + 32 PACR + 6 * 32 / block_ct, PACR = 1 for bf16.
    .pack_untilize_tile = 64,
    .pack_untilize_row = 192,
    .dst_release = 8,

    // No published numbers: Wormhole's, at this clock where they are cycles.
    .launch_go = 675,
    .launch_cb_setup = 22,
    .launch_core_skew = 324,  // Device profiles: 0.24 us from first to last core start.
    .launch_base_ns = 2395,
    .launch_risc_ns = 108,
    .launch_config_ns = 245,
    .launch_multicast_rate = 16.0,
    .launch_unicast_rate = 25.0,
    .launch_core_ns = 11,
    .launch_kernel_group_ns = 1050,
    .launch_cb_group_ns = 393,
    .launch_ring_bytes = 69 * 1024,
    .launch_binary_bytes = 2048,
};

}  // namespace

const TimingModel* FindTimingModel(std::string_view name) {
  if (name == kWormhole.name) return &kWormhole;
  if (name == kBlackhole.name) return &kBlackhole;
  return nullptr;
}

}  // namespace tt_target

// Single-tile matmul from descriptors, on one core and on the whole grid.
#include "test_program.h"

namespace tt_simulator {
namespace {

constexpr const char* kReader = R"(
  const uint32_t a = get_arg_val<uint32_t>(0);
  const uint32_t b = get_arg_val<uint32_t>(1);
  const uint32_t first = get_arg_val<uint32_t>(2);
  const uint32_t count = get_arg_val<uint32_t>(3);
  constexpr uint32_t Kt = get_named_compile_time_arg_val("Kt");
  constexpr uint32_t Nt = get_named_compile_time_arg_val("Nt");
  constexpr auto a_args = TensorAccessorArgs<0>();
  constexpr auto b_args = TensorAccessorArgs<a_args.next_compile_time_args_offset()>();
  const auto a_tensor = TensorAccessor(a_args, a);
  const auto b_tensor = TensorAccessor(b_args, b);
  CircularBuffer cb_a(0), cb_b(1);
  Noc noc;
  for (uint32_t tile = first; tile < first + count; ++tile) {
    for (uint32_t k = 0; k < Kt; ++k) {
      cb_a.reserve_back(1);
      cb_b.reserve_back(1);
      noc.async_read(a_tensor, cb_a, get_tile_size(0), {.page_id = tile / Nt * Kt + k}, {});
      noc.async_read(b_tensor, cb_b, get_tile_size(1), {.page_id = k * Nt + tile % Nt}, {});
      noc.async_read_barrier();
      cb_a.push_back(1);
      cb_b.push_back(1);
    }
  }
)";

constexpr const char* kCompute = R"(
  const uint32_t count = get_arg_val<uint32_t>(0);
  constexpr uint32_t Kt = get_named_compile_time_arg_val("Kt");
  CircularBuffer cb_a(0), cb_b(1), cb_c(2);
  compute_kernel_hw_startup<SrcOrder::Reverse>(0, 1, 2);
  matmul_init(0, 1);
  for (uint32_t tile = 0; tile < count; ++tile) {
    tile_regs_acquire();
    for (uint32_t k = 0; k < Kt; ++k) {
      cb_a.wait_front(1);
      cb_b.wait_front(1);
      matmul_tiles(0, 1, 0, 0, 0);
      cb_a.pop_front(1);
      cb_b.pop_front(1);
    }
    tile_regs_commit();
    cb_c.reserve_back(1);
    tile_regs_wait();
    pack_tile(0, 2);
    tile_regs_release();
    cb_c.push_back(1);
  }
)";

constexpr const char* kWriter = R"(
  const uint32_t c = get_arg_val<uint32_t>(0);
  const uint32_t first = get_arg_val<uint32_t>(1);
  const uint32_t count = get_arg_val<uint32_t>(2);
  const auto c_tensor = TensorAccessor(TensorAccessorArgs<0>(), c);
  CircularBuffer cb_c(2);
  Noc noc;
  for (uint32_t tile = first; tile < first + count; ++tile) {
    cb_c.wait_front(1);
    noc.async_write(cb_c, c_tensor, get_tile_size(2), {}, {.page_id = tile});
    noc.async_writes_flushed();
    cb_c.pop_front(1);
  }
  noc.async_write_barrier();
)";

class MatmulProgram : public SimulatorTest {
 protected:
  void RunAndCheck(uint32_t m, uint32_t k, uint32_t n, uint32_t grid_x, uint32_t grid_y,
                   uint32_t pages = 2) {
    const auto a = RandomMatrix(m * k, 1), b = RandomMatrix(k * n, 2);
    const Buffer a_buffer = Upload(a, m, k), b_buffer = Upload(b, k, n), c_buffer = Allocate(m, n);
    const CoreRangeSet cores = Cores(grid_x, grid_y);
    ProgramDescriptor program;
    program.kernels = {Reader(kReader, cores), Compute(kCompute), Writer(kWriter, cores)};
    program.kernels[1].core_ranges = cores;
    for (uint32_t id = 0; id < 3; ++id) program.cbs.push_back(Cb(id, pages, "Float16_b", cores));
    for (int i : {0, 1}) {
      program.kernels[i].named_compile_time_args = {{"Kt", k / 32}, {"Nt", n / 32}};
    }
    Append(program.kernels[0].compile_time_args, device.TensorAccessorArgs(a_buffer));
    Append(program.kernels[0].compile_time_args, device.TensorAccessorArgs(b_buffer));
    Append(program.kernels[2].compile_time_args, device.TensorAccessorArgs(c_buffer));
    const uint32_t per_core = m * n / kTileElements / (grid_x * grid_y);
    uint32_t first = 0;
    for (CoreCoord core : CoresOf(cores)) {
      program.kernels[0].runtime_args[core] = {a_buffer.address, b_buffer.address, first, per_core};
      program.kernels[1].runtime_args[core] = {per_core};
      program.kernels[2].runtime_args[core] = {c_buffer.address, first, per_core};
      first += per_core;
    }
    report = device.Run(program);
    report = device.Run(program);
    const auto c = Download(c_buffer, m, n);
    for (uint32_t r = 0; r < m; ++r) {
      for (uint32_t j = 0; j < n; ++j) {
        float expected = 0;
        for (uint32_t i = 0; i < k; ++i) expected += a[r * k + i] * b[i * n + j];
        ASSERT_EQ(c[r * n + j], expected) << r << ", " << j;
      }
    }
  }
  RunReport report;
};

TEST_F(MatmulProgram, OneCore) {
  RunAndCheck(256, 256, 256, 1, 1);
  EXPECT_EQ(report.counters.tile_matmuls, 8 * 8 * 8);
  EXPECT_EQ(report.counters.noc_read_bytes, 2u * 512 * 2048);
  EXPECT_EQ(report.counters.noc_write_bytes, 64u * 2048);
  for (const KernelReport& kernel : report.kernels) EXPECT_EQ(kernel.compile_ms, 0);
}

TEST_F(MatmulProgram, WholeGrid) {
  RunAndCheck(256, 256, 256, 8, 8);
  EXPECT_EQ(report.counters.tile_matmuls, 8 * 8 * 8);
}

// In large buffers operands are unpacked when the product is computed: not from what came after them.
TEST_F(MatmulProgram, LargeBuffers) {
  RunAndCheck(256, 512, 64, 2, 2, 8);
  RunAndCheck(256, 512, 64, 8, 2, 16);
}

}  // namespace
}  // namespace tt_simulator

// Multicast, semaphores, L1 tensors and raw L1 access.
#include <cstring>

#include "test_program.h"

namespace tt_simulator {
namespace {

class NocProgram : public SimulatorTest {};

TEST_F(NocProgram, MulticastWithHandshake) {
  // Core (0, 0) reads a tile, waits until the three receivers of its row are ready, multicasts it
  // and raises their semaphore; every core writes its copy.
  const std::string sender = R"(
    constexpr auto in_args = TensorAccessorArgs<0>();
    const auto in = TensorAccessor(in_args, get_arg_val<uint32_t>(0));
    CircularBuffer cb(0);
    Noc noc;
    Semaphore<> ready(0), sent(1);
    cb.reserve_back(1);
    noc.async_read(in, cb, 2048, {.page_id = 0}, {});
    noc.async_read_barrier();
    ready.wait(3);
    ready.set(0);
    noc.async_write_multicast(cb_use(cb), cb, 2048, 3, {},
                              {.noc_x_start = 19, .noc_y_start = 18, .noc_x_end = 21, .noc_y_end = 18});
    noc.async_writes_flushed();
    sent.set(1);
    sent.set_multicast(noc, 19, 18, 21, 18, 3);
    noc.async_write_barrier();
    cb.push_back(1);
  )";
  const std::string receiver = R"(
    CircularBuffer cb(0);
    Noc noc;
    Semaphore<> ready(0), sent(1);
    cb.reserve_back(1);
    ready.up(noc, 18, 18, 1);
    sent.wait(1);
    cb.push_back(1);
  )";
  const std::string writer = R"(
    const auto out = TensorAccessor(TensorAccessorArgs<0>(), get_arg_val<uint32_t>(0));
    CircularBuffer cb(0);
    Noc noc;
    cb.wait_front(1);
    noc.async_write(cb, out, 2048, {}, {.page_id = get_arg_val<uint32_t>(1)});
    noc.async_writes_flushed();
    cb.pop_front(1);
    noc.async_write_barrier();
  )";
  const auto tile = RandomMatrix(1024, 3);
  const Buffer in = Upload(tile, 32, 32), out = Allocate(32, 128);
  ProgramDescriptor program;
  const CoreRangeSet row = Cores(4, 1), receivers = {{{1, 0}, {3, 0}}};
  program.kernels = {Reader(sender), Reader(receiver, receivers), Writer(writer, row)};
  // The write pointer of the sender is also its source.
  program.kernels[0].defines = {{"cb_use", "use<CircularBuffer::AddrSelector::WRITE_PTR>"}};
  program.kernels[0].compile_time_args = device.TensorAccessorArgs(in);
  program.kernels[0].runtime_args[{0, 0}] = {in.address};
  program.kernels[2].compile_time_args = device.TensorAccessorArgs(out);
  for (uint32_t x = 0; x < 4; ++x) program.kernels[2].runtime_args[{x, 0}] = {out.address, x};
  program.cbs = {Cb(0, 2, "Float16_b", row)};
  program.semaphores = {{0, row, 0}, {1, row, 0}};
  device.Run(program);
  const auto result = Download(out, 32, 128);
  for (uint32_t i = 0; i < 32 * 128; ++i) {
    ASSERT_EQ(result[i], tile[i / 128 * 32 + i % 32]) << i;
  }
}

TEST_F(NocProgram, DataArriveBeforeTheSemaphoreOfTheSameNoc) {
  // No flush between the write and the increment: the virtual channel keeps their order.
  ProgramDescriptor program;
  program.kernels = {Reader(R"(
    CircularBuffer cb(0);
    Noc noc;
    cb.reserve_back(1);
    auto* words = reinterpret_cast<volatile tt_l1_ptr uint32_t*>(cb.get_write_ptr());
    for (int i = 0; i < 8; ++i) words[i] = 100 + i;
    noc_async_write(cb.get_write_ptr(), get_noc_addr(19, 18, cb.get_write_ptr()), 32);
    noc_semaphore_inc(get_noc_addr(19, 18, get_semaphore(0)), 1);
    noc.async_full_barrier();
  )"),
                     Reader(R"(
    CircularBuffer cb(0);
    cb.reserve_back(1);
    Semaphore<>(0).wait_min(1);
    auto* words = reinterpret_cast<volatile tt_l1_ptr uint32_t*>(cb.get_write_ptr());
    for (int i = 0; i < 8; ++i) ASSERT(words[i] == 100u + i);
  )",
                            {{{1, 0}, {1, 0}}})};
  program.cbs = {Cb(0, 2, "Float16_b", Cores(2, 1))};
  program.semaphores = {{0, Cores(2, 1), 0}};
  EXPECT_NO_THROW(device.Run(program));
}

TEST_F(NocProgram, InterleavedTensorInL1) {
  const auto matrix = RandomMatrix(64 * 128, 4);
  const Buffer in = device.AllocateInterleavedBuffer(8, 2048, MemoryKind::kL1);
  const Buffer out = device.AllocateInterleavedBuffer(8, 2048, MemoryKind::kL1);
  const HostMatrices shape{HostType::kFloat32, 1, 64, 128};
  device.WriteTiles(in, DataFormat::Float16_b, shape, matrix.data());
  ProgramDescriptor program;
  program.kernels = {Reader(R"(
    constexpr auto in_args = TensorAccessorArgs<0>();
    constexpr auto out_args = TensorAccessorArgs<in_args.next_compile_time_args_offset()>();
    const auto in = TensorAccessor(in_args, get_arg_val<uint32_t>(0));
    const auto out = TensorAccessor(out_args, get_arg_val<uint32_t>(1));
    CircularBuffer cb(0);
    Noc noc;
    for (uint32_t page = 0; page < 8; ++page) {
      cb.reserve_back(1);
      noc.async_read(in, cb, 2048, {.page_id = page}, {});
      noc.async_read_barrier();
      cb.push_back(1);
      cb.wait_front(1);
      noc.async_write(cb, out, 2048, {}, {.page_id = page});
      noc.async_write_barrier();
      cb.pop_front(1);
    }
  )")};
  Append(program.kernels[0].compile_time_args, device.TensorAccessorArgs(in));
  Append(program.kernels[0].compile_time_args, device.TensorAccessorArgs(out));
  program.kernels[0].runtime_args[{0, 0}] = {in.address, out.address};
  program.cbs = {Cb(0, 2)};
  device.Run(program);
  EXPECT_EQ(Download(out, 64, 128), matrix);
}

TEST_F(NocProgram, PollingASemaphoreLetsOthersRun) {
  ProgramDescriptor program;
  program.kernels = {Reader(R"(
    auto* word = reinterpret_cast<volatile tt_l1_ptr uint32_t*>(get_semaphore(0));
    while (*word != 3) {
    }
  )"),
                     Writer("for (int i = 0; i < 3; ++i) {\nSemaphore<>(0).up(1);\n"
                            "noc_async_read_barrier();\n}")};
  program.semaphores = {{0, Cores(1, 1), 0}};
  EXPECT_NO_THROW(device.Run(program));
}

TEST_F(NocProgram, SemaphoresAndCoordinatesOfEachCore) {
  ProgramDescriptor program;
  program.kernels = {
      Reader("ASSERT(my_x[0] == get_arg_val<uint32_t>(0));\n"
             "ASSERT(my_y[1] == get_arg_val<uint32_t>(1));\n"
             "ASSERT(get_common_arg_val<uint32_t>(0) == 7);\n"
             "ASSERT(Semaphore<>(2).value() == 5);",
             Cores(3, 2))};
  for (CoreCoord core : CoresOf(Cores(3, 2))) {
    program.kernels[0].runtime_args[core] = {18 + core.x, 18 + core.y};
  }
  program.kernels[0].common_runtime_args = {7};
  program.semaphores = {{2, Cores(3, 2), 5}};
  EXPECT_NO_THROW(device.Run(program));
}

}  // namespace
}  // namespace tt_simulator

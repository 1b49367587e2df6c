// Every rule by the shortest kernel that breaks it; the whole message is expected once per group.
#include <algorithm>

#include "test_program.h"

namespace tt_simulator {
namespace {

class Violations : public SimulatorTest {
 protected:
  /// One data-movement kernel with circular buffer 0 of 4 bfloat16 pages.
  ProgramDescriptor OneReader(const std::string& body) {
    ProgramDescriptor program;
    program.kernels = {Reader(body)};
    program.cbs = {Cb(0, 4)};
    return program;
  }
  /// A compute kernel on inputs 0 (bfloat16) and 1 (float32) with 2 written pages each, output 2.
  ProgramDescriptor OneCompute(const std::string& body, ComputeConfigDescriptor config = {}) {
    ProgramDescriptor program;
    program.kernels = {Reader(R"(
      CircularBuffer cb0(0), cb1(1);
      Noc noc;
      cb0.reserve_back(2);
      cb1.reserve_back(2);
      noc.async_write_zeros(cb0, 4096);
      noc.async_write_zeros(cb1, 8192);
      noc.write_zeros_l1_barrier();
      cb0.push_back(2);
      cb1.push_back(2);
    )"),
                       Compute("CircularBuffer cb0(0), cb1(1), cb2(2);\n#line 1\n" + body, config)};
    program.cbs = {Cb(0, 2), Cb(1, 2, "Float32"), Cb(2, 2)};
    return program;
  }
  /// A reader that gets a tensor of two tiles: accessor `tensor`, its address in argument 0.
  ProgramDescriptor WithTensor(const std::string& body) {
    if (tensor.num_pages == 0) tensor = Allocate(32, 64);
    ProgramDescriptor program = OneReader(
        "const auto tensor = TensorAccessor(TensorAccessorArgs<0>(), get_arg_val<uint32_t>(0));\n"
        "CircularBuffer cb(0);\nNoc noc;\n#line 1\n" +
        body);
    program.kernels[0].compile_time_args = device.TensorAccessorArgs(tensor);
    program.kernels[0].runtime_args[{0, 0}] = {tensor.address};
    return program;
  }
  Buffer tensor;
};

// ---- circular buffers ----

TEST_F(Violations, CbPushWithoutReserve) {
  const auto info =
      Violation(OneReader("CircularBuffer cb(0);\ncb.reserve_back(1);\ncb.push_back(2);"));
  EXPECT_EQ(text,
            "CbPushWithoutReserve: cb_push_back pushes 2 page(s) but only 1 are reserved\n"
            "  at core (0, 0), NCRISC, reader.cpp:3, circular buffer 0, cycle 16\n"
            "  on the machine: overwrites pages the consumer has not read yet\n"
            "  hint: call reserve_back(2) on this circular buffer before writing and pushing");
  EXPECT_EQ(info.violation, "CbPushWithoutReserve");
  EXPECT_EQ(info.line, 3u);
  EXPECT_EQ(info.cb_id, 0);
}

TEST_F(Violations, CbPopWithoutWait) {
  EXPECT_EQ(Violation(OneReader("CircularBuffer cb(0);\ncb.pop_front(1);")).violation,
            "CbPopWithoutWait");
}

TEST_F(Violations, CbReserveTooLarge) {
  EXPECT_EQ(Violation(OneReader("cb_reserve_back(0, 5);")).message,
            "cb_reserve_back asks for 5 page(s) of a circular buffer that has 4");
}

TEST_F(Violations, CbWaitTooLarge) {
  EXPECT_EQ(Violation(OneReader("cb_wait_front(0, 5);")).violation, "CbWaitTooLarge");
}

TEST_F(Violations, CbNotConfigured) {
  EXPECT_EQ(
      Violation(OneReader("cb_reserve_back(7, 1);")).message,
      "cb_reserve_back names circular buffer 7, which the program does not place on this core");
}

TEST_F(Violations, CbLapMisalignment) {
  ProgramDescriptor program = OneReader(
      "for (int i = 0; i < 2; ++i) {\ncb_reserve_back(0, 3);\n"
      "cb_push_back(0, 3);\n}");
  program.kernels.push_back(
      Writer("for (int i = 0; i < 2; ++i) {\ncb_wait_front(0, 3);\n"
             "cb_pop_front(0, 3);\n}"));
  const auto info = Violation(program);
  EXPECT_EQ(info.violation, "CbLapMisalignment");
  EXPECT_EQ(info.message,
            "cb_push_back moves 3 page(s) from page 3 of 4: the block crosses the end");
}

TEST_F(Violations, CbTwoProducers) {
  const char* push = "cb_reserve_back(0, 1);\ncb_push_back(0, 1);";
  ProgramDescriptor program = OneReader(push);
  program.kernels.push_back(Writer(push));
  const auto info = Violation(program);
  EXPECT_EQ(info.violation, "CbTwoProducers");
  EXPECT_EQ(info.risc, "BRISC");
  EXPECT_EQ(info.message, "cb_push_back pushes a circular buffer that NCRISC already pushes");
}

TEST_F(Violations, CbTwoConsumers) {
  ProgramDescriptor program = OneReader(
      "cb_reserve_back(0, 2);\ncb_push_back(0, 2);\ncb_wait_front(0, 1);\ncb_pop_front(0, 1);");
  program.kernels.push_back(Writer("cb_wait_front(0, 1);\ncb_pop_front(0, 1);"));
  EXPECT_EQ(Violation(program).violation, "CbTwoConsumers");
}

TEST_F(Violations, CbDirtyAtExit) {
  const auto info = Violation(OneReader("cb_reserve_back(0, 2);\ncb_push_back(0, 2);"));
  EXPECT_EQ(info.violation, "CbDirtyAtExit");
  EXPECT_EQ(info.message, "2 page(s) of the circular buffer were pushed and never popped");
}

TEST_F(Violations, CanBeIgnoredByName) {
  DeviceOptions options = Options();
  options.ignored_violations = {"CbDirtyAtExit"};
  Device lenient(options);
  EXPECT_NO_THROW(lenient.Run(OneReader("cb_reserve_back(0, 2);\ncb_push_back(0, 2);")));
  for (const char* name : {"NoSuchRule", "InternalError", "Deadlock", "Livelock"}) {
    options.ignored_violations = {name};
    EXPECT_THROW(Device{options}, DescriptorError);
  }
}

TEST_F(Violations, CbReadPastFront) {
  const auto info = Violation(OneCompute(
      "cb0.wait_front(1);\ncompute_kernel_hw_startup(0, 0, 2);\ncopy_init(0);\n"
      "tile_regs_acquire();\ncopy_tile(0, 1, 0);\ntile_regs_commit();\ncb0.pop_front(1);"));
  EXPECT_EQ(info.violation, "CbReadPastFront");
  EXPECT_EQ(info.risc, "TRISC0 (unpack)");
  EXPECT_EQ(info.line, 5u);
  EXPECT_EQ(info.message, "copy_tile reads page 1 behind the front but 1 page(s) were waited for");
}

TEST_F(Violations, CbReadPastFrontByTheWriter) {
  ProgramDescriptor program = WithTensor(
      "cb.wait_front(1);\nnoc.async_write(cb, tensor, 4096, {}, "
      "{.page_id = 0});");
  program.kernels.push_back(Writer("cb_reserve_back(0, 2);\ncb_push_back(0, 2);"));
  EXPECT_EQ(Violation(program).violation, "NocOutOfRange");
}

TEST_F(Violations, CbWritePastReserve) {
  const auto info =
      Violation(WithTensor("cb.reserve_back(1);\nnoc.async_read(tensor, cb, 2048, {.page_id = 0}, "
                           "{.offset_bytes = 2048});"));
  EXPECT_EQ(info.violation, "CbWritePastReserve");
  EXPECT_EQ(info.message,
            "noc_async_read writes page 1 behind the back but 1 page(s) are reserved");
}

TEST_F(Violations, PackWithoutReserve) {
  const auto info = Violation(OneCompute(
      "cb0.wait_front(1);\ncompute_kernel_hw_startup(0, 0, 2);\ncopy_init(0);\n"
      "tile_regs_acquire();\ncopy_tile(0, 0, 0);\ntile_regs_commit();\ncb0.pop_front(1);\n"
      "tile_regs_wait();\npack_tile(0, 2);\ntile_regs_release();"));
  EXPECT_EQ(info.violation, "CbWritePastReserve");
  EXPECT_EQ(info.risc, "TRISC2 (pack)");
}

// ---- NoC ----

TEST_F(Violations, ReadBarrierMissing) {
  const auto info =
      Violation(WithTensor("cb.reserve_back(1);\nnoc.async_read(tensor, cb, 2048, {.page_id = 0}, "
                           "{});\ncb.push_back(1);"));
  EXPECT_EQ(text,
            "ReadBarrierMissing: cb_push_back uses L1 bytes that an asynchronous read is still "
            "writing (read issued at reader.cpp:2)\n"
            "  at core (0, 0), NCRISC, reader.cpp:3, circular buffer 0, cycle " +
                std::to_string(info.at_cycle) +
                "\n"
                "  on the machine: hands over data that may not have arrived yet\n"
                "  hint: call async_read_barrier() between the read and the first use of its data");
}

TEST_F(Violations, ReadBarrierMissingBeforeALoad) {
  const auto info = Violation(WithTensor(
      "cb.reserve_back(1);\nnoc.async_read(tensor, cb, 2048, {.page_id = 0}, {});\n"
      "auto* words = reinterpret_cast<volatile tt_l1_ptr uint32_t*>(cb.get_write_ptr());\n"
      "if (words[0] == 1) cb.push_back(1);"));
  EXPECT_EQ(info.violation, "ReadBarrierMissing");
}

TEST_F(Violations, ReadBarrierMissingAtExit) {
  const auto info = Violation(
      WithTensor("cb.reserve_back(1);\nnoc.async_read(tensor, cb, 2048, {.page_id = 0}, {});"));
  EXPECT_EQ(info.violation, "ReadBarrierMissingAtExit");
}

TEST_F(Violations, WriteFlushMissing) {
  ProgramDescriptor program = WithTensor(
      "cb.reserve_back(1);\nnoc.async_write_zeros(cb, 2048);\nnoc.write_zeros_l1_barrier();\n"
      "cb.push_back(1);\ncb.wait_front(1);\nnoc.async_write(cb, tensor, 2048, {}, {.page_id = "
      "1});\n"
      "cb.pop_front(1);");
  const auto info = Violation(program);
  EXPECT_EQ(info.violation, "WriteFlushMissing");
  EXPECT_EQ(info.line, 7u);
}

TEST_F(Violations, WriteBarrierMissingAtExit) {
  ProgramDescriptor program = WithTensor(
      "cb.reserve_back(1);\nnoc.async_write_zeros(cb, 2048);\nnoc.write_zeros_l1_barrier();\n"
      "cb.push_back(1);\ncb.wait_front(1);\nnoc.async_write(cb, tensor, 2048, {}, {.page_id = "
      "1});\n"
      "noc.async_writes_flushed();\ncb.pop_front(1);");
  const auto info = Violation(program);
  EXPECT_EQ(info.violation, "WriteBarrierMissingAtExit");
  EXPECT_EQ(
      info.message,
      "the kernel ended with 1 asynchronous write(s) not acknowledged (first at reader.cpp:6)");
}

TEST_F(Violations, NocMisaligned) {
  const auto info = Violation(WithTensor(
      "cb.reserve_back(1);\n"
      "noc.async_read(tensor, cb, 32, {.page_id = 0, .offset_bytes = 16}, {.offset_bytes = 0});"));
  EXPECT_EQ(info.violation, "NocMisaligned");
}

TEST_F(Violations, NocOutOfRange) {
  const auto info = Violation(WithTensor(
      "noc_async_read(get_noc_addr_from_bank_id<true>(0, 0x10000000), get_write_ptr(0), 32);"));
  EXPECT_EQ(info.violation, "NocOutOfRange");
}

TEST_F(Violations, NocBadCoordinate) {
  const auto info =
      Violation(WithTensor("noc_async_read(get_noc_addr(3, 3, 0), get_write_ptr(0), 32);"));
  EXPECT_EQ(info.message,
            "noc_async_read: NoC coordinate (3, 3) is neither a worker core nor a DRAM bank");
}

TEST_F(Violations, PageOutOfRange) {
  const auto info = Violation(
      WithTensor("cb.reserve_back(1);\nnoc.async_read(tensor, cb, 2048, {.page_id = 2}, {});"));
  EXPECT_EQ(info.violation, "PageOutOfRange");
  EXPECT_EQ(info.message, "TensorAccessor: page 2 of a tensor that has 2 page(s)");
  EXPECT_EQ(info.line, 2u);
}

TEST_F(Violations, NocBadAccessor) {
  ProgramDescriptor program =
      WithTensor("cb.reserve_back(1);\nnoc.async_read(tensor, cb, 2048, {.page_id = 0}, {});");
  program.kernels[0].runtime_args[{0, 0}] = {0};
  EXPECT_EQ(Violation(program).message, "TensorAccessor: no tensor starts at address 0x0 in DRAM");
}

TEST_F(Violations, MulticastDestinations) {
  const auto info = Violation(OneReader(
      "cb_reserve_back(0, 1);\nNoc noc;\nCircularBuffer cb(0);\nnoc.async_write_zeros(cb, 2048);\n"
      "noc.write_zeros_l1_barrier();\n"
      "noc_async_write_multicast(get_write_ptr(0), get_noc_multicast_addr(18, 18, 21, 18, "
      "get_write_ptr(0)), 32, 4);"));
  EXPECT_EQ(info.violation, "MulticastDestinations");
  EXPECT_EQ(
      info.message,
      "noc_async_write_multicast names 4 destination(s) but the rectangle holds 3 without the "
      "sender");
}

TEST_F(Violations, MulticastRectangle) {
  const auto info = Violation(OneReader(
      "cb_reserve_back(0, 1);\nNoc noc;\nCircularBuffer cb(0);\nnoc.async_write_zeros(cb, 2048);\n"
      "noc.write_zeros_l1_barrier();\n"
      "noc_async_write_multicast(get_write_ptr(0), get_noc_multicast_addr(21, 18, 19, 18, "
      "get_write_ptr(0)), 32, 3);"));
  EXPECT_EQ(info.violation, "MulticastRectangle");
}

// ---- L1 ----

TEST_F(Violations, L1AccessOutOfRange) {
  const auto info = Violation(
      OneReader("auto* p = reinterpret_cast<volatile tt_l1_ptr uint32_t*>(0x1234);\n*p = 1;"));
  EXPECT_EQ(info.violation, "L1AccessOutOfRange");
  EXPECT_EQ(info.line, 2u);
}

TEST_F(Violations, UninitialisedL1Read) {
  ProgramDescriptor program = OneCompute(
      "cb0.wait_front(1);\ncompute_kernel_hw_startup(0, 0, 2);\ncopy_init(0);\n"
      "tile_regs_acquire();\ncopy_tile(0, 0, 0);");
  program.kernels[0] = Reader("cb_reserve_back(0, 1);\ncb_push_back(0, 1);");
  EXPECT_EQ(Violation(program).violation, "UninitialisedL1Read");
}

TEST_F(Violations, EndlessLoop) {
  const auto info = Violation(OneReader("volatile int stop = 0;\nwhile (!stop) {\n}"));
  EXPECT_EQ(info.violation, "EndlessLoop");
  EXPECT_EQ(info.line, 2u);
}

TEST_F(Violations, DivisionByZero) {
  ProgramDescriptor program =
      OneReader("volatile uint32_t n = get_arg_val<uint32_t>(0);\nn = 7 / n;");
  program.kernels[0].runtime_args[{0, 0}] = {0};
  const auto info = Violation(program);
  EXPECT_EQ(info.violation, "DivisionByZero");
  EXPECT_EQ(info.line, 2u);
}

TEST_F(Violations, StackOverflow) {
  const auto info = Violation(
      OneReader("struct Recursion {\n[[gnu::noinline]] static int Call(volatile int depth) {\n"
                "volatile char frame[512];\nframe[depth % 512] = 1;\n"
                "return Call(depth + 1) + frame[depth % 512];\n}\n};\nRecursion::Call(0);"));
  EXPECT_EQ(info.violation, "StackOverflow");
  EXPECT_GE(info.line, 2u);
  EXPECT_LE(info.line, 6u);
}

TEST_F(Violations, Livelock) {
  const auto info = Violation(
      OneReader("auto* p = reinterpret_cast<volatile tt_l1_ptr uint32_t*>(get_semaphore(0));\n"
                "while (*p != 1) {\n}"));
  EXPECT_EQ(info.violation, "SemaphoreNotConfigured");
  ProgramDescriptor program = OneReader(
      "auto* p = reinterpret_cast<volatile tt_l1_ptr uint32_t*>(get_semaphore(0));\n"
      "while (*p != 1) {\n}");
  program.semaphores = {{0, Cores(1, 1), 0}};
  EXPECT_EQ(Violation(program).violation, "Livelock");
}

// ---- DST ----

struct DstCase {
  const char* violation;
  const char* body;
};

class DstViolations : public Violations, public ::testing::WithParamInterface<DstCase> {};

TEST_P(DstViolations, IsNamed) {
  const auto info = Violation(OneCompute(
      std::string("cb0.wait_front(2);\ncompute_kernel_hw_startup(0, 0, 2);\ncopy_init(0);\n"
                  "cb2.reserve_back(1);\n") +
      GetParam().body));
  EXPECT_EQ(info.violation, GetParam().violation) << text;
}

INSTANTIATE_TEST_SUITE_P(
    All, DstViolations,
    ::testing::Values(
        DstCase{"DstAcquireTwice", "tile_regs_acquire();\ntile_regs_acquire();"},
        DstCase{"DstNotAcquired", "copy_tile(0, 0, 0);"},
        DstCase{"DstCommitWithoutAcquire", "tile_regs_commit();"},
        DstCase{
            "DstWaitTwice",
            "tile_regs_acquire();\ncopy_tile(0, 0, 0);\ntile_regs_commit();\ntile_regs_wait();\n"
            "tile_regs_wait();"},
        DstCase{"DstPackWithoutWait",
                "tile_regs_acquire();\ncopy_tile(0, 0, 0);\ntile_regs_commit();\npack_tile(0, 2);"},
        DstCase{"DstReleaseWithoutWait", "tile_regs_release();"},
        DstCase{"DstNotReleasedAtExit", "tile_regs_acquire();"},
        DstCase{"DstIndexOutOfRange", "tile_regs_acquire();\ncopy_tile(0, 0, 8);"},
        DstCase{"UninitialisedDstRead",
                "tile_regs_acquire();\ntile_regs_commit();\ntile_regs_wait();\npack_tile(0, 2);"}),
    [](const auto& info) { return info.param.violation; });

TEST_F(Violations, DstIndexOutOfRangeNamesTheMode) {
  ComputeConfigDescriptor config;
  config.fp32_dest_acc_en = true;
  const auto info = Violation(
      OneCompute("cb0.wait_front(2);\ncompute_kernel_hw_startup(0, 0, 2);\ncopy_init(0);\n"
                 "tile_regs_acquire();\ncopy_tile(0, 0, 4);",
                 config));
  EXPECT_EQ(info.message,
            "copy_tile uses DST tile 4, but a section has 4 tile(s) (32-bit DST, half-sync)");
}

// ---- configuration ----

TEST_F(Violations, HwStartupMissing) {
  EXPECT_EQ(Violation(OneCompute("copy_init(0);")).violation, "HwStartupMissing");
}

TEST_F(Violations, HwStartupTwice) {
  EXPECT_EQ(Violation(OneCompute("compute_kernel_hw_startup(0, 0, 2);\n"
                                 "compute_kernel_hw_startup(0, 0, 2);"))
                .message,
            "compute_kernel_hw_startup is called a second time (first at line 1)");
}

TEST_F(Violations, InitMissing) {
  const auto info = Violation(
      OneCompute("cb0.wait_front(2);\ncompute_kernel_hw_startup(0, 0, 2);\ncopy_init(0);\n"
                 "tile_regs_acquire();\nadd_tiles(0, 0, 0, 1, 0);"));
  EXPECT_EQ(info.violation, "InitMissing");
  EXPECT_EQ(info.message, "add_tiles needs add_tiles, but the engine is set up for copy");
}

TEST_F(Violations, CopyInitForTheOtherWayToDst) {
  ComputeConfigDescriptor config;
  config.fp32_dest_acc_en = true;
  config.unpack_to_dest_fp32 = {1};
  const std::string body =
      "cb1.wait_front(2);\ncompute_kernel_hw_startup(1, 1, 2);\n{0}_init(0);\n"
      "tile_regs_acquire();\n{0}_tile(1, 0, 0);";
  for (const std::string operation : {"copy", "transpose"}) {
    const auto info = Violation(OneCompute(fmt::format(fmt::runtime(body), operation), config));
    EXPECT_EQ(info.violation, "InitMissing");
    EXPECT_EQ(info.message, fmt::format("{0}_tile needs {0} straight to DST, but the engine is set "
                                        "up for {0}",
                                        operation));
  }
}

TEST_F(Violations, InitOfAnotherOperator) {
  const auto info = Violation(
      OneCompute("cb0.wait_front(2);\ncompute_kernel_hw_startup(0, 0, 2);\nsub_init(0, 0);\n"
                 "tile_regs_acquire();\nadd_tiles(0, 0, 0, 1, 0);"));
  EXPECT_EQ(info.risc, "TRISC1 (math)");
  EXPECT_EQ(info.message, "add_tiles needs add_tiles, but the engine is set up for sub_tiles");
}

TEST_F(Violations, DataFormatMismatch) {
  const auto info = Violation(
      OneCompute("cb1.wait_front(2);\ncompute_kernel_hw_startup(0, 0, 2);\ncopy_init(1);\n"
                 "tile_regs_acquire();\ncopy_tile(1, 0, 0);"));
  EXPECT_EQ(info.violation, "DataFormatMismatch");
  EXPECT_EQ(info.message,
            "copy_tile: the unpacker of SrcA is configured for Float16_b, but circular buffer 1 "
            "holds Float32");
  EXPECT_EQ(info.hint, "call reconfig_data_format_srca(1) before this operation");
}

TEST_F(Violations, PackFormatMismatch) {
  const auto info = Violation(OneCompute(
      "cb0.wait_front(2);\ncompute_kernel_hw_startup(0, 0, 1);\ncopy_init(0);\n"
      "tile_regs_acquire();\ncopy_tile(0, 0, 0);\ntile_regs_commit();\ncb2.reserve_back(1);\n"
      "tile_regs_wait();\npack_tile(0, 2);"));
  EXPECT_EQ(info.hint, "call pack_reconfig_data_format(2) before this operation");
}

TEST_F(Violations, ArgumentOutOfRange) {
  EXPECT_EQ(Violation(OneReader("get_arg_val<uint32_t>(0);")).message,
            "get_arg_val: argument 0, but the kernel was given 0");
}

TEST_F(Violations, KernelAssert) {
  EXPECT_EQ(Violation(OneReader("ASSERT(1 + 1 == 3);")).message, "ASSERT(1 + 1 == 3) failed");
}

}  // namespace
}  // namespace tt_simulator

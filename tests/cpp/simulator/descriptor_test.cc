// What descriptors are refused, and the JSON form.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "test_program.h"

namespace tt_simulator {
namespace {

class Descriptors : public SimulatorTest {
 protected:
  std::string Refusal(const ProgramDescriptor& program) {
    try {
      device.Run(program);
    } catch (const DescriptorError& error) {
      return error.what();
    }
    ADD_FAILURE() << "accepted";
    return "";
  }
  ProgramDescriptor Valid() {
    ProgramDescriptor program;
    program.kernels = {Reader("")};
    program.cbs = {Cb(0, 2)};
    return program;
  }
};

TEST_F(Descriptors, NoKernels) { EXPECT_EQ(Refusal({}), "the program has no kernels"); }

TEST_F(Descriptors, CoreOutsideTheGrid) {
  ProgramDescriptor program = Valid();
  program.kernels[0].core_ranges = {{{0, 0}, {8, 0}}};
  EXPECT_EQ(Refusal(program),
            "kernel 'reader.cpp': core (8, 0) is outside the 8x8 worker grid; cores go from (0, 0) "
            "to (7, 7)");
}

TEST_F(Descriptors, TwoKernelsOnOneProcessor) {
  ProgramDescriptor program = Valid();
  program.kernels.push_back(Reader("int other;"));
  EXPECT_EQ(
      Refusal(program),
      "kernel 'reader.cpp': core (0, 0) already runs kernel 'reader.cpp' on RISCV_1 (NCRISC); "
      "move one of them to the other processor or to other cores");
}

TEST_F(Descriptors, OneNocTwice) {
  ProgramDescriptor program = Valid();
  program.kernels.push_back(Writer(""));
  program.kernels[1].config = DataMovementConfigDescriptor{DataMovementProcessor::RISCV_0, 0};
  EXPECT_EQ(Refusal(program),
            "kernel 'writer.cpp': core (0, 0) already uses NoC 0 for kernel 'reader.cpp'; give the "
            "two data-movement kernels different NoCs");
}

TEST_F(Descriptors, MissingRuntimeArguments) {
  ProgramDescriptor program = Valid();
  program.kernels[0].core_ranges = Cores(2, 1);
  program.kernels[0].runtime_args[{0, 0}] = {1};
  EXPECT_EQ(Refusal(program),
            "kernel 'reader.cpp': no runtime_args for core (1, 0), but other cores have some; give "
            "every core of core_ranges its own list");
}

TEST_F(Descriptors, CircularBufferIndex) {
  ProgramDescriptor program = Valid();
  program.cbs = {Cb(32, 2)};
  EXPECT_EQ(Refusal(program), "circular buffer 32: wormhole_b0 has circular buffers 0 to 31");
}

TEST_F(Descriptors, CircularBufferTwice) {
  ProgramDescriptor program = Valid();
  program.cbs.push_back(Cb(0, 1));
  EXPECT_EQ(Refusal(program), "circular buffer 0: described twice for core (0, 0)");
}

TEST_F(Descriptors, CircularBufferSize) {
  ProgramDescriptor program = Valid();
  program.cbs[0].total_size = 3000;
  EXPECT_EQ(Refusal(program),
            "circular buffer 0: total_size 3000 is not a positive multiple of page_size 2048");
}

TEST_F(Descriptors, CircularBuffersOverL1) {
  ProgramDescriptor program = Valid();
  program.cbs = {Cb(0, 700)};
  EXPECT_EQ(Refusal(program),
            "circular buffers of core (0, 0) need 1433600 bytes or more of L1, 1395712 are usable; "
            "use fewer or smaller pages");
}

TEST_F(Descriptors, CircularBuffersOverATensor) {
  const uint32_t megabyte = 1 << 20;
  const Buffer tensor = device.AllocateInterleavedBuffer(64, megabyte, MemoryKind::kL1);
  ProgramDescriptor program = Valid();
  program.cbs = {Cb(0, 300)};
  EXPECT_EQ(
      Refusal(program),
      fmt::format("circular buffer 0 would end at L1 address {}, but L1 is free up to {}; use "
                  "fewer or smaller pages",
                  device.model().l1_usable_base + 300 * 2048, tensor.address));
  program.cbs = {Cb(0, 2)};
  program.cbs[0].buffer_address = 64;
  EXPECT_EQ(Refusal(program), "circular buffer 0: no tensor in L1 lies at address 0x40");
  // Its end is beyond 2^32.
  program.cbs[0] = {65534u << 16, Cores(1, 1), {{0, "Float16_b", 1 << 16}}};
  program.cbs[0].buffer_address = tensor.address;
  EXPECT_EQ(
      Refusal(program),
      fmt::format("circular buffer 0: {} bytes at {:#x} are more than the {} bytes the tensor "
                  "has on a core",
                  65534u << 16, tensor.address, megabyte));
  program.cbs[0] = {megabyte, Cores(1, 1), {{0, "Float16_b", 2048}}};
  program.cbs[0].buffer_address = tensor.address;
  EXPECT_NO_THROW(device.Run(program));
}

TEST_F(Descriptors, UnknownFormat) {
  ProgramDescriptor program = Valid();
  program.cbs[0].format_descriptors[0].data_format = "Float17";
  EXPECT_EQ(
      Refusal(program),
      "circular buffer 0: data format 'Float17' is unknown; use for example Float16_b, Float32 "
      "or Bfp8_b");
}

TEST_F(Descriptors, UnknownArchitectureAndGrid) {
  DeviceOptions options = Options();
  options.arch = "grayskull";
  EXPECT_THROW(Device{options}, DescriptorError);
  options.arch = "blackhole";
  options.grid_x = 14;
  EXPECT_THROW(Device{options}, DescriptorError);
}

TEST_F(Descriptors, BlackholeHas64CircularBuffers) {
  DeviceOptions options = Options();
  options.arch = "blackhole";
  Device blackhole(options);
  EXPECT_EQ(blackhole.grid_x(), 13u);
  ProgramDescriptor program = Valid();
  program.kernels = {Reader("cb_reserve_back(63, 1);", {{{12, 9}, {12, 9}}})};
  program.cbs = {Cb(63, 2, "Float16_b", {{{12, 9}, {12, 9}}})};
  EXPECT_NO_THROW(blackhole.Run(program));
}

TEST_F(Descriptors, JsonRoundTrip) {
  ProgramDescriptor program = Valid();
  ComputeConfigDescriptor config;
  config.math_fidelity = MathFidelity::HiFi2;
  config.unpack_to_dest_fp32 = {3};
  program.kernels.push_back(Compute("", config));
  program.kernels[0].runtime_args[{0, 0}] = {1, 2};
  program.kernels[0].named_compile_time_args = {{"n", 4}};
  program.kernels[0].defines = {{"A", "1"}};
  program.semaphores = {{1, Cores(2, 2), 9}};
  const nlohmann::json json = program;
  EXPECT_EQ(nlohmann::json(ProgramDescriptorFromJson(json.dump())), json);
  EXPECT_THROW(ProgramDescriptorFromJson("{\"kernels\": [{}]}"), DescriptorError);
}

}  // namespace
}  // namespace tt_simulator

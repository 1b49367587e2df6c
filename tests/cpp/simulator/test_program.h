#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "simulator/device.h"
#include "simulator/host_layout.h"

namespace tt_simulator {

/// A device whose kernel cache lies in the test's temporary folder, and helpers to run kernel
/// texts.
class SimulatorTest : public ::testing::Test {
 protected:
  static DeviceOptions Options() {
    DeviceOptions options;
    options.cache_dir = ::testing::TempDir() + "/tt_simulator_kernel_cache";
    return options;
  }
  static CoreRangeSet Cores(uint32_t x, uint32_t y) { return {{{0, 0}, {x - 1, y - 1}}}; }
  static CBDescriptor Cb(uint32_t id, uint32_t pages, const char* format = "Float16_b",
                         CoreRangeSet cores = Cores(1, 1)) {
    const uint32_t page = std::string(format) == "Float32" ? 4096 : 2048;
    return {pages * page, cores, {{id, format, page}}};
  }
  static KernelDescriptor Kernel(const std::string& text, CoreRangeSet cores = Cores(1, 1)) {
    KernelDescriptor kernel;
    kernel.kernel_source = text;
    kernel.source_type = SourceType::kSourceCode;
    kernel.core_ranges = std::move(cores);
    return kernel;
  }
  static KernelDescriptor Reader(const std::string& body, CoreRangeSet cores = Cores(1, 1)) {
    KernelDescriptor kernel = Kernel(DataflowText(body), std::move(cores));
    kernel.name = "reader.cpp";
    kernel.config = ReaderConfigDescriptor();
    return kernel;
  }
  static KernelDescriptor Writer(const std::string& body, CoreRangeSet cores = Cores(1, 1)) {
    KernelDescriptor kernel = Kernel(DataflowText(body), std::move(cores));
    kernel.name = "writer.cpp";
    kernel.config = WriterConfigDescriptor();
    return kernel;
  }
  static KernelDescriptor Compute(const std::string& body, ComputeConfigDescriptor config = {}) {
    KernelDescriptor kernel = Kernel(ComputeText(body));
    kernel.name = "compute.cpp";
    kernel.config = config;
    return kernel;
  }
  /// Line 1 of the result is the first line of `body`: includes stand on the line of the signature.
  static std::string DataflowText(const std::string& body) {
    return "#include \"api/dataflow/circular_buffer.h\"\n#include \"api/dataflow/noc.h\"\n"
           "#include \"api/semaphore.h\"\n#include \"api/tensor/noc_traits.h\"\n"
           "void kernel_main() {\n#line 1\n" +
           body + "\n}\n";
  }
  static std::string ComputeText(const std::string& body) {
    return "#include \"api/compute/matmul.h\"\n#include \"api/compute/eltwise_binary.h\"\n"
           "#include \"api/compute/eltwise_binary_sfpu.h\"\n"
           "#include \"api/compute/tile_move_copy.h\"\n#include \"api/compute/reduce.h\"\n"
           "#include \"api/compute/bcast.h\"\n#include \"api/compute/transpose.h\"\n"
           "#include \"api/compute/tilize.h\"\n#include \"api/compute/pack_untilize.h\"\n"
           "#include \"api/dataflow/circular_buffer.h\"\nvoid kernel_main() {\n#line 1\n" +
           body + "\n}\n";
  }

  /// Runs the program and returns the violation it must raise.
  SimulationErrorInfo Violation(const ProgramDescriptor& program) {
    try {
      device.Run(program);
    } catch (const SimulationError& error) {
      text = error.what();
      ExpectPlace(error.info);
      return error.info;
    }
    ADD_FAILURE() << "no violation";
    return {};
  }
  /// What every error says: who, where, when, what the machine would do and what to change.
  void ExpectPlace(const SimulationErrorInfo& info) {
    EXPECT_FALSE(info.risc.empty()) << text;
    EXPECT_FALSE(info.kernel.empty()) << text;
    EXPECT_GE(info.at_cycle, 0) << text;
    EXPECT_FALSE(info.message.empty() || info.machine.empty() || info.hint.empty()) << text;
    // What no call does is said to be after the last call, if there was one.
    const bool no_call = info.violation == "L1AccessOutOfRange" ||
                         info.violation == "EndlessLoop" || info.violation == "StackOverflow";
    const bool at_exit = info.violation.ends_with("AtExit");
    if (!no_call) {
      EXPECT_EQ(info.line == 0, at_exit) << text;
    }
    if (info.violation.starts_with("Cb")) {
      EXPECT_GE(info.cb_id, 0) << text;
    }
  }

  static std::vector<float> RandomMatrix(size_t elements, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_int_distribution<int> values(-2, 2);
    std::vector<float> result(elements);
    for (float& value : result) value = static_cast<float>(values(generator));
    return result;
  }
  Buffer Upload(const std::vector<float>& matrix, size_t rows, size_t cols,
                DataFormat format = DataFormat::Float16_b) {
    Buffer buffer = Allocate(rows, cols, format);
    device.WriteTiles(buffer, format, {HostType::kFloat32, 1, rows, cols}, matrix.data());
    return buffer;
  }
  Buffer Allocate(size_t rows, size_t cols, DataFormat format = DataFormat::Float16_b) {
    return device.AllocateInterleavedBuffer(rows * cols / kTileElements, TileBytes(format),
                                            MemoryKind::kDram);
  }
  std::vector<float> Download(const Buffer& buffer, size_t rows, size_t cols,
                              DataFormat format = DataFormat::Float16_b) {
    std::vector<float> result(rows * cols);
    device.ReadTiles(buffer, format, {HostType::kFloat32, 1, rows, cols}, result.data());
    return result;
  }
  static void Append(std::vector<uint32_t>& to, const std::vector<uint32_t>& words) {
    to.insert(to.end(), words.begin(), words.end());
  }

  Device device{Options()};
  std::string text;  ///< Full message of the last violation.
};

}  // namespace tt_simulator

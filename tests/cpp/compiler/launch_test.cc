// Launch of compiled programs on the simulated device, from plan and texts alone.
#include "runtime/launch.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>
#include <thread>

#include "codegen/emit_program.h"
#include "fixtures.h"

namespace tt_runtime {
namespace {

CompiledProgram Compiled(const std::string& kernel) {
  tvm::tt::Program program = tvm::tt::EmitProgram(tvm::tt::Lowered(kernel));
  return {program.plan, program.sources};
}

uint16_t ToBfloat16(float value) { return std::bit_cast<uint32_t>(value) >> 16; }

/*! Small whole numbers: exact in bfloat16, and so are their products and sums in float32. */
std::vector<float> WholeNumbers(size_t count, int seed) {
  std::mt19937 generator(seed);
  std::uniform_int_distribution<int> distribution(-4, 4);
  std::vector<float> values(count);
  for (float& value : values) value = distribution(generator);
  return values;
}

std::vector<uint16_t> ToBfloat16(const std::vector<float>& values) {
  std::vector<uint16_t> result;
  for (float value : values) result.push_back(ToBfloat16(value));
  return result;
}

class GemmLaunch : public ::testing::Test {
 protected:
  static constexpr int kM = 128, kN = 96, kK = 96;

  tt_simulator::RunReport Run(const CompiledProgram& program) {
    return Launch(program, {{a_bits.data()}, {b_bits.data()}, {c.data()}});
  }

  std::vector<float> a = WholeNumbers(kM * kK, 1), b = WholeNumbers(kK * kN, 2);
  std::vector<uint16_t> a_bits = ToBfloat16(a), b_bits = ToBfloat16(b);
  std::vector<float> c = std::vector<float>(kM * kN, 17.0f);
};

TEST_F(GemmLaunch, ComputesTheProduct) {
  tt_simulator::RunReport report = Run(Compiled("gemm"));
  for (int m = 0; m < kM; ++m) {
    for (int n = 0; n < kN; ++n) {
      float expected = 0;
      for (int k = 0; k < kK; ++k) expected += a[m * kK + k] * b[k * kN + n];
      ASSERT_EQ(c[m * kN + n], expected) << m << ", " << n;
    }
  }
  EXPECT_EQ(report.counters.tile_matmuls, 4 * 3 * 3);
  EXPECT_EQ(report.counters.noc_write_bytes, kM * kN * sizeof(float));
}

TEST_F(GemmLaunch, InputsAreLeftAlone) {
  const auto a_before = a_bits, b_before = b_bits;
  Run(Compiled("gemm"));
  EXPECT_EQ(a_bits, a_before);
  EXPECT_EQ(b_bits, b_before);
}

TEST_F(GemmLaunch, OutputsAreWrittenOnlyAfterSuccess) {
  CompiledProgram program = Compiled("gemm");
  std::string& writer = program.sources.at("writer.cpp");
  const size_t pop = writer.find(".pop_front(");
  ASSERT_NE(pop, std::string::npos);
  writer.replace(pop, std::string(".pop_front(").size(), ".wait_front(");
  EXPECT_THROW(Run(program), tt_simulator::SimulationError);
  EXPECT_EQ(c, std::vector<float>(kM * kN, 17.0f));
}

TEST_F(GemmLaunch, TextThatDoesNotCompileNamesItsFile) {
  CompiledProgram program = Compiled("gemm");
  program.sources.at("compute.cpp") += "\nthis is no C++\n";
  try {
    Run(program);
    FAIL() << "nothing was thrown";
  } catch (const tt_simulator::KernelCompileError& error) {
    EXPECT_EQ(error.kernel, "compute.cpp");
  }
}

TEST_F(GemmLaunch, LaunchesDoNotSeeEachOther) {
  const CompiledProgram good = Compiled("gemm");
  CompiledProgram without_data = good;
  std::string& reader = without_data.sources.at("reader.cpp");
  const size_t read = reader.find("noc.async_read(");
  ASSERT_NE(read, std::string::npos);
  reader.insert(read, "if (false) ");
  const tt_simulator::RunReport first = Run(good);
  const std::vector<float> expected = c;
  for (int i = 0; i < 2; ++i) {
    // L1 of the launch before has what this one does not read.
    try {
      Run(without_data);
      FAIL() << "nothing was thrown";
    } catch (const tt_simulator::SimulationError& error) {
      EXPECT_EQ(error.info.violation, "UninitialisedL1Read");
    }
    c.assign(c.size(), 17.0f);
    const tt_simulator::RunReport again = Run(good);
    EXPECT_EQ(c, expected);
    EXPECT_EQ(again.time.cycles, first.time.cycles);
    EXPECT_EQ(again.counters.fiber_switches, first.counters.fiber_switches);
  }
}

TEST_F(GemmLaunch, ThreadsLaunchAtTheSameTime) {
  const CompiledProgram program = Compiled("gemm");
  Run(program);
  std::vector<std::vector<float>> results(2, std::vector<float>(c.size(), 17.0f));
  std::vector<std::thread> threads;
  for (std::vector<float>& result : results) {
    threads.emplace_back([&, this] {
      for (int i = 0; i < 3; ++i) {
        Launch(program, {{a_bits.data()}, {b_bits.data()}, {result.data()}});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<float>& result : results) EXPECT_EQ(result, c);
}

TEST(DescribeProgram, FillsAddressesIntoTheRuntimeArguments) {
  const CompiledProgram program = Compiled("gemm");
  const auto descriptor = DescribeProgram(program, {{"A", 1024}, {"B", 2048}, {"C", 4096}});
  ASSERT_EQ(descriptor.kernels.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    const tt_plan::Kernel& kernel = program.plan.kernels[i];
    EXPECT_EQ(descriptor.kernels[i].name, kernel.file);
    for (const auto& [core, values] : descriptor.kernels[i].runtime_args) {
      for (size_t arg = 0; arg < values.size(); ++arg) {
        const std::string& tensor = kernel.runtime_args[arg].tensor;
        if (tensor == "A") EXPECT_EQ(values[arg], 1024u);
        if (tensor == "B") EXPECT_EQ(values[arg], 2048u);
        if (tensor == "C") EXPECT_EQ(values[arg], 4096u);
      }
    }
  }
  EXPECT_EQ(descriptor.cbs.size(), program.plan.circular_buffers.size());
}

TEST(ElementwiseLaunch, IsExactInFloat32) {
  const CompiledProgram program = Compiled("elementwise");
  std::mt19937 generator(3);
  std::normal_distribution<float> normal;
  std::vector<float> a(64 * 128), b(a.size()), c(a.size());
  for (size_t i = 0; i < a.size(); ++i) a[i] = normal(generator), b[i] = normal(generator);
  Launch(program, {{a.data()}, {b.data()}, {c.data()}});
  for (size_t i = 0; i < a.size(); ++i) ASSERT_EQ(c[i], a[i] * 2.0f - b[i]) << i;
}

TEST(ElementwiseLaunch, FastNumericsComputeTheSameHere) {
  const CompiledProgram program = Compiled("elementwise");
  std::vector<float> a = WholeNumbers(64 * 128, 4), b = WholeNumbers(a.size(), 5), c(a.size());
  Launch(program, {{a.data()}, {b.data()}, {c.data()}}, {tt_simulator::Numerics::Fast});
  for (size_t i = 0; i < a.size(); ++i) ASSERT_EQ(c[i], a[i] * 2.0f - b[i]) << i;
}

}  // namespace
}  // namespace tt_runtime

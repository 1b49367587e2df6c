// Descriptors and sequences of kernel calls that make no sense, from fixed seeds: the simulator
// answers with one of its errors or a finished run, never with a crash (nor, where this is built with
// a sanitizer, with a report of it).
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "test_program.h"

namespace tt_simulator {
namespace {

using Json = nlohmann::json;

constexpr int kDescriptors = 400;
constexpr int kCallSequences = 1500;
constexpr uint32_t kCalls = 30;  ///< per kernel and sequence

class Fuzz : public SimulatorTest {
 protected:
  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(generator() % limit); }

  /// What became of a program: the name of its error, or nothing.
  static std::string Outcome(Device& device, const std::function<ProgramDescriptor()>& program) {
    try {
      device.Run(program());
      return "";
    } catch (const SimulationError& error) {
      return error.info.violation;
    } catch (const DescriptorError&) {
      return "DescriptorError";
    } catch (const KernelCompileError&) {
      return "KernelCompileError";
    }
  }

  std::mt19937 generator{2026};
  std::map<std::string, int> outcomes;
};

// ---- descriptors ----

/// Every member of a JSON value, at any depth.
void Members(Json& value, std::vector<Json*>& members) {
  if (!value.is_structured()) return;
  for (Json& child : value) {
    members.push_back(&child);
    Members(child, members);
  }
}

const std::vector<Json>& OddValues() {
  static const std::vector<Json> values = {nullptr,
                                           true,
                                           0,
                                           1,
                                           3,
                                           31,
                                           32,
                                           64,
                                           2047,
                                           2048,
                                           65535,
                                           1 << 20,
                                           1u << 31,
                                           0xffffffffu,
                                           int64_t{1} << 32,
                                           -1,
                                           1.5,
                                           "",
                                           "Bfp8_b",
                                           "nonsense",
                                           "reader",
                                           "compute",
                                           Json::array(),
                                           Json::object(),
                                           Json::parse("[[0, 0]]"),
                                           Json::parse("[[[0, 0], [9, 9]]]"),
                                           Json::parse("[[[1, 1], [0, 0]]]")};
  return values;
}

TEST_F(Fuzz, Descriptors) {
  ProgramDescriptor base;
  base.kernels = {Reader("cb_reserve_back(0, 1);\ncb_push_back(0, 1);"),
                  Writer("cb_wait_front(0, 1);\ncb_pop_front(0, 1);")};
  base.kernels[0].runtime_args[{0, 0}] = {1, 2};
  base.cbs = {Cb(0, 2), Cb(1, 2)};
  base.cbs[1].buffer_address = device.AllocateInterleavedBuffer(64, 4096, MemoryKind::kL1).address;
  base.semaphores = {{0, Cores(1, 1), 0}};
  for (int i = 0; i < kDescriptors; ++i) {
    Json json = base;
    for (uint32_t changes = 1 + Below(3); changes > 0; --changes) {
      std::vector<Json*> members;
      Members(json, members);
      Json& member = *members[Below(static_cast<uint32_t>(members.size()))];
      // Texts and what changes them are not this test's: each would be compiled.
      if (member.is_string() && member.get<std::string>().size() > 40) continue;
      member = OddValues()[Below(static_cast<uint32_t>(OddValues().size()))];
    }
    const std::string text = json.dump();
    ++outcomes[Outcome(device, [&] { return ProgramDescriptorFromJson(text); })];
  }
  EXPECT_GT(outcomes["DescriptorError"], kDescriptors / 4);
  EXPECT_GT(outcomes[""], 0);
}

// ---- kernel calls ----

// The kernels read what to call from their run-time arguments, so they are compiled once.
constexpr const char* kMovement = R"(
  const uint64_t bank = get_arg_val<uint32_t>(0);
  for (uint32_t i = 0; i < get_arg_val<uint32_t>(1); ++i) {
    const uint32_t a = get_arg_val<uint32_t>(3 * i + 3), b = get_arg_val<uint32_t>(3 * i + 4);
    switch (get_arg_val<uint32_t>(3 * i + 2)) {
      case 0: cb_reserve_back(a, b); break;
      case 1: cb_push_back(a, b); break;
      case 2: cb_wait_front(a, b); break;
      case 3: cb_pop_front(a, b); break;
      case 4: noc_async_read(bank + 32 * b, get_write_ptr(a), 1024 * b); break;
      case 5: noc_async_write(get_read_ptr(a), bank + 32 * b, 1024 * b); break;
      case 6: noc_async_read_barrier(); break;
      case 7: noc_async_write_barrier(); break;
      case 8: noc_async_writes_flushed(); break;
      case 9: noc_async_read(get_noc_addr(a, b, a * 65536), get_write_ptr(b), 32 << a); break;
      case 10: noc_async_write(get_write_ptr(a), get_noc_addr(a, b, b * 262144), 16 << b); break;
      case 11: noc_semaphore_inc(get_noc_addr(1, 1, get_semaphore(a)), b); break;
      case 12: noc_semaphore_set((volatile uint32_t*)(uintptr_t)get_semaphore(a), b); break;
      case 13: noc_semaphore_wait((volatile uint32_t*)(uintptr_t)get_semaphore(a), b); break;
      case 14: *(volatile uint32_t*)(uintptr_t)(get_write_ptr(a) + 4 * b) = b; break;
      case 15: (void)*(volatile uint32_t*)(uintptr_t)(get_read_ptr(a) + 4096 * b); break;
      case 16: get_local_cb_interface(a).fifo_wr_ptr += 64 * b; break;
      case 17: get_local_cb_interface(a).fifo_rd_ptr -= 64 * b; break;
      case 18: noc_async_write_multicast(get_read_ptr(a), get_noc_multicast_addr(1, 1, a, b, 65536),
                                         32 * b, a); break;
      default: (void)get_arg_val<uint32_t>(100 * a + b);
    }
  }
)";
constexpr const char* kCompute = R"(
  compute_kernel_hw_startup(0, 1, 2);
  for (uint32_t i = 0; i < get_arg_val<uint32_t>(1); ++i) {
    const uint32_t a = get_arg_val<uint32_t>(3 * i + 3), b = get_arg_val<uint32_t>(3 * i + 4);
    switch (get_arg_val<uint32_t>(3 * i + 2)) {
      case 0: cb_reserve_back(a, b); break;
      case 1: cb_push_back(a, b); break;
      case 2: cb_wait_front(a, b); break;
      case 3: cb_pop_front(a, b); break;
      case 4: tile_regs_acquire(); break;
      case 5: tile_regs_commit(); break;
      case 6: tile_regs_wait(); break;
      case 7: tile_regs_release(); break;
      case 8: copy_init(a); break;
      case 9: copy_tile(a, b, b); break;
      case 10: matmul_init(a, b); break;
      case 11: matmul_tiles(a, b, a, b, b); break;
      case 12: matmul_block_init(a, b, 0, a, b, a); break;
      case 13: matmul_block(a, b, a, b, 0, 0, a, b, a); break;
      case 14: add_init(a, b); break;
      case 15: add_tiles(a, b, a, b, b); break;
      case 16: pack_tile(a, b); break;
      case 17: pack_tile<true>(a, b, a); break;
      case 18: reconfig_data_format(a, b); break;
      case 19: pack_reconfig_data_format(a); break;
      case 20: reduce_init<PoolType::SUM, ReduceDim::REDUCE_ROW>(a, b, 2); break;
      case 21: reduce_tile<PoolType::SUM, ReduceDim::REDUCE_ROW>(a, b, a, b, b); break;
      case 22: transpose_init(a); break;
      case 23: transpose_tile(a, b, b); break;
      case 24: add_binary_tile_init(); break;
      case 25: add_binary_tile(a, b, a); break;
      case 26: pack_reconfig_l1_acc(a & 1); break;
      default: mailbox_write(a & 3, b);
    }
  }
)";

/// Arguments of one kernel: mostly small numbers, at times a huge one.
std::vector<uint32_t> Calls(std::mt19937& generator, uint32_t first, uint32_t kinds) {
  std::vector<uint32_t> words = {first, kCalls};
  auto operand = [&generator] {
    return generator() % 16 == 0 ? static_cast<uint32_t>(generator()) : generator() % 4;
  };
  for (uint32_t i = 0; i < kCalls; ++i) {
    words.push_back(generator() % (kinds + 1));
    words.push_back(operand());
    words.push_back(operand());
  }
  return words;
}

std::vector<std::string> RandomRules(std::mt19937& generator) {
  static const std::vector<std::string> names = {
#define TT_VIOLATION(name, machine, message, hint) #name,
#include "simulator/violations.def"
#undef TT_VIOLATION
  };
  std::vector<std::string> result;
  for (const std::string& name : names) {
    if (name == "InternalError" || name == "Deadlock" || name == "Livelock") continue;
    if (generator() % 4 != 0) result.push_back(name);
  }
  return result;
}

TEST_F(Fuzz, KernelCalls) {
  DeviceOptions options = Options();
  options.grid_x = options.grid_y = 2;
  for (int round = 0; round < kCallSequences / 100; ++round) {
    // Without a rule, a run goes on to what the rule keeps it from.
    options.ignored_violations.clear();
    if (round > 0) options.ignored_violations = RandomRules(generator);
    Device fuzzed(options);
    const Buffer buffer = fuzzed.AllocateInterleavedBuffer(4, 2048, MemoryKind::kDram);
    for (int i = 0; i < 100; ++i) {
      ProgramDescriptor program;
      program.kernels = {Reader(kMovement, Cores(2, 1)), Writer(kMovement), Compute(kCompute)};
      program.cbs = {Cb(0, 4), Cb(1, 4, "Float32"), Cb(2, 4)};
      program.semaphores = {{0, Cores(2, 1), 0}, {1, Cores(1, 1), 1}};
      for (KernelDescriptor& kernel : program.kernels) {
        const uint32_t kinds = kernel.IsCompute() ? 27 : 19;
        for (CoreCoord core : CoresOf(kernel.core_ranges)) {
          kernel.runtime_args[core] = Calls(generator, buffer.address, kinds);
        }
      }
      ++outcomes[Outcome(fuzzed, [&] { return program; })];
    }
    // Where a switched-off rule would let a call run off the end of something, this is the answer.
    if (round == 0) {
      EXPECT_EQ(outcomes["InternalError"], 0);
    }
  }
  // Enough different ends to say that the calls reach the rules.
  EXPECT_GE(outcomes.size(), 15u);
  EXPECT_EQ(outcomes["KernelCompileError"], 0);
  EXPECT_EQ(outcomes["DescriptorError"], 0);
}

}  // namespace
}  // namespace tt_simulator

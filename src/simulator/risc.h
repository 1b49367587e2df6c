#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "circular_buffer.h"
#include "errors.h"
#include "noc_queue.h"
#include "simulator/kernel_api/simulator_abi/table.h"

namespace tt_simulator {

using tt_simulator_abi::Site;

struct Core;
struct ComputeEngine;
struct Risc;
class Simulation;

/// A compiled kernel text in memory.
struct LoadedKernel {
  std::string name;
  void (*entry)() = nullptr;
  uintptr_t* stack_limit = nullptr;  ///< Where the kernel looks up how far its stack may grow.
  double compile_ms = 0;             ///< 0 if it came from the cache.
  std::string image;                 ///< The file that it was loaded from, or a copy of that file.
  uintptr_t base = 0;                ///< Where that is in memory.
  /// The line of the kernel's own text that calls from `return_address`; 0 if that cannot be found.
  uint32_t LineOf(uintptr_t return_address) const;
  /// Writable sections. Each RISC has its own copy on the machine, so they are swapped when another
  /// fiber of the same kernel runs.
  std::vector<std::pair<uint8_t*, size_t>> globals;
  std::vector<uint8_t> initial_globals;
  mutable Risc* resident = nullptr;  ///< Whose copy is in place.
};

enum class FiberState : uint8_t { kReady, kBlocked, kFinished };

/// What a blocked RISC waits for; plain data because a blocked fiber may never be unwound.
struct WaitState {
  const char* call = "";
  Site site = {"", 0};
  int cb_id = -1;
  uint32_t count = 0;          ///< Pages or semaphore value wanted.
  uint32_t have = 0;           ///< What was there at the last look.
  uint32_t semaphore = 0;      ///< L1 offset of the word, for semaphore waits.
  uint8_t waits_on = kNoRisc;  ///< RISC of the same core that could help, if known.
};

/// One RISC of one core: a fiber, its kernel and its own copies of pointers and queues.
struct Risc {
  Simulation* simulation = nullptr;
  Core* core = nullptr;
  ComputeEngine* engine = nullptr;  ///< TRISCs only.
  tt_simulator_abi::Role role = tt_simulator_abi::kBrisc;
  const LoadedKernel* kernel = nullptr;
  uint32_t noc = 0;
  uint32_t num_args = 0;
  uint32_t num_common_args = 0;

  FiberState state = FiberState::kReady;
  bool queued = false;
  void* context = nullptr;  ///< Saved stack pointer while not running.
  void* stack = nullptr;
  void* fiber = nullptr;         ///< As ThreadSanitizer knows it.
  std::vector<uint8_t> globals;  ///< This RISC's copy of the kernel's globals while not in place.
  WaitState wait;
  bool (*ready)(void* condition) = nullptr;  ///< While blocked: whether the wait is over.
  void* condition = nullptr;
  Site site = {"", 0};  ///< Last API call.
  /// Return address of a call that has no place in the text, e.g. a load; 0 if `site` says where.
  uintptr_t instruction = 0;
  NocQueue queue[2];  ///< Outstanding transactions on NoC 0 and NoC 1.
  uint32_t raw_accesses = 0;
  uint32_t fuel_rounds = 0;
  uint32_t thread = 0;  ///< Number for the replay.
  uint32_t spent = 0;   ///< RISC cycles since the last event.
};

/// "BRISC", "NCRISC", "TRISC0 (unpack)", "TRISC1 (math)" or "TRISC2 (pack)".
const char* RiscName(uint32_t role);

}  // namespace tt_simulator

#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "descriptors.h"

namespace tt_simulator {

/// A program descriptor that no device would accept; the text says what to change.
class DescriptorError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A kernel text that does not compile, or no compiler to compile it with.
class KernelCompileError : public std::runtime_error {
 public:
  KernelCompileError(std::string kernel, const std::string& text)
      : std::runtime_error(text), kernel(std::move(kernel)) {}
  std::string kernel;  ///< Name of the kernel file; empty if no compiler was found.
};

/// Where a violation happened and what it was.
struct SimulationErrorInfo {
  std::string violation;  ///< Row name in violations.def.
  CoreCoord core;         ///< Logical core.
  std::string risc;       ///< "BRISC", "NCRISC", "TRISC0 (unpack)", ...
  std::string kernel;     ///< Kernel name, e.g. "reader.cpp".
  std::string file;       ///< File of the call; the kernel's name unless it is in a helper header.
  uint32_t line = 0;
  int cb_id = -1;         ///< Circular buffer concerned, -1 if none.
  int64_t at_cycle = -1;  ///< Simulated time; -1 if the run is not timed.
  std::string message;    ///< What the kernel did.
  std::string machine;    ///< What the machine would do.
  std::string hint;       ///< What to change.
};

/// A kernel broke a rule of the machine; the device can run other programs afterwards.
class SimulationError : public std::runtime_error {
 public:
  explicit SimulationError(SimulationErrorInfo info);
  SimulationErrorInfo info;

 protected:
  SimulationError(SimulationErrorInfo info, const std::string& text)
      : std::runtime_error(text), info(std::move(info)) {}
};

/// One RISC that can never continue.
struct WaitRecord {
  CoreCoord core;
  std::string risc;
  std::string kernel;
  std::string file;
  uint32_t line = 0;
  std::string call;  ///< e.g. "cb_wait_front(cb 1, 4)".
  int cb_id = -1;
  int64_t since_cycle = -1;  ///< Simulated time since which it waits; -1 if the run is not timed.
  std::string waits_for;     ///< What is missing, e.g. "2 of 4 pages are there".
  std::string waits_on;      ///< Who could provide it, e.g. "NCRISC (reader.cpp)"; may be empty.
};

/// No RISC can move. `waits` lists every unfinished RISC, `cycle` the wait-for cycle if one exists.
class DeadlockError : public SimulationError {
 public:
  DeadlockError(SimulationErrorInfo info, std::vector<WaitRecord> waits, std::string cycle);
  std::vector<WaitRecord> waits;
  std::string cycle;
};

}  // namespace tt_simulator

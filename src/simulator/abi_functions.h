#pragma once

#include <exception>
#include <stdexcept>

#include "simulation.h"
#include "simulator/kernel_api/simulator_abi/table.h"

namespace tt_simulator {

/// The table handed to every kernel; constant, shared by all devices.
const tt_simulator_abi::Table& AbiTable();

/// Adapts `R f(Risc&, args...)` to the plain function the ABI wants: finds the calling RISC, notes
/// the call site, and turns exceptions into the end of the run. No exception crosses kernel code.
template <auto Function>
struct AbiEntry;

template <typename R, typename... Args, R (*Function)(Risc&, Args...)>
struct AbiEntry<Function> {
  static R Call(Args... args) {
    Risc& risc = Simulation::Current();
    risc.instruction = 0;
    (NoteSite(risc, args), ...);
    std::exception_ptr failure;
    try {
      return Function(risc, args...);
    } catch (const SimulationError&) {
      failure = std::current_exception();
    } catch (const std::exception& error) {
      failure = Internal(risc, error);
    }
    risc.simulation->Fail(risc, std::move(failure));
  }

 private:
  static void NoteSite(Risc& risc, const Site& site) {
    if (site.line) risc.site = site;
  }
  static void NoteSite(Risc& risc, tt_simulator_abi::Instruction at) {
    risc.instruction = at.address;
  }
  template <typename T>
  static void NoteSite(Risc&, const T&) {}
  static std::exception_ptr Internal(Risc& risc, const std::exception& error) {
    try {
      if (dynamic_cast<const std::invalid_argument*>(&error)) {
        risc.simulation->Raise(risc, Violation::kUnsupportedOperation, -1,
                               fmt::arg("call", "the operation"), fmt::arg("detail", error.what()));
      }
      risc.simulation->Raise(risc, Violation::kInternalError, -1, fmt::arg("detail", error.what()));
    } catch (...) {
      return std::current_exception();
    }
    return std::make_exception_ptr(std::runtime_error(error.what()));
  }
};

}  // namespace tt_simulator

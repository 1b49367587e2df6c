/*! Launch of a compiled program on the simulated device, from its plan and texts alone. */
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ir/program_plan.h"
#include "simulator/device.h"

namespace tt_runtime {

using CompiledProgram = tt_plan::Program;

/*! One host tensor of a launch: dense, row-major, in host memory; written only if it is an output. */
struct HostTensor {
  void* data;
};

/*! Options of a launch that are not part of the program. */
struct LaunchOptions {
  tt_simulator::Numerics numerics = tt_simulator::Numerics::Exact;
  tt_simulator::Timing timing = tt_simulator::Timing::kOn;
  uint64_t seed = 0; /*!< of the order of ready RISCs; 0 lets them take turns */
};

/*! The simulator's description of the program; addresses of tensors fill the runtime arguments. */
tt_simulator::ProgramDescriptor DescribeProgram(const CompiledProgram& program,
                                                const std::map<std::string, uint32_t>& addresses);

/*!
 * Runs a program once. `tensors` are in the order of the plan. Outputs are written only after the whole
 * program ended without an error. Throws the simulator's errors.
 */
tt_simulator::RunReport Launch(const CompiledProgram& program,
                               const std::vector<HostTensor>& tensors,
                               const LaunchOptions& options = {});

}  // namespace tt_runtime

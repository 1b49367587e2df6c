/*! Emission: a module of the final level becomes the program plan and its source texts. */
#pragma once

#include <tvm/ir/module.h>

#include <map>
#include <string>
#include <vector>

#include "ir/program_plan.h"

namespace tvm::tt {

/*! A compiled program: the plan and the texts by file name (reader.cpp, compute.cpp, writer.cpp, main.cpp). */
struct Program {
  tt_plan::ProgramPlan plan;
  std::map<std::string, std::string> sources;
};

/*! Emits the one kernel of a module; throws if the module is not at the final level. */
Program EmitProgram(const IRModule& module);

}  // namespace tvm::tt

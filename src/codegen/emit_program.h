/*! Emission: a module of the final level becomes the program plan and its source texts. */
#pragma once

#include <tvm/ir/module.h>

#include <string>

#include "ir/program_plan.h"
#include "ir/sizes.h"

namespace tvm::tt {

using tt_plan::Program;

/*! The texts of the kernels, one behind the other. */
std::string TextsOf(const Program& program);

/*!
 * Emits the one kernel of a module; throws if the module is not at the final level. Of a kernel with symbolic sizes
 * the texts of the kernels serve all of them; plan and main.cpp are those of a launch with `sizes`.
 */
Program EmitProgram(const IRModule& module, const Sizes& sizes = {});
/*! The plan alone, which is all that another launch with other sizes needs. */
tt_plan::ProgramPlan EmitPlan(const IRModule& module, const Sizes& sizes);

}  // namespace tvm::tt

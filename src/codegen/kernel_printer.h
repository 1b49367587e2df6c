/*!
 * Prints one kernel function of the final level as TT-Metalium C++.
 *
 * The printer decides nothing: statements are printed as they stand, intrinsics by the spelling of
 * their row, declarations from the attributes.
 */
#pragma once

#include <tvm/tirx/function.h>

#include <string>

#include "ir/program_plan.h"

namespace tvm::tt {

/*! The text of the kernel `func`, whose launch is described by `plan` and `kernel`. */
std::string PrintKernel(const tirx::PrimFunc& func, const tt_plan::ProgramPlan& plan,
                        const tt_plan::Kernel& kernel);

}  // namespace tvm::tt

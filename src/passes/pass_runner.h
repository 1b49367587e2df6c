/*! How a pass is wrapped: order check before, stamp of the pass after. */
#pragma once

#include <tvm/tirx/function.h>

#include <functional>

#include "passes/passes.h"

namespace tvm::tt {

/*! A pass that rewrites every function of the module, one by one. */
tvm::transform::Pass FunctionPass(const char* name,
                                  std::function<tirx::PrimFunc(tirx::PrimFunc)> rewrite);
/*! A pass that rewrites the module as a whole. */
tvm::transform::Pass ModulePass(const char* name, std::function<IRModule(IRModule)> rewrite);

}  // namespace tvm::tt

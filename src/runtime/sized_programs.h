/*!
 * Kernels with symbolic sizes or scalar parameters: one module that serves all values it is launched with. Where the
 * kernel allows it, one program takes the sizes as arguments; otherwise each set of sizes gets a program, as each set
 * of scalars always does.
 */
#pragma once

#include <tvm/ffi/extra/module.h>
#include <tvm/ir/module.h>

#include <functional>

#include "codegen/emit_program.h"

namespace tvm::tt {

/*! Whether a tensor of the kernel has a symbolic extent, or a parameter is a scalar. */
bool IsSized(const IRModule& module);

/*! How modules of programs are made. */
struct ModuleBuilder {
  /*! Of a kernel with constants only, not lowered yet. */
  std::function<ffi::Module(const IRModule&)> lower;
  /*! Of an emitted program. */
  std::function<ffi::Module(Program)> load;
};

/*!
 * The runtime module of such a kernel, not lowered yet but bound to its target. What it makes takes the tensors
 * alone.
 */
ffi::Module MakeSizedPrograms(const IRModule& module, ModuleBuilder build);

}  // namespace tvm::tt

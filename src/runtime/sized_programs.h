/*! Kernels with symbolic sizes: one module that makes a program for each set of sizes it is launched with. */
#pragma once

#include <tvm/ffi/extra/module.h>
#include <tvm/ir/module.h>

#include <functional>

namespace tvm::tt {

/*! Whether a tensor of the kernel has a symbolic extent. */
bool HasSymbolicShape(const IRModule& module);

/*!
 * The runtime module of a kernel with symbolic sizes, not lowered yet but bound to its target. `build`
 * makes the module of one with constant sizes.
 */
ffi::Module MakeSizedPrograms(const IRModule& module,
                              std::function<ffi::Module(const IRModule&)> build);

}  // namespace tvm::tt

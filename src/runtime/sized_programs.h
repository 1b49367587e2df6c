/*!
 * Kernels with symbolic sizes or scalar parameters: one module that makes a program for each set of values it
 * is launched with.
 */
#pragma once

#include <tvm/ffi/extra/module.h>
#include <tvm/ir/module.h>

#include <functional>

namespace tvm::tt {

/*! Whether a tensor of the kernel has a symbolic extent, or a parameter is a scalar. */
bool IsSized(const IRModule& module);

/*!
 * The runtime module of such a kernel, not lowered yet but bound to its target. `build` makes the module of
 * one with constants in their place, which takes the tensors alone.
 */
ffi::Module MakeSizedPrograms(const IRModule& module,
                              std::function<ffi::Module(const IRModule&)> build);

}  // namespace tvm::tt

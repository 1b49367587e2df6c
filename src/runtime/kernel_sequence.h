/*! Functions of several kernels: one module that launches their programs in order. */
#pragma once

#include <tvm/ffi/extra/module.h>
#include <tvm/ir/module.h>

#include <functional>

namespace tvm::tt {

/*! The runtime module of a function of several kernels; `build` makes that of one kernel, not lowered yet. */
ffi::Module MakeKernelSequence(const IRModule& module,
                               std::function<ffi::Module(const IRModule&)> build);

}  // namespace tvm::tt

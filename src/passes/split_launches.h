/*! Functions of several kernels. */
#pragma once

#include <tvm/ir/module.h>
#include <tvm/tirx/function.h>

#include <vector>

namespace tvm::tt {

/*! One T.Kernel of a function, as a function of its own. */
struct KernelLaunch {
  tirx::PrimFunc func;
  /*! Where its tensors come from: parameters of the whole function, then its workspaces. */
  std::vector<size_t> tensors;
};

/*! What a function of several kernels does: the kernels in order, and tensors that live between them. */
struct LaunchSequence {
  std::vector<KernelLaunch> launches;
  std::vector<tirx::Buffer> workspaces; /*!< T.alloc_global */
};

/*! Whether the function has several kernels, or a workspace. */
bool IsLaunchSequence(const tirx::PrimFunc& func);
/*!
 * Takes a function apart. Throws a user error if a kernel stands in a loop or branch, or if a workspace has
 * no constant shape.
 */
LaunchSequence SplitLaunches(const tirx::PrimFunc& func);

/*! The function of a module with one. */
tirx::PrimFunc KernelOf(const IRModule& module);

}  // namespace tvm::tt

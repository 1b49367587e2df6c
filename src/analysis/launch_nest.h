/*! The launch nest of T.Kernel: its block axes, and what the kernel below writes. */
#pragma once

#include <tvm/tirx/function.h>
#include <tvm/tirx/stmt.h>

#include <optional>
#include <vector>

namespace tvm::tt {

/*! Position of a launch axis (blockIdx.x is 0), or -1 if the loop is none. */
int AxisOf(const tirx::ForNode* loop);
/*! A binding of `var` to the launch axis at a position, otherwise as another one. */
tirx::IterVar OnAxis(const tirx::IterVar& binding, const tirx::Var& var, size_t axis);

/*! One block axis: loop variable and extent, which is a constant or made of sizes. */
struct LaunchAxis {
  tirx::Var var;
  PrimExpr extent;
  ffi::Array<ffi::String> sums; /*!< tensors that the cores along it add to one after another */
};

/*! The axes with blockIdx.x first, and the statement under the nest. */
struct LaunchNest {
  std::vector<LaunchAxis> axes;
  tirx::Stmt body;
  Span span;
  /*! Product of the extents: work items of the kernel. */
  PrimExpr NumWorkItems() const;
};

/*! How many kernels a body launches. */
size_t CountLaunches(const tirx::Stmt& body);

/*!
 * Finds the launch nest; throws a user error if the function has none, several, or one whose
 * extents are neither positive constants nor made of sizes.
 */
LaunchNest FindLaunchNest(const tirx::PrimFunc& func);

/*! A block of a tensor that the kernel writes. */
struct TensorWrite {
  tirx::Buffer tensor;
  ffi::Array<Range> region;
};
/*! The first tensor write in program order, if there is one. */
std::optional<TensorWrite> FirstTensorWrite(const tirx::Stmt& body);

}  // namespace tvm::tt

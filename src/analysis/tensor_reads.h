/*! What a kernel reads from tensors, and which axes of T.Kernel each read depends on. */
#pragma once

#include <tvm/tirx/stmt.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "ir/attrs.h"

namespace tvm::tt {

/*! Axes of T.Kernel as bits: bit i is axis i. */
using AxisSet = uint32_t;
constexpr AxisSet kAllAxes = ~AxisSet{0};
/*! The variables that are block indices, with the axis of each. */
using BlockIndices = std::unordered_map<const tirx::VarNode*, AxisSet>;

/*! A copy of a block from a tensor, before or after LowerSharedToCB. */
struct TensorRead {
  tirx::Stmt leaf;
  /*!
   * The axes that the block read, or whether and how often it is read, depends on; all of them where that
   * comes from the elements of a tensor.
   */
  AxisSet axes;
  int64_t
      bytes; /*!< per work item, as far as the trip counts are constant; of copies, 0 of moves */
};

/*! The reads below a statement, in program order; layouts say how many bytes copies read, moves need none. */
std::vector<TensorRead> FindTensorReads(const tirx::Stmt& body, BlockIndices indices,
                                        const LayoutMap& layouts = {});

}  // namespace tvm::tt

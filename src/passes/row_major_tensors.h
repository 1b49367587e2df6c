/*! InferTTLayout: which tensors keep their rows in DRAM. */
#pragma once

#include <tvm/tirx/function.h>

#include <unordered_set>

namespace tvm::tt {

/*!
 * Data variables of the tensors whose pages are rows: those that T.im2col unfolds, and if `on_device` those of which
 * the kernel moves nothing but blocks, which then become tiles on the device. Throws a user error if the kernel
 * uses an unfolded image in another way, too.
 */
std::unordered_set<const tirx::VarNode*> RowMajorTensors(const tirx::PrimFunc& func,
                                                         bool on_device);

}  // namespace tvm::tt

/*! Slices of tensors in terms of the blocks that they are copied from and to. */
#pragma once

#include <tvm/tirx/buffer.h>

namespace tvm::tt {

/*! Throws the user error for a slice whose extent in a dimension is not what the block wants. */
[[noreturn]] void RefuseExtent(const tirx::Buffer& tensor, size_t dim, const PrimExpr& extent,
                               const tirx::Buffer& block, const PrimExpr& wanted, const Span& span);

}  // namespace tvm::tt

/*! What is refused of slices. */
#include "ir/block_slices.h"

#include "ir/errors.h"

namespace tvm::tt {

void RefuseExtent(const tirx::Buffer& tensor, size_t dim, const PrimExpr& extent,
                  const tirx::Buffer& block, const PrimExpr& wanted, const Span& span) {
  TT_USER_ERROR(span) << "T.copy moves extent " << extent << " of dimension " << dim
                      << " of tensor '" << tensor->name << "', but the block '" << block->name
                      << "' wants " << wanted << ". Supported: a slice of the block's own shape.";
  TVM_FFI_UNREACHABLE();
}

}  // namespace tvm::tt

/*! The two halves of LowerCBIntrinsics. */
#pragma once

#include "ir/attrs.h"
#include "ir/grid_axes.h"
#include "ir/kernel_body.h"

namespace tvm::tt {

/*! Reader and writer: abstract moves become transfers over a NoC with their handshakes. */
void LowerTransfers(KernelBody* kernel, const CBDescMap& descs, const AccessorMap& accessors,
                    const tirx::PrimFunc& func, int noc);

/*! Compute: handshakes around definitions and uses of blocks. */
void InsertHandshakes(KernelBody* kernel, const CBDescMap& descs);

/*! Named constant: the pages of one block of a circular buffer. */
tirx::Var BlockPages(KernelBody* kernel, const CBDesc& desc);
/*! Named constant: the pages that one step along a dimension of a tensor is. */
tirx::Var PageStride(KernelBody* kernel, const tirx::Buffer& tensor, const TensorAccessor& accessor,
                     size_t dim);
/*! The extent of one of the kernel's own loops, as a named constant if it is one. */
PrimExpr NamedExtent(KernelBody* kernel, const tirx::For& loop);

}  // namespace tvm::tt

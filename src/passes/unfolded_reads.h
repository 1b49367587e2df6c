/*! LowerCBIntrinsics, reader: blocks of unfolded images. */
#pragma once

#include "ir/attrs.h"
#include "ir/kernel_body.h"

namespace tvm::tt {

/*! Reads of one block of an im2col, without reserve, barrier and push. */
tirx::Stmt ReadUnfolded(KernelBody* kernel, const tirx::CallNode* call, const CBDesc& desc,
                        const Span& span);

}  // namespace tvm::tt

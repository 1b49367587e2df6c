/*! The two halves of LowerCBIntrinsics. */
#pragma once

#include "ir/attrs.h"
#include "ir/kernel_body.h"

namespace tvm::tt {

/*! Reader and writer: abstract moves become NoC transfers with their handshakes. */
void LowerTransfers(KernelBody* kernel, const CBDescMap& descs, const AccessorMap& accessors);

/*! Compute: handshakes around definitions and uses of blocks. */
void InsertHandshakes(KernelBody* kernel, const CBDescMap& descs);

/*! Name constant of the pages of one block of a circular buffer. */
tirx::Var BlockPages(KernelBody* kernel, const CBDesc& desc);

}  // namespace tvm::tt

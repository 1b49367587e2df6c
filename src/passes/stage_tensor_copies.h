/*! Copies from tensor to tensor. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*! A step of PropagateTTLayout: every T.copy between tensors goes through a block. */
tirx::Stmt StageTensorCopies(const tirx::Stmt& body);

}  // namespace tvm::tt

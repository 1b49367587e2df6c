/*! One circular buffer in place of another. */
#pragma once

#include <tvm/tirx/buffer.h>
#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*! A statement with `to` in place of `from`; values that it stores are cast where the dtypes differ. */
tirx::Stmt ReplaceBuffer(const tirx::Stmt& stmt, const tirx::Buffer& from, const tirx::Buffer& to);

}  // namespace tvm::tt

/*! Ends of branches that both sides have. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*! Takes intrinsics that both sides of a branch begin or end with out of it, in all branches below a statement. */
tirx::Stmt TakeOutCommonEnds(const tirx::Stmt& stmt);

}  // namespace tvm::tt

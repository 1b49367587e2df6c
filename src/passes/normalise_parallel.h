/*! Step of PropagateTTLayout: T.Parallel nests in the one form that later passes know. */
#pragma once

#include <tvm/tirx/stmt.h>

namespace tvm::tt {

/*! Nests with one store each, on blocks only, without lets, branches and conditions known beforehand. */
tirx::Stmt NormaliseParallel(const tirx::Stmt& body);

}  // namespace tvm::tt
